import { SCHEMA_VERSION } from '../../SupabaseLeads/schema-version';
import { bad, clock, listed, ok, warn, type Findings, type Seen } from './finding';

/** What `get_installation` of the database answers. */
export interface Installation {
  /** ISO 8601, of the server's clock. */
  at: string;
  version: number;
  leads_table: string;
  /** What of ours service_role may not reach, and what visitors may. */
  closed: string[];
  open: string[];
  unprotected: string[];
  silenced_triggers: string[];
  /** Functions of people's own triggers on the leads that have no search_path; a database before version 2 does not tell. */
  pathless_functions?: string[];
  read_only: boolean;
  database_size: string;
  /** Of all that the server allows, 0 to 1. */
  connections: number;
  history_size: string;
  /** Days. */
  history_age: number | null;
  history_kept: number;
  /** Hours since the nightly maintenance; null where it never ran. */
  maintenance_age: number | null;
  /** Whether there were runs before the last night. */
  is_settled: boolean;
  sources: number;
  refused_rows: { count: number; examples: string[] };
  object: string;
  field_mappings: unknown;
  runs: Array<{ direction: string; status: string; error: string | null }>;
}

/** Age of the last nightly maintenance from which something is wrong; hours. */
const MAINTENANCE_HOURS = 50;
const CROWDED = 0.8;

/** @param version of the schema that the database holds; null where there is none */
export function schemaSeen(version: number | null): Seen {
  if (version === null) return bad('there is no schema of lead sync', 'Run: npx n8n-nodes-lead-sync setup');
  if (version === SCHEMA_VERSION) return ok(`version ${version}`);
  return version < SCHEMA_VERSION
    ? bad(`version ${version} is older than this package (${SCHEMA_VERSION})`, 'Run: npx n8n-nodes-lead-sync upgrade')
    : bad(
        `version ${version} is newer than this package (${SCHEMA_VERSION})`,
        'Update the package in n8n under Settings › Community nodes; run the newest command: npx n8n-nodes-lead-sync@latest doctor',
      );
}

/**
 * What of ours lies in `public` has to be there for the role of the API, and closed to that of visitors; but for the leads
 * themselves, which people may open to their own forms.
 */
function rights({ open, closed }: Installation): Seen {
  if (open.length > 0) {
    return bad(
      `visitors with the publishable key may reach ${listed(open)}`,
      'Run: npx n8n-nodes-lead-sync upgrade. It takes the rights away again; if they come back, look for default privileges or grants of your own.',
    );
  }
  return closed.length > 0
    ? bad(`service_role may not reach ${listed(closed)}`, 'Run: npx n8n-nodes-lead-sync upgrade. It grants them again.')
    : ok('as they should be');
}

function protection({ unprotected, silenced_triggers: silenced, leads_table: leads }: Installation): Seen {
  if (unprotected.length > 0) {
    return bad(
      `row level security is off on ${listed(unprotected)}`,
      'Run: npx n8n-nodes-lead-sync upgrade. It turns it on again.',
    );
  }
  if (silenced.length > 0) {
    return bad(
      `triggers of ${leads} are switched off: ${listed(silenced)}`,
      `Run: alter table ${leads} enable trigger all; the next reconciliation finds what was written meanwhile.`,
    );
  }
  return ok('row level security is on, no trigger is off');
}

/** Whatever a function of ours calls has its empty search_path, unless it has one itself. */
function ownTriggers(functions: readonly string[], leads: string): Seen {
  return warn(
    `when the sync writes, triggers of ${leads} find only what they name with its schema, as their functions have no search_path: ${listed(functions)}`,
    `Run: ${functions.map((one) => `alter function ${one} set search_path = public, extensions;`).join(' ')}`,
  );
}

function room({ read_only, database_size, connections }: Installation): Seen {
  if (read_only) {
    return bad(
      `the database takes no writes (it holds ${database_size})`,
      'Supabase does so when the disk is full: enlarge it under Settings › Compute and Disk. Of a read replica, give the address of the primary.',
    );
  }
  if (connections > CROWDED) {
    return warn(
      `${Math.round(connections * 100)} % of its connections are taken`,
      'Look who holds them: select * from pg_stat_activity.',
    );
  }
  return ok(`it holds ${database_size} and takes writes`);
}

function history({ history_size, history_age, history_kept, maintenance_age, is_settled }: Installation): Seen {
  const state = `the history holds ${history_size}`;
  if (!is_settled) return ok(state);
  const isLate = maintenance_age === null || maintenance_age > MAINTENANCE_HOURS;
  if (!isLate && (history_age ?? 0) <= history_kept + 3) return ok(`${state}; maintenance keeps ${history_kept} days`);
  const last =
    maintenance_age === null ? 'maintenance never ran' : `maintenance ran ${Math.round(maintenance_age)} hours ago`;
  return warn(
    `${state}, and ${last}`,
    'Run: npx n8n-nodes-lead-sync resume lead-sync-maintenance; by hand: select public.run_sync_maintenance().',
  );
}

/** Rows of connected tables that the door, or the table itself, refused. */
export function ownTablesSeen({ sources, refused_rows: { count, examples } }: Installation): Seen {
  if (count === 0) return ok(`${sources} are connected, and every row is in step`);
  return warn(
    `${count} rows were refused: ${examples.join('; ')}`,
    'Correct them there: a row is tried again when it changes. All of them: select source, key, refusal from lead_sync.source_rows where refusal is not null.',
  );
}

/** Looks at the database by what it tells of itself. */
export async function lookAtInstallation(installation: Installation, findings: Findings): Promise<void> {
  const look = findings.of('Database');
  await look('Clock', () => clock(Date.parse(installation.at) - Date.now()));
  await look('Schema', () => schemaSeen(installation.version));
  await look('Rights', () => rights(installation));
  await look('Protection', () => protection(installation));
  const { pathless_functions: pathless = [], leads_table } = installation;
  if (pathless.length > 0) await look('Own triggers', () => ownTriggers(pathless, leads_table));
  await look('Room', () => room(installation));
  await look('History', () => history(installation));
  if (installation.sources > 0) await look('Own tables', () => ownTablesSeen(installation));
}
