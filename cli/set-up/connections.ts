import { keyFault, keyKind } from '../../nodes/SupabaseLeads/transport/key-kind';
import type { TwentyClient } from '../../nodes/Twenty/transport/client';
import { workspaceSize } from '../../nodes/Twenty/workspace/size';
import type { Session } from '../command';
import { projectOf } from '../connections';
import { openProject } from '../database/open';
import { CliError } from '../failure';
import type { N8nApi } from '../n8n/api';
import { SUPABASE_CREDENTIAL, TWENTY_CREDENTIAL } from '../n8n/credentials';
import { KEYS_PAGE, SupabaseError, type SupabaseApi } from '../supabase/api';
import { unchanged } from '../terminal/report';

/** The three systems, each of which has answered. */
export interface Systems {
  databaseUrl: string;
  supabase: SupabaseApi;
  twenty: TwentyClient;
  n8n: N8nApi;
}

const SUPABASE_PROJECT = /^https:\/\/([a-z0-9]+)\.supabase\.co$/;
/** A project without the schema answers so to a key that it accepts. */
const NO_SCHEMA_YET = ['missing_migrations', 'missing_grants', 'broken'];

/**
 * Asks for each system's address and key, where they are not known, and tries them before the next one.
 * @throws CliError, TwentyError, `ConnectionError` for the first that is not as it should be
 */
export async function connectSystems(session: Session): Promise<Systems> {
  const { connections, report } = session;
  const databaseUrl = await connections.get('databaseUrl');
  await report.step('Database', async () => {
    const { client, version } = await openProject(databaseUrl);
    await client.end();
    return unchanged(`PostgreSQL ${version} answers`);
  });
  await connections.keep('databaseUrl');

  const supabase = await session.supabase();
  await report.step('Supabase', async () => {
    checkProject(databaseUrl, supabase.url);
    const kind = keyKind(await connections.get('supabaseKey'));
    const fault = keyFault(kind);
    if (fault !== undefined) throw new CliError(fault, KEYS_PAGE);
    await supabase.rpc('get_sync_metrics').catch((error: unknown) => {
      if (!(error instanceof SupabaseError) || !NO_SCHEMA_YET.includes(error.kind)) throw error;
    });
    return unchanged(`its API accepts the key${kind === 'other' ? '' : ` (${kind})`}`);
  });
  await connections.keep('supabaseUrl', 'supabaseKey');

  const twenty = await session.twenty();
  await report.step('Twenty', async () => {
    const { objects, people } = await workspaceSize(twenty);
    return unchanged(`a workspace with ${objects} objects${people === null ? '' : ` and ${people} people`}`);
  });
  await connections.keep('twentyUrl', 'twentyApiKey');

  const n8n = await session.n8n();
  await report.step('n8n', async () => {
    await n8n.check();
    await requirePackage(n8n);
    return unchanged('its API accepts the key, and it has the package');
  });
  await connections.keep('n8nUrl', 'n8nApiKey');
  return { databaseUrl, supabase, twenty, n8n };
}

/** On hosted Supabase both addresses name the project. */
function checkProject(databaseUrl: string, supabaseUrl: string): void {
  const ofDatabase = projectOf(databaseUrl);
  const ofApi = SUPABASE_PROJECT.exec(supabaseUrl)?.[1];
  if (ofDatabase === undefined || ofApi === undefined || ofDatabase === ofApi) return;
  throw new CliError(
    `The database is of the project ${ofDatabase}, the URL of ${ofApi}.`,
    'Give both of the same project: --database-url and --supabase-url.',
  );
}

async function requirePackage(n8n: N8nApi): Promise<void> {
  for (const type of [TWENTY_CREDENTIAL, SUPABASE_CREDENTIAL]) {
    if (await n8n.knowsCredential(type)) continue;
    throw new CliError(
      'n8n answers, but it does not have the package n8n-nodes-lead-sync.',
      'In n8n open Settings › Community nodes › Install and enter n8n-nodes-lead-sync, then run this command again. (It needs n8n 1.88 or newer; in queue mode every worker needs the package.)',
    );
  }
}
