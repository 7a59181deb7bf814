import { Miniflare } from 'miniflare';
import type { D1Database, D1Result } from '@cloudflare/workers-types';
import { assertProductionLimits } from './limits';

export interface Query {
  sql: string;
  params?: unknown[];
}

/** A D1 database in the real workerd, in memory, and its time travel. */
export class D1 {
  private constructor(
    private readonly miniflare: Miniflare,
    private readonly binding: D1Database,
  ) {}

  /** Starts workerd: half a second. Close it. */
  static async open(): Promise<D1> {
    const miniflare = new Miniflare({
      modules: true,
      script: 'export default { fetch() { return new Response(); } }',
      d1Databases: { DB: 'edge' },
    });
    return new D1(miniflare, (await miniflare.getD1Database('DB')) as unknown as D1Database);
  }

  close(): Promise<void> {
    return this.miniflare.dispose();
  }

  /** Runs statements as Cloudflare's API does: in one transaction, parameters as texts. Rejects with D1's own words. */
  async batch(queries: readonly Query[]): Promise<D1Result[]> {
    queries.forEach(assertProductionLimits);
    return await this.binding.batch(
      queries.map(({ sql, params = [] }) => this.binding.prepare(sql).bind(...params.map(asText))),
    );
  }

  /** The rows of one query. */
  async rows<T = Record<string, unknown>>(sql: string, ...params: unknown[]): Promise<T[]> {
    return (await this.batch([{ sql, params }]))[0].results as T[];
  }

  /** Applies a migration file: statements end with a semicolon at the end of a line that a blank line follows. */
  async apply(file: string): Promise<void> {
    const statements = file.split(/;\n(?=\n|$)/).filter((text) => text.replace(/--.*/g, '').trim() !== '');
    await this.batch(statements.map((sql) => ({ sql })));
  }

  /** All that the database holds, as SQL that makes it so: D1's time travel. */
  async bookmark(): Promise<string[]> {
    const objects = await this.rows<{ type: string; name: string; sql: string }>(
      "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite\\_%' escape '\\' and name not like '\\_cf%' escape '\\' " +
        "order by case type when 'table' then 1 when 'index' then 3 else 4 end",
    );
    const statements: string[] = [];
    for (const { type, name, sql } of objects) {
      if (type === 'table') statements.push(sql, ...(await this.insertsOf(name)));
      else statements.push(sql);
    }
    const [{ found }] = await this.rows<{ found: number }>(
      "select count(*) as found from sqlite_master where name = 'sqlite_sequence'",
    );
    if (found > 0) {
      for (const { name, seq } of await this.rows<{ name: string; seq: number }>(
        'select name, seq from sqlite_sequence',
      )) {
        statements.push(`update sqlite_sequence set seq = ${seq} where name = '${name}'`);
      }
    }
    return statements;
  }

  /** Brings the database back to a bookmark. */
  async restore(bookmark: readonly string[]): Promise<void> {
    const tables = await this.rows<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like '\\_cf%' escape '\\'",
    );
    await this.batch([...tables.map(({ name }) => `drop table "${name}"`), ...bookmark].map((sql) => ({ sql })));
  }

  private async insertsOf(table: string): Promise<string[]> {
    const columns = await this.rows<{ name: string; hidden: number }>(
      `select name, hidden from pragma_table_xinfo('${table}')`,
    );
    const stored = columns.filter(({ hidden }) => hidden === 0).map(({ name }) => `"${name}"`);
    const rows = await this.rows<{ list: string }>(
      `select ${stored.map((name) => `quote(${name})`).join(" || ', ' || ")} as list from "${table}"`,
    );
    return rows.map(({ list }) => `insert into "${table}" (${stored.join(', ')}) values (${list})`);
  }
}

function asText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
