import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationFiles } from '../../cli/database/migrations';
import { OwnerDatabase } from '../setup/owner-database';

/** What is ours is marked; what is not is neither taken over nor dropped. */
describe('names that somebody else has', () => {
  let database: OwnerDatabase;
  let files: string[];
  beforeEach(async () => {
    files = await migrationFiles();
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

    const attempt = database.apply(...files);

    await expect(attempt).rejects.toThrow(named);
    await expect(attempt).rejects.toMatchObject({ code: '42710', hint: expect.stringContaining('Rename') as string });
    expect(await database.inventory()).toEqual(before);
  });

  test('all that are in the way are told at once, and what is near them is not', async () => {
    await database.sql.query(`
      create table public.customer_segments (name text); create view public.sync_monitoring as select 1 as one;
      create table public.my_leads (a int); create table public.contacts (a int)`);
    await expect(database.apply('201_lead_sync_names.sql')).rejects.toThrow(
      /make what has them: table public\.customer_segments, view public\.sync_monitoring$/,
    );
  });

  test('a schema lead_sync of somebody else is left alone', async () => {
    await database.sql.query('create schema lead_sync; create table lead_sync.orders (a int)');
    const before = await database.inventory();
    await expect(database.apply(...files)).rejects.toThrow('There is a schema lead_sync that lead sync did not make');
    expect(await database.inventory()).toEqual(before);
  });

  test('a schema lead_sync without marks is not touched by the uninstall', async () => {
    await database.sql.query('create schema lead_sync; create table public.leads (email text)');
    await expect(database.apply('uninstall.sql')).rejects.toThrow('comes from a version that marked nothing');
    expect(
      await database.column("select count(*)::text as name from pg_namespace where nspname = 'lead_sync'"),
    ).toEqual(['1']);
  });

  test('each file looks for itself, also when it is applied by hand', async () => {
    const dashboard = files.findIndex((file) => file.startsWith('225'));
    await database.apply(...files.slice(0, dashboard));
    await database.sql.query("create function public.get_dashboard(text) returns text language sql as 'select $1'");
    await expect(database.apply(files[dashboard])).rejects.toThrow('routine public.get_dashboard(text)');
  });

  test('a file that is applied statement by statement is refused: what it made could not be told', async () => {
    await database.apply('201_lead_sync_names.sql');
    await database.sql.query('select lead_sync.begin_migration()');
    await expect(database.sql.query('select lead_sync.end_migration()')).rejects.toMatchObject({
      hint: expect.stringContaining('psql -1') as string,
    });
  });
});

describe('the mark', () => {
  let database: OwnerDatabase;
  let files: string[];
  beforeAll(async () => {
    files = await migrationFiles();
    database = await OwnerDatabase.create('mark_test');
    await database.apply(...files);
  });
  afterAll(() => database.drop());

  const unmarked = () =>
    database.column('select identity as name from lead_sync.list_objects() where not marked order by 1');

  test('is on everything that the migrations make, and what a comment says stays', async () => {
    expect(await unmarked()).toEqual([]);
    expect(await database.column(`select obj_description('public.sync_monitoring'::regclass) as name`)).toEqual([
      'How many leads are in each sync status. Part of n8n-nodes-lead-sync.',
    ]);
  });

  test('every name that the migrations give in public is looked for: a new one belongs into names_in_public()', async () => {
    expect(
      await database.column(`
        select identity as name from lead_sync.list_objects()
        where schema_name = 'public' and object_name <> all (lead_sync.names_in_public())
          -- PostgreSQL finds another name for the index of a constraint by itself
          and not exists (select from pg_constraint where conindid = object)`),
    ).toEqual([]);
  });

  test('every file looks first and marks last', () => {
    for (const file of files.slice(1)) {
      const sql = readFileSync(join(__dirname, '../../migrations', file), 'utf8');
      const statements = sql.replace(/^--.*\n|^\s*\n/gm, '').replace(/^set local .*\n/gm, '');
      expect([file, statements.split('\n')[0]]).toEqual([file, 'select lead_sync.begin_migration();']);
      const last = statements.trimEnd().replace(/\nnotify pgrst, 'reload schema';$/, '');
      expect([file, last.split('\n').at(-1)]).toEqual([file, 'select lead_sync.end_migration();']);
    }
  });

  test('is not given to what people make, in lead_sync either', async () => {
    await database.sql.query('create table lead_sync.notes (a int); create table public.notes (a int)');
    await database.apply(...files);
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
      drop function lead_sync.begin_migration(), lead_sync.end_migration(), lead_sync.list_objects(), lead_sync.mark(), lead_sync.names_in_public();
      alter table public.follow_up_rules rename to ours;
      create table public.follow_up_rules (id int, title text)`);

    await expect(database.apply(...files)).rejects.toThrow(/make what has them: table public\.follow_up_rules$/);

    await database.sql.query('drop table public.follow_up_rules; alter table ours rename to follow_up_rules');
    await database.apply(...files);
    expect(await unmarked()).toEqual([]);
  });
});

describe('uninstall', () => {
  let database: OwnerDatabase;
  beforeAll(async () => {
    database = await OwnerDatabase.create('uninstall_test');
    await database.apply(...(await migrationFiles()));
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
