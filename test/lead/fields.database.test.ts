import type { Client } from 'pg';
import { LEAD_COLUMNS } from '../../nodes/SupabaseLeads/methods/resourceMapping';
import { FIELD_KINDS, leadFields } from '../../nodes/lead';
import { connectDatabase, resetDatabase } from '../setup/database';

/** A field added on one side alone fails here: the nodes' list is nodes/lead/fields.ts, the database's are named below. */
const names = leadFields.map(({ name }) => name).sort();
const settable = leadFields.filter(({ derived }) => !derived).map(({ name }) => name);

let sql: Client;

beforeAll(async () => {
  sql = await connectDatabase();
  await resetDatabase(sql);
});
afterAll(async () => await sql.end());

async function value<T>(query: string, ...args: unknown[]): Promise<T> {
  const { rows } = await sql.query<{ value: T }>(query, args);
  return rows[0].value;
}

test('a mapping may name the fields that the nodes know, and no others (field_mappings_lead_field_check)', async () => {
  const check = await value<string>(
    `select pg_get_constraintdef(oid) as value from pg_constraint where conname = 'field_mappings_lead_field_check'`,
  );
  const named = [...check.matchAll(/'(\w+)'/g)].map(([, name]) => name);

  // of other objects than those of leads it may name any: their values do
  expect(named.sort()).toEqual([...names, 'deleted', 'lead', 'person'].sort());
});

test('a mapping may give the kinds that the nodes know, and no others (field_mappings_kind_check)', async () => {
  const check = await value<string>(
    `select pg_get_constraintdef(oid) as value from pg_constraint where conname = 'field_mappings_kind_check'`,
  );

  expect([...check.matchAll(/'(\w+)'/g)].map(([, kind]) => kind)).toEqual([...FIELD_KINDS]);
});

test('a snapshot may state the fields that the nodes know (lead_sync.stated_values)', async () => {
  const snapshot = Object.fromEntries(names.map((name) => [name, 'x']));

  const stated = await value<object>('select lead_sync.stated_values($1) as value', snapshot);

  expect(Object.keys(stated).sort()).toEqual(names);
});

test('a lead of another source may set the columns that the panel offers (lead_sync.ignored_fields)', async () => {
  const offered = LEAD_COLUMNS.map(({ id }) => id);
  const lead = Object.fromEntries([...offered, ...names].map((name) => [name, 'x']));

  const ignored = await value<string[]>('select lead_sync.ignored_fields($1) as value', lead);

  expect(ignored).toEqual(names.filter((name) => !offered.includes(name)));
  expect(offered).toEqual(expect.arrayContaining(settable));
});

test('a field that can be set is a column of the leads, and goes out from there (lead_sync.lead_values)', async () => {
  const { rows } = await sql.query<{ attname: string }>(
    `select attname from pg_attribute where attrelid = 'public.leads'::regclass and attnum > 0`,
  );
  const values = leadFields
    .filter(({ derived }) => !derived)
    .map(({ name, kind }) => [name, kind === 'list' ? ['x'] : kind === 'number' ? 1 : 'x'] as const);

  const read = await value<object>(
    'select lead_sync.lead_values(jsonb_populate_record(null::public.leads, $1)) as value',
    { ...Object.fromEntries(values), attributes: {} },
  );

  expect(rows.map(({ attname }) => attname)).toEqual(expect.arrayContaining(settable));
  expect(Object.keys(read).sort()).toEqual([...settable].sort());
});
