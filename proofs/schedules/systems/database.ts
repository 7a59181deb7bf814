import { Client, escapeIdentifier, type QueryResultRow } from 'pg';
import type { VirtualClock } from './clock';
import { Violation } from '../violation';
import type { Conditions } from './conditions';

export type Json = Record<string, unknown>;

/** What one statement costs on the schedule's clock; the database's own ticks (microseconds) stay within it. */
const STATEMENT_MS = 5;
const SET_CLOCK = "select setval('sync_test.tick', $1) offset 0";
/** Of the tables that migrations fill, those that are written to; the others are settings, and no schedule changes them. */
const WRITTEN = new Set(['public.lead_sync_history', 'lead_sync.activity']);

/** Rows in their order, their times to the millisecond: which row of one statement gets which microsecond is up to the plan, and so to autovacuum. */
const digest = (table: string, row: string): string =>
  `(select md5(string_agg(line, '|' order by line)) from ${table}, regexp_replace(${row}, '(:\\d\\d\\.\\d{1,3})\\d*', '\\1', 'g') as line)`;
// remote_updated_at says which version was seen last: a hint for reconciliation, which reads again when it is another
const FINGERPRINT = `select ${digest('public.leads as l', 'l::text')} as leads,
  ${digest('lead_sync.lead_states as s', "(to_jsonb(s) - 'remote_updated_at')::text")} as states, ${digest('lead_sync.cursors as c', 'c::text')} as cursors,
  ${digest('public.lead_sync_runs as r', 'r::text')} as runs, (select count(*) from public.lead_sync_conflicts) as conflicts, ${digest('public.opportunities as o', 'o::text')} as deals`;

/** What the user's trigger raises. */
export const REFUSED_BY_TRIGGER = 'ZZ001';

/** An error of one of the sync's functions, with its code (`PT409`: the run lost its lease). */
export class RpcError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = 'RpcError';
  }
}

/** The migrated database of the schedules: one connection, the schedule's time, no HTTP in between. */
export class SyncDatabase {
  private constructor(
    private readonly client: Client,
    private readonly clock: VirtualClock,
    private readonly clearing: string,
  ) {}

  static async open(databaseUrl: string, clock: VirtualClock): Promise<SyncDatabase> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ schema: string; name: string }>(
      `select schemaname as schema, tablename as name from pg_catalog.pg_tables where schemaname in ('public', 'lead_sync')`,
    );
    const deletes: string[] = [];
    for (const { schema, name } of rows) {
      const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
      const { rowCount } = await client.query(`select from ${table} limit 1`);
      if (rowCount === 0 || WRITTEN.has(`${schema}.${name}`)) deletes.push(`delete from ${table};`);
    }
    const clearing = `begin; delete from sync_test.refused; set local session_replication_role = 'replica'; ${deletes.join(' ')} commit;
      select setval('sync_test.chance', 1);`;
    return new SyncDatabase(client, clock, clearing);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** Back to what the schema leaves, but for which way deletions travel. */
  async clear(deletion: Conditions['deletion']): Promise<void> {
    await this.client.query(this.clearing);
    await this.client.query(
      'update lead_sync.settings set approve_deletions = null, approve_changes = null where coalesce(approve_deletions, approve_changes) is not null',
    );
    await this.client.query('update lead_sync.lead_filters set conditions = null where conditions is not null');
    await this.rows(
      "update lead_sync.field_mappings set enabled = $1 <> 'none', direction = coalesce(nullif($1, 'none'), 'both') where lead_field = 'deleted'",
      [deletion],
    );
  }

  /** Calls a function of the sync by its name and named arguments, as PostgREST does. */
  async rpc<T = Json>(name: string, args: Json): Promise<T> {
    const given = Object.entries(args).filter(([, value]) => value !== undefined);
    const list = given.map(([key], index) => `${key} => $${index + 2}`).join(', ');
    const values = given.map(([, value]) =>
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    );
    try {
      const [row] = await this.read<{ answer: T }>(
        `select public.${name}(${list}) as answer from (${SET_CLOCK}) as clock`,
        [this.tick(), ...values],
      );
      return row.answer;
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (code === REFUSED_BY_TRIGGER)
        throw new Violation('Isolated', `${name} ended for the sake of one lead that a trigger refuses`);
      throw new RpcError(`${name}: ${message}`, code);
    }
  }

  /** Runs one statement at the schedule's time. */
  async rows<T extends QueryResultRow = Json>(query: string, values: unknown[] = []): Promise<T[]> {
    await this.read(SET_CLOCK, [this.tick()]);
    return await this.read<T>(query, values);
  }

  /** Runs one statement that does not ask for the time. */
  async read<T extends QueryResultRow = Json>(query: string, values: unknown[] = []): Promise<T[]> {
    const { rows } = await this.client.query<T>({ name: hash(query), text: query, values });
    return rows;
  }

  /** A digest of all that a merge, a claim or a completion can change. */
  async fingerprint(): Promise<Record<'leads' | 'states' | 'cursors' | 'runs' | 'conflicts' | 'deals', string | null>> {
    const [row] = await this.read<Awaited<ReturnType<SyncDatabase['fingerprint']>>>(FINGERPRINT);
    return row;
  }

  /** The time of the next statement, in microseconds. */
  private tick(): number {
    this.clock.advance(STATEMENT_MS);
    return this.clock.now() * 1000;
  }

  /** Has the user's trigger refuse a lead, in this status or in whatever status; null: it lets all leads be again. */
  async refuse(leadId: string | null, status: string | null): Promise<void> {
    if (leadId === null) await this.read('delete from sync_test.refused where true');
    else await this.read('insert into sync_test.refused (lead_id, sync_status) values ($1, $2)', [leadId, status]);
  }

  /** Calls what is taken back then, but for the time that it took. */
  async takenBack(work: () => Promise<void>): Promise<void> {
    await this.client.query('begin');
    try {
      await work();
    } finally {
      await this.client.query('rollback');
    }
  }

  /** Runs statements as a bulk load does that skips the triggers. */
  async withoutTriggers<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query("set session_replication_role = 'replica'");
    try {
      return await work();
    } finally {
      await this.client.query("set session_replication_role = 'origin'");
    }
  }
}

/** A short name for a prepared statement. */
function hash(text: string): string {
  let value = 7;
  for (let index = 0; index < text.length; index += 1) value = (value * 31 + text.charCodeAt(index)) | 0;
  return `q${value}_${text.length}`;
}
