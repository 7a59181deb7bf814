import { Client, escapeIdentifier } from 'pg';

/** What a table holds: its rows where the schema brings some along, else whether there are any. */
type Content = unknown[] | boolean;

/** What the schema leaves: the rows that it brings along by their table, and what its sequences gave last. */
interface Seeds {
  rows: Map<string, unknown[]>;
  sequences: string;
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

/** The tables of `public` and `lead_sync`, as SQL names them. */
async function ourTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'lead_sync') and c.relkind in ('r', 'p') and not c.relispartition
    order by 1`);
  return rows.map(({ name }) => name);
}

const SEQUENCES = `
  select format('%I.%I', schemaname, sequencename) as sequence, start_value, last_value
  from pg_catalog.pg_sequences where schemaname in ('public', 'lead_sync')`;

/** In one question, as most of a reset's time is asking. */
async function contents(client: Client, tables: string[], hasRows: (table: string) => boolean): Promise<Content[]> {
  const columns = tables.map((table) =>
    hasRows(table)
      ? `(select coalesce(jsonb_agg(to_jsonb(t)), '[]') from ${table} as t)`
      : `exists (select from ${table})`,
  );
  const { rows } = await client.query<Content[]>({ text: `select ${columns.join(', ')}`, rowMode: 'array' });
  return rows[0];
}

async function readSeeds(): Promise<Seeds> {
  const template = new URL(databaseUrl());
  template.pathname = `/${TEMPLATE_DATABASE}`;
  const source = new Client({ connectionString: template.href });
  await source.connect();
  try {
    const tables = await ourTables(source);
    const rows = (await contents(source, tables, () => true)) as unknown[][];
    const { rows: sequences } = await source.query(SEQUENCES);
    return {
      rows: new Map(tables.map((table, i) => [table, rows[i]] as const).filter(([, seeded]) => seeded.length > 0)),
      sequences: JSON.stringify(sequences),
    };
  } finally {
    await source.end();
  }
}

/** Inserts rows as they are; generated columns come by themselves. */
async function insertSeeds(client: Client, table: string, rows: unknown[]): Promise<void> {
  const { rows: columns } = await client.query<{ name: string }>(
    `select attname as name from pg_catalog.pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  const list = columns.map(({ name }) => escapeIdentifier(name)).join(', ');
  await client.query(
    `insert into ${table} (${list}) overriding system value
     select ${list} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

const DEADLOCK = '40P01';
let seeds: Promise<Seeds> | undefined;

/**
 * Brings the database back to what the schema leaves: the tables of `public` and `lead_sync` emptied, but for the rows that
 * come with the schema (settings, field mappings, …), as in the untouched template. What is so already is not touched.
 */
export async function resetDatabase(client: Client): Promise<void> {
  const { rows: seeded, sequences } = await (seeds ??= readSeeds());
  const tables = await ourTables(client);
  while (!(await areLocked(client, tables))); // a run that n8n is still at may hold some of them, and ends
  const found = await contents(client, tables, (table) => seeded.has(table));
  const changed = tables.filter((table, i) => JSON.stringify(found[i]) !== JSON.stringify(seeded.get(table) ?? false));
  const emptied = await withReferring(client, changed);
  if (emptied.length > 0) await client.query(`truncate ${emptied.join(', ')} cascade`);
  for (const table of emptied) {
    const rows = seeded.get(table);
    if (rows) await insertSeeds(client, table, rows);
  }
  await client.query(
    `select setval(s.sequence, coalesce(t.last_value, s.start_value), t.last_value is not null)
     from (${SEQUENCES}) as s left join json_to_recordset($1) as t (sequence text, last_value bigint) using (sequence)
     where s.last_value is distinct from t.last_value`,
    [sequences],
  );
  await client.query('commit');
}

/** These tables, and those that refer to them: a truncated one leaves no gaps, which would show in plans and in the order of rows. */
async function withReferring(client: Client, tables: string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `with recursive hit (t) as (
       select unnest($1::regclass[])::oid
       union
       select k.conrelid from hit as h join pg_catalog.pg_constraint as k on k.contype = 'f' and k.confrelid = h.t
     )
     select format('%I.%I', n.nspname, c.relname) as name
     from hit as h join pg_catalog.pg_class as c on c.oid = h.t join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where not c.relispartition`,
    [tables],
  );
  return rows.map(({ name }) => name);
}

/** Begins a transaction that nobody else is in the way of; false, and none, where it would have waited for one that waits for it. */
async function areLocked(client: Client, tables: string[]): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query("set local session_replication_role = 'replica'"); // seeds come as they are: no triggers, any order
    await client.query(`lock table ${tables.join(', ')} in access exclusive mode`);
    return true;
  } catch (error) {
    await client.query('rollback');
    if ((error as { code?: string }).code !== DEADLOCK) throw error;
    return false;
  }
}
