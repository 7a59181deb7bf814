import { Client } from 'pg';

export type Json = Record<string, unknown>;

/** 2100, in microseconds: later than whatever D1, whose clock is the real one, says. */
const START = 4_102_444_800_000_000;
const LEASE_END_MICROSECONDS = 3_600_000_000;
const KEPT = new Set(['alert_rules', 'edge_tables', 'settings', 'field_mappings', 'schema_versions']);

/** An error of a function, with its code (`PT409`: the run lost its lease). */
export class CallError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** The database of the schedules, with the edge on: one connection for all calls, one for a writer whose transaction stays open. */
export class SupabaseSide {
  private tick = START;
  private isWriting = false;

  private constructor(
    private readonly client: Client,
    private readonly writer: Client,
    private readonly clearing: string,
  ) {}

  /** @param databaseUrl a database of the schedules' cluster */
  static async open(databaseUrl: string): Promise<SupabaseSide> {
    const [client, writer] = [
      new Client({ connectionString: databaseUrl }),
      new Client({ connectionString: databaseUrl }),
    ];
    await Promise.all([client.connect(), writer.connect()]);
    await client.query('select public.enable_outreach()');
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
       where schemaname in ('public', 'lead_sync') and tablename <> all ($1)
         and (tablename like 'edge\\_%' or tablename in ('leads', 'lead_states', 'emails', 'email_events', 'campaigns', 'mailboxes'))`,
      [[...KEPT]],
    );
    const deletes = rows.map(({ name }) => `delete from ${name};`).join(' ');
    return new SupabaseSide(
      client,
      writer,
      `begin; set local session_replication_role = 'replica'; ${deletes} commit; select setval('lead_sync.edge_versions', 1);`,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.client.end(), this.writer.end()]);
  }

  /** Empty tables, the leads' and the e-mails' replicas on. */
  async clear(): Promise<void> {
    await this.endWriting(false);
    this.tick = START;
    await this.client.query(this.clearing);
    await this.client.query("select setval('sync_test.tick', $1)", [this.tick]);
    await this.client.query(`select public.enable_edge('{"tables": ["prospects", "emails", "email_events"]}')`);
  }

  /** Calls a function by its name, as PostgREST does. */
  async rpc<T>(name: string, args: Json): Promise<T> {
    try {
      const { rows } = await this.client.query<{ answer: T }>(
        `select public.${name}(p_request => $1::jsonb) as answer`,
        [JSON.stringify(args.p_request)],
      );
      return rows[0].answer;
    } catch (error) {
      throw new CallError((error as Error).message, String((error as { code?: string }).code));
    }
  }

  async read<T extends Json>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.client.query<T>(sql, values)).rows;
  }

  /** A user's write; waits for nobody: who would have to wait gives up. */
  async write(sql: string, values: unknown[]): Promise<boolean> {
    try {
      await this.client.query("set lock_timeout = '50ms'");
      await this.client.query(sql, values);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === '55P03') return false;
      throw error;
    } finally {
      await this.client.query('reset lock_timeout');
    }
  }

  /** A write by somebody who keeps triggers from firing. */
  async writeUnseen(sql: string, values: unknown[]): Promise<void> {
    await this.client.query("set session_replication_role = 'replica'");
    await this.write(sql, values).finally(() => this.client.query('reset session_replication_role'));
  }

  /** A transaction that has written and is not committed yet. */
  async beginWriting(sql: string, values: unknown[]): Promise<void> {
    if (this.isWriting) return;
    await this.writer.query('begin');
    await this.writer.query(sql, values);
    this.isWriting = true;
  }

  async endWriting(commits: boolean): Promise<void> {
    if (!this.isWriting) return;
    await this.writer.query(commits ? 'commit' : 'rollback');
    this.isWriting = false;
  }

  /** So much time passes that every lease has ended. */
  async leasesEnd(): Promise<void> {
    this.tick += LEASE_END_MICROSECONDS;
    await this.client.query("select setval('sync_test.tick', $1)", [this.tick]);
  }
}
