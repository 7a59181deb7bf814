import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { schemaSnapshot, SNAPSHOT } from '../../../tools/schema/snapshot';
import { OwnerDatabase } from '../../setup/owner-database';
import type { Claim, Completion, DoorAnswer, Json } from '../store';

/** Rows that an upgrade brings. */
const NEW_ROWS: Readonly<Record<string, number>> = {
  'lead_sync.field_mappings': 18,
  'lead_sync.alert_rules': 5,
  'public.follow_up_rules': 1,
};
/** What it works out anew from what is there: counts, and rules as they are evaluated. */
const COUNTS = 'lead_sync.lead_counts';
const WORKED_OUT = [COUNTS, 'lead_sync.conditions', 'lead_sync.condition_sets'];

/** From 0.1.0, in use and in the middle of its work, to the schema of now. */
describe('an upgrade from 0.1.0', () => {
  let database: OwnerDatabase;
  let kept: string[];

  beforeAll(async () => {
    database = await OwnerDatabase.create('upgrade_test');
    await database.run(gunzipSync(readFileSync(join(__dirname, '0.1.0.sql.gz'))).toString());
    await database.run(readFileSync(join(__dirname, 'life-with-0.1.0.sql'), 'utf8'));
    kept = await database.column(`
      select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'lead_sync') order by 1`);
    await database.sql.query('create schema before');
    for (const table of kept)
      await database.sql.query(`create table before.${copyOf(table)} as select to_jsonb(t) as row from ${table} as t`);
    const began = performance.now();
    await database.applySchema();
    process.stdout.write(`10,000 leads upgraded in ${((performance.now() - began) / 1_000).toFixed(1)} s\n`);
  }, 300_000);
  afterAll(() => database.drop());

  const copyOf = (table: string): string => table.replace('.', '_');
  const number = async (query: string): Promise<number> => Number((await database.column(query))[0]);
  const call = async <T = Json>(name: string, args: string): Promise<T> =>
    (await database.sql.query<{ answer: T }>(`select public.${name}(${args}) as answer`)).rows[0].answer;
  const literal = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "''")}'`;

  test('loses no row and rewrites none, whoever made it; what people took out stays out', async () => {
    for (const table of kept.filter((name) => !WORKED_OUT.includes(name))) {
      const added = (
        await database.column(`
          select attname as name from pg_attribute where attrelid = '${table}'::regclass and attnum > 0
          except select jsonb_object_keys(row) from (select row from before.${copyOf(table)} limit 1) as b`)
      ).map((column) => ` - '${column}'`);
      const now = `select to_jsonb(t)${added.join('')} as row from ${table} as t`;
      const before = `select row from before.${copyOf(table)}`;
      const lost = `select count(*) as name from (${before} except all ${now}) as lost`;
      const isNew = `select count(*) as name from (${now} except all ${before}) as new`;
      const isEmpty = (await number(`select count(*) as name from before.${copyOf(table)}`)) === 0;
      expect([table, await number(lost), isEmpty ? 0 : await number(isNew)]).toEqual([table, 0, NEW_ROWS[table] ?? 0]);
    }
    expect(await number('select count(*) as name from public.leads')).toBe(10_000);
  });

  test('evaluates rules about attributes of its users as before, behind those that came to be', async () => {
    const keyed = `
      select count(*) as name
      from lead_sync.conditions as c join lead_sync.condition_sets as s on s.set_no = c.set_no
      where c.attribute_key is not null and s.keys[c.attribute_no - cardinality(lead_sync.scoring_attributes())]`;
    expect(await number(`${keyed} = c.attribute_key`)).toBeGreaterThan(0);
    expect(await number(`${keyed} is distinct from c.attribute_key`)).toBe(0);
  });

  test('counts as before, but deleted leads by their status alone', async () => {
    const sums = (rows: string): Promise<string[]> =>
      database.column(`
        select concat_ws(' ', row ->> 'facet', row ->> 'key', sum((row ->> 'leads')::integer), sum((row ->> 'score')::numeric)) as name
        from (${rows}) as r group by row ->> 'facet', row ->> 'key' having sum((row ->> 'leads')::integer) <> 0 order by 1`);
    expect(await sums(`select to_jsonb(t) as row from ${COUNTS} as t`)).toEqual(
      await sums(`
        select row from before.${copyOf(COUNTS)}
        union all
        select to_jsonb(c) from public.leads as l cross join lateral (
          values ('segment', coalesce(l.segment_id::text, ''), -1, -coalesce(l.lead_score, 0)), ('score', coalesce(least(floor(l.lead_score / 10), 9)::text, ''), -1, 0)
        ) as c (facet, key, leads, score)
        where l.deleted_at is not null`),
    );
  });

  test('makes what a new install has, beside what is of the users’ own', async () => {
    const own = /^ {2}shoe_size|^ {2}policy site /;
    const lines = (await schemaSnapshot(database.sql)).split('\n').filter((line) => !own.test(line));
    expect(lines.join('\n')).toBe(readFileSync(SNAPSHOT, 'utf8'));
    expect(
      await database.column(`select has_column_privilege('anon', 'public.leads', 'email', 'insert')::text as name`),
    ).toEqual(['true']);
  });

  test('is on record once; applying again changes nothing', async () => {
    const all = async (): Promise<Record<string, string[]>> => {
      const content: Record<string, string[]> = {};
      for (const table of await database.column(
        'select identity as name from lead_sync.list_objects() where kind = $$table$$ and marked and identity <> $$lead_sync.lead_counts$$',
      ))
        content[table] = await database.column(`select md5(t::text) as name from ${table} as t order by 1`);
      return content;
    };
    const versions = await database.column('select version::text as name from lead_sync.schema_versions order by id');
    const before = { rows: await all(), schema: await schemaSnapshot(database.sql) };

    await database.applySchema();

    expect(versions).toEqual(['1', '2']);
    expect(await schemaSnapshot(database.sql)).toBe(before.schema);
    expect(await all()).toEqual(before.rows);
  });

  test('makes no settled lead due, and what is read again of Twenty is unchanged', async () => {
    expect(
      await number(`
        select count(*) as name from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
        where l.sync_status = 'synced' and lead_sync.due_fields(
          lead_sync.lead_values(l), s.base_local, s.base_remote, l.twenty_id is not null, lead_sync.rules('person', null)
        ) <> '{}'`),
    ).toBe(0);

    const { counts } = await call<DoorAnswer>(
      'upsert_leads',
      `(select jsonb_agg(p.person) from public.people as p where p.number > 1000), 'twenty', clock_timestamp()`,
    );

    expect(counts).toMatchObject({ unchanged: 5_000, created: 0, updated: 0, conflict: 0, rejected: 0 });
  });

  test('lets a push that was under way settle its leads, and a reconciliation go on', async () => {
    const [{ claim, plan, reconciliation }] = (
      await database.sql.query<{ claim: Claim; plan: DoorAnswer; reconciliation: { run: Json } }>(
        'select * from public.team_notes',
      )
    ).rows;
    const results = plan.writes.map(({ lead_id, op, twenty_id, values }) => ({
      lead_id,
      op,
      ok: true,
      twenty_id,
      values,
    }));

    const settled = await call<Completion>('update_sync_status', `'${claim.claim_token}', ${literal(results)}`);
    const compared = await call(
      'compare_lead_ids',
      `${literal(reconciliation.run)}, '[]', '{"after": "ffffffff-ffff-ffff-ffff-ffffffffffff", "position": null, "has_next": false}', clock_timestamp()`,
    );

    expect(settled.counts).toMatchObject({ synced: results.length, stale: 0 });
    expect(results.length).toBeGreaterThan(50);
    expect(compared).toMatchObject({ error: null });
  });
});
