import { SCHEMA_VERSION } from '../../nodes/SupabaseLeads/schema-version';
import { schemaScript } from '../../stack/schema';
import { OwnerDatabase } from '../setup/owner-database';

/** What is ours is marked; what is not is neither taken over nor dropped. */
describe('names that somebody else has', () => {
  let database: OwnerDatabase;
  beforeEach(async () => {
    database = await OwnerDatabase.create('names_test');
  });
  afterEach(() => database.drop());

  test.each([
    [
      'a table',
      'create table public.leads (id serial primary key, email text, sync_status text)',
      /table public\.leads/,
    ],
    ['a view', 'create view public.lead_analytics as select 1 as one', /view public\.lead_analytics/],
    [
      'a materialized view',
      'create materialized view public.country_names as select 1',
      /materialized view public\.country_names/,
    ],
    ['a sequence', 'create sequence public.lead_sync_history_id_seq', /sequence public\.lead_sync_history_id_seq/],
    [
      'an index',
      'create table public.o (a int); create index leads_email_idx on public.o (a)',
      /index public\.leads_email_idx/,
    ],
    ['a type', "create type public.leads as enum ('hot', 'cold')", /type public\.leads/],
    [
      'a function with other arguments',
      "create function public.get_dashboard(text) returns text language sql as 'select $1'",
      /routine public\.get_dashboard\(text\)/,
    ],
  ])('%s of that name is told before anything is made', async (_kind, sql, named) => {
    await database.sql.query(sql);
    const before = await database.inventory();

    const attempt = database.applySchema();

    await expect(attempt).rejects.toThrow(named);
    await expect(attempt).rejects.toMatchObject({ code: '42710', hint: expect.stringContaining('Rename') as string });
    expect(await database.inventory()).toEqual(before);
  });

  test('all that are in the way are told at once, and what is near them is not', async () => {
    await database.sql.query(`
      create table public.customer_segments (name text); create view public.sync_monitoring as select 1 as one;
      create table public.my_leads (a int); create table public.contacts (a int)`);
    await expect(database.applySchema()).rejects.toThrow(
      /make what has them: table public\.customer_segments, view public\.sync_monitoring$/,
    );
  });

  test('a schema lead_sync of somebody else is left alone', async () => {
    await database.sql.query('create schema lead_sync; create table lead_sync.orders (a int)');
    const before = await database.inventory();
    await expect(database.applySchema()).rejects.toThrow('There is a schema lead_sync that lead sync did not make');
    expect(await database.inventory()).toEqual(before);
  });

  test('a schema lead_sync without marks is not touched by the uninstall', async () => {
    await database.sql.query('create schema lead_sync; create table public.leads (email text)');
    await expect(database.apply('uninstall.sql')).rejects.toThrow('comes from a version that marked nothing');
    expect(
      await database.column("select count(*)::text as name from pg_namespace where nspname = 'lead_sync'"),
    ).toEqual(['1']);
  });

  test('what is applied statement by statement is refused: what it made could not be told, and the version is not noted', async () => {
    await database.applySchema();
    await database.sql.query('truncate lead_sync.schema_versions');
    await database.sql.query('select lead_sync.begin_migration(2)');
    await expect(database.sql.query('select lead_sync.end_migration(2)')).rejects.toMatchObject({
      hint: expect.stringContaining('psql -1') as string,
    });
    expect(await database.column('select lead_sync.schema_version()::text as name')).toEqual(['0']);
  });

  test('an older version than the database holds is refused', async () => {
    await database.applySchema();
    await database.sql.query("insert into lead_sync.schema_versions (version, checksum) values (999, '')");
    const before = await database.inventory();
    await expect(database.applySchema()).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The database holds version 999 of the schema, and this is version \d+\.$/,
      ) as string,
      hint: expect.stringContaining('newest') as string,
    });
    expect(await database.inventory()).toEqual(before);
  });
});

