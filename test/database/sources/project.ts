import { Client } from 'pg';
import { namesTaken, withPrefix } from '../../../cli/database/own-names';
import { schemaScript } from '../../../stack/schema';
import { OwnerDatabase } from '../../setup/owner-database';
import { written, type Claim, type DoorAnswer, type Json, type PlannedWrite } from '../store';

export interface Exchanged {
  taken: number;
  written: number;
  waiting: boolean;
}

/** A project that had tables before the sync: its owner, its app, and n8n, each with the rights of its own. */
export class Project {
  private constructor(
    readonly database: OwnerDatabase,
    /** Where our leads are: beside a table `public.leads` of the project's own. */
    readonly leads: string,
    private readonly n8n: Client,
  ) {}

  /** Makes the project's tables, then applies the schema beside them. */
  static async create(name: string, tables: string): Promise<Project> {
    const database = await OwnerDatabase.create(name);
    await database.sql.query(tables);
    const script = await schemaScript();
    const { prefixed } = await namesTaken(database.sql, script);
    await database.run(withPrefix(script, prefixed));
    const n8n = new Client({ connectionString: database.url });
    await n8n.connect();
    await n8n.query('set role service_role');
    return new Project(database, prefixed.includes('leads') ? 'public.lead_sync_leads' : 'public.leads', n8n);
  }

  async drop(): Promise<void> {
    await this.n8n.end();
    await this.database.drop();
  }

  async rows(query: string, values: unknown[] = []): Promise<Json[]> {
    return (await this.database.sql.query<Json>(query, values)).rows;
  }

  async ask<T = Json>(query: string, values: unknown[] = []): Promise<T> {
    const { rows } = await this.database.sql.query<{ answer: T }>(`select ${query} as answer`, values);
    return rows[0].answer;
  }

  private async call<T>(call: string, values: unknown[] = []): Promise<T> {
    return (await this.n8n.query<{ answer: T }>(`select ${call} as answer`, values)).rows[0].answer;
  }

  /** Until nothing is left to carry over, as n8n's role. */
  async exchange(limit = 1000): Promise<Exchanged> {
    const sum = { taken: 0, written: 0, waiting: true };
    for (let calls = 0; sum.waiting && calls < 500; calls++) {
      const answer = await this.call<Exchanged>('lead_sync.exchange_sources($1)', [limit]);
      sum.taken += answer.taken;
      sum.written += answer.written;
      sum.waiting = answer.waiting;
    }
    return sum;
  }

  pull(snapshots: Json[]): Promise<DoorAnswer> {
    return this.call<DoorAnswer>(`public.upsert_leads($1, 'twenty')`, [JSON.stringify(snapshots)]);
  }

  /** A push to a Twenty that has nobody yet and takes everything. Returns what it wrote. */
  async push(): Promise<PlannedWrite[]> {
    const claim = await this.call<Claim>('public.get_leads_for_sync(1000)');
    const { writes } = await this.call<DoorAnswer>(`public.upsert_leads('[]', 'twenty', $1, p_claim_token => $2)`, [
      claim.read_started_at,
      claim.claim_token,
    ]);
    await this.call('public.update_sync_status($1, $2)', [
      claim.claim_token,
      JSON.stringify(writes.map((write) => written(write))),
    ]);
    return writes;
  }

  /** Everything about a table that its app could notice, but for its rows; triggers of ours apart. */
  async definition(table: string): Promise<Json> {
    const [row] = await this.rows(
      `select
        array(select format('%s %s %s %s %s %s %s', attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attacl,
          pg_get_expr(d.adbin, d.adrelid))
          from pg_attribute left join pg_attrdef as d on d.adrelid = attrelid and d.adnum = attnum
          where attrelid = c.oid and attnum > 0 order by attnum) as columns,
        array(select pg_get_constraintdef(k.oid) from pg_constraint as k where conrelid = c.oid order by conname) as constraints,
        array(select pg_get_indexdef(indexrelid) from pg_index where indrelid = c.oid order by 1) as indexes,
        array(select pg_get_triggerdef(t.oid) from pg_trigger as t
          where tgrelid = c.oid and not tgisinternal and tgname not like 'lead\\_sync\\_%' order by 1) as triggers,
        array(select tgname::text from pg_trigger where tgrelid = c.oid and tgname like 'lead\\_sync\\_%' order by 1) as ours,
        array(select format('%s %s %s %s', polname, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
          from pg_policy where polrelid = c.oid order by 1) as policies,
        format('%s %s %s %s %s', relacl, relrowsecurity, relforcerowsecurity, obj_description(c.oid), relowner) as rest
      from pg_class as c where c.oid = $1::regclass`,
      [table],
    );
    return row;
  }
}
