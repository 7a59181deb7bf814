import { Client, escapeIdentifier } from 'pg';

interface Table {
  schema: string;
  name: string;
}

/** Rows that the schema brings along, kept aside while the tables are emptied. */
const TEMPLATE_DATABASE = 'leads_template';

function databaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run this file with jest, in the database project.');
  return url;
}

/** A connection as superuser to the database that PostgREST serves; the caller ends it. */
export async function connectDatabase(): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  return client;
}

async function ourTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'lead_sync') and c.relkind in ('r', 'p') and not c.relispartition
    order by 1, 2`);
  return rows;
}

const qualified = ({ schema, name }: Table): string => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

/** Inserts rows as they are and moves identity sequences behind them; generated columns come by themselves. */
async function insertSeeds(client: Client, table: Table, rows: unknown[]): Promise<void> {
  const { rows: columns } = await client.query<{ name: string; identity: boolean }>(
    `select attname as name, attidentity <> '' as identity from pg_catalog.pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [qualified(table)],
  );
  const list = columns.map(({ name }) => escapeIdentifier(name)).join(', ');
  await client.query(
    `insert into ${qualified(table)} (${list}) overriding system value
     select ${list} from jsonb_populate_recordset(null::${qualified(table)}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
  for (const { name } of columns.filter(({ identity }) => identity)) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), max(${escapeIdentifier(name)})) from ${qualified(table)}`,
      [qualified(table), name],
    );
  }
}

const DEADLOCK = '40P01';

/**
 * Brings the database back to what the schema leaves: every table of `public` and `lead_sync` emptied, then the rows that
 * come with the schema (settings, field mappings, …) copied from the untouched template. Call it at the start of a test file.
 */
export async function resetDatabase(client: Client): Promise<void> {
  const template = new URL(databaseUrl());
  template.pathname = `/${TEMPLATE_DATABASE}`;
  const source = new Client({ connectionString: template.href });
  await source.connect();
  try {
    const tables = await ourTables(client);
    const seeds: Array<{ table: Table; rows: unknown[] }> = [];
    for (const table of tables) {
      const { rows } = await source.query<{ row: unknown }>(`select to_jsonb(t) as row from ${qualified(table)} t`);
      seeds.push({ table, rows: rows.map(({ row }) => row) });
    }
    while (!(await areEmptied(client, tables))); // a run that n8n is still at may hold some of them, and ends
    for (const { table, rows } of seeds) {
      if (rows.length > 0) await insertSeeds(client, table, rows);
    }
    await client.query('commit');
  } finally {
    await source.end();
  }
}

/** Begins a transaction that has emptied the tables; false, and none, where it would have waited for one that waits for it. */
async function areEmptied(client: Client, tables: Table[]): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query("set local session_replication_role = 'replica'"); // seeds come as they are: no triggers, any order
    await client.query(`truncate ${tables.map(qualified).join(', ')} restart identity cascade`);
    return true;
  } catch (error) {
    await client.query('rollback');
    if ((error as { code?: string }).code !== DEADLOCK) throw error;
    return false;
  }
}
