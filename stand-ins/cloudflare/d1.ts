import { Miniflare } from 'miniflare';
import type { D1Result } from '@cloudflare/workers-types';
import { assertProductionLimits, type Query } from './limits';

/** Runs inside workerd, beside the database: one call from outside however many statements there are. */
const WORKER = `export default {
  async fetch(request, { DB }) {
    try {
      const queries = await request.json();
      return Response.json({ results: await DB.batch(queries.map(({ sql, params }) => DB.prepare(sql).bind(...params))) });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};`;

/** A D1 database in the real workerd, and its time travel. */
export class D1 {
  private constructor(private readonly miniflare: Miniflare) {}

  /**
   * Starts workerd: half a second. Close it.
   * @param folder where the data outlive the process; in memory when left out
   */
  static async open(folder?: string): Promise<D1> {
    const miniflare = new Miniflare({ modules: true, script: WORKER, d1Databases: { DB: 'edge' }, d1Persist: folder });
    await miniflare.ready;
    return new D1(miniflare);
  }

  close(): Promise<void> {
    return this.miniflare.dispose();
  }

  /** Runs statements as Cloudflare's API does: in one transaction, parameters as texts. Rejects with D1's own words, or with a TypeError where workerd is away. */
  async batch(queries: readonly Query[]): Promise<D1Result[]> {
    queries.forEach(assertProductionLimits);
    const body = JSON.stringify(queries.map(({ sql, params = [] }) => ({ sql, params: params.map(asText) })));
    const response = await this.miniflare.dispatchFetch('http://edge/', { method: 'POST', body });
    const { results, error } = (await response.json()) as { results: D1Result[]; error?: string };
    if (error !== undefined) throw new Error(error);
    return results;
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
    const objects = await this.rows<{ type: string; name: string; sql: string; columns: string | null }>(
      `select m.type, m.name, m.sql, (select json_group_array(x.name) from pragma_table_xinfo(m.name) as x where x.hidden = 0) as columns
       from sqlite_master as m where m.sql is not null and ${OWN_OBJECTS} order by case m.type when 'table' then 1 when 'index' then 3 else 4 end`,
    );
    const tables = objects
      .filter(({ type }) => type === 'table')
      .map(({ name, columns }) => ({
        name,
        columns: (JSON.parse(columns ?? '[]') as string[]).map((column) => `"${column}"`),
      }));
    const contents = await this.batch(
      tables.map(({ name, columns }) => ({
        sql: `select ${columns.map((column) => `quote(${column})`).join(" || ', ' || ")} as list from "${name}"`,
      })),
    );
    const inserts = contents.flatMap(({ results }, index) =>
      (results as Array<{ list: string }>).map(
        ({ list }) => `insert into "${tables[index].name}" (${tables[index].columns.join(', ')}) values (${list})`,
      ),
    );
    const sequences = objects.some(({ sql }) => /autoincrement/i.test(sql))
      ? await this.rows<{ name: string; seq: number }>('select name, seq from sqlite_sequence')
      : [];
    const definitions = objects.map(({ sql }) => sql);
    return [
      ...definitions.slice(0, tables.length),
      ...inserts,
      ...sequences.map(({ name, seq }) => `update sqlite_sequence set seq = ${seq} where name = '${name}'`),
      ...definitions.slice(tables.length),
    ];
  }

  /** Brings the database back to a bookmark. */
  async restore(bookmark: readonly string[]): Promise<void> {
    const tables = await this.rows<{ name: string }>(
      `select m.name from sqlite_master as m where m.type = 'table' and ${OWN_OBJECTS}`,
    );
    await this.batch([...tables.map(({ name }) => `drop table "${name}"`), ...bookmark].map((sql) => ({ sql })));
  }
}

const OWN_OBJECTS = "m.name not like 'sqlite\\_%' escape '\\' and m.name not like '\\_cf%' escape '\\'";

function asText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