describe('the mark', () => {
  let database: OwnerDatabase;
  beforeAll(async () => {
    database = await OwnerDatabase.create('mark_test');
    await database.applySchema();
  });
  afterAll(() => database.drop());

  const unmarked = () =>
    database.column('select identity as name from lead_sync.list_objects() where not marked order by 1');

  test('is on everything that the schema makes, and what a comment says stays', async () => {
    expect(await unmarked()).toEqual([]);
    expect(await database.column(`select obj_description('public.sync_monitoring'::regclass) as name`)).toEqual([
      'How many leads are in each sync status. Part of n8n-nodes-lead-sync.',
    ]);
  });

  test('every name that the schema gives in public is looked for: a new one belongs into names_in_public()', async () => {
    expect(
      await database.column(`
        select identity as name from lead_sync.list_objects()
        where schema_name = 'public' and object_name <> all (lead_sync.names_in_public())
          -- PostgreSQL finds another name for the index of a constraint by itself
          and not exists (select from pg_constraint where conindid = object)`),
    ).toEqual([]);
  });

  test('is looked for first and given last', async () => {
    const lines = (await schemaScript())
      .split('\n')
      .filter((line) => /^(select lead_sync|notify|alter|create table)/.test(line));
    expect(lines.find((line) => !line.includes('lead_sync.schema_versions'))).toBe(
      `select lead_sync.begin_migration(${SCHEMA_VERSION});`,
    );
    expect(lines.at(-2)).toBe(`select lead_sync.end_migration(${SCHEMA_VERSION});`);
  });

  test('is not given to what people make, in lead_sync either', async () => {
    await database.sql.query('create table lead_sync.notes (a int); create table public.notes (a int)');
    await database.applySchema();
    expect(await unmarked()).toEqual(['lead_sync.notes', 'public.notes']);
    await database.sql.query('drop table lead_sync.notes, public.notes');
  });

  test('comes to an install from before there were marks, but for what is not certainly ours', async () => {
    // tables of later versions were never without a mark
    const { rows } = await database.sql.query<{ kind: string; identity: string }>(`
      select kind, identity from lead_sync.list_objects()
      where not part and (schema_name = 'lead_sync' or kind <> 'table' or object_name = any (array[
        'company_size_bands', 'country_names', 'customer_segments', 'follow_up_rules', 'free_email_domains', 'geo_income_tiers',
        'lead_scoring_groups', 'lead_scoring_rules', 'lead_scoring_versions', 'lead_sync_conflicts', 'lead_sync_history',
        'lead_sync_runs', 'leads', 'phone_prefixes'
      ]))`);
    for (const { kind, identity } of rows) await database.sql.query(`comment on ${kind} ${identity} is null`);
    await database.sql.query(`
      comment on schema lead_sync is null;
      drop table lead_sync.schema_versions;
      drop function lead_sync.begin_migration(integer), lead_sync.end_migration(integer), lead_sync.list_objects(), lead_sync.mark(), lead_sync.names_in_public(),
        lead_sync.schema_version(), lead_sync.schema_checksum(), lead_sync.grant_to_service_role(), lead_sync.grant_to_api_role();
      alter table public.follow_up_rules rename to ours;
      create table public.follow_up_rules (id int, title text)`);

    await expect(database.applySchema()).rejects.toThrow(/make what has them: table public\.follow_up_rules$/);

    await database.sql.query('drop table public.follow_up_rules; alter table ours rename to follow_up_rules');
    await database.applySchema();
    expect(await unmarked()).toEqual([]);
  });
});

describe('uninstall', () => {
  let database: OwnerDatabase;
  beforeAll(async () => {
    database = await OwnerDatabase.create('uninstall_test');
    await database.applySchema();
  });
  afterAll(() => database.drop());

  test.each([
    [
      'a view',
      'create view public.mine as select email from public.leads',
      'drop view public.mine',
      /: view public\.mine$/,
    ],
    [
      'a foreign key',
      'create table public.mine (lead_id uuid references public.leads (id))',
      'drop table public.mine',
      /: constraint mine_lead_id_fkey on table public\.mine$/,
    ],
    [
      'a column of the row type',
      'create table public.mine (lead public.leads)',
      'drop table public.mine',
      /: column lead of table public\.mine$/,
    ],
    [
      'a function on the row type',
      "create function public.mine(public.leads) returns text language sql as 'select $1.email'",
      'drop function public.mine',
      /: function public\.mine\(public\.leads\)$/,
    ],
    [
      'a trigger with our function',
      `create table public.mine (a int);
       create trigger t after insert on public.mine for each statement execute function lead_sync.note_lead_counts()`,
      'drop table public.mine',
      /: trigger t on table public\.mine$/,
    ],
    [
      'a table in our schema',
      'create table lead_sync.mine (a int)',
      'drop table lead_sync.mine',
      /: table lead_sync\.mine$/,
    ],
  ])('%s that depends on ours stops it, and is named', async (_kind, sql, undo, named) => {
    await database.sql.query(sql);
    const before = await database.inventory();

    await expect(database.apply('uninstall.sql')).rejects.toThrow(named);

    expect(await database.inventory()).toEqual(before);
    await database.sql.query(undo);
  });

  test('takes what is ours with all that is on it, and nothing else', async () => {
    await database.sql.query(`
      create table public.mine (lead_id uuid, segment_name text); insert into public.mine values (null, 'hot');
      create function public.mine() returns trigger language plpgsql as 'begin return new; end';
      create publication mine_pub`);
    await database.sql.query(`
      alter table public.leads add column shoe_size int;
      create trigger mine before insert on public.leads for each row execute function public.mine();
      create policy mine on public.leads for insert to anon with check (true);
      create statistics mine on city, country from public.leads;
      alter publication mine_pub add table public.leads`);

    await database.apply('uninstall.sql');

    expect(await database.inventory()).toEqual(['function mine()', 'relation mine', 'type mine', 'type mine[]']);
    expect(await database.column('select segment_name as name from public.mine')).toEqual(['hot']);
    await database.apply('uninstall.sql');
  });
});
