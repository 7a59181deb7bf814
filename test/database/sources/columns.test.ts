import { Project } from './project';

/** Columns that a table has for reasons of its own, which its rows' leads know nothing of. */
describe('a source of leads', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create('columns_test', 'create domain public.tenant as integer not null');
  });
  afterAll(() => project.drop());
  afterEach(() => project.rows('select lead_sync.disconnect_source(s.source) from lead_sync.sources as s'));

  const connect = (table: string, columns: Record<string, string> | null = null, bothWays = true): Promise<unknown> =>
    project.ask(`lead_sync.connect_source($1, $2, p_both_ways => $3)`, [
      table,
      columns && JSON.stringify(columns),
      bothWays,
    ]);
  const plan = (table: string): Promise<Record<string, unknown>> => project.ask('lead_sync.adoption_plan($1)', [table]);
  const addLead = (values: Record<string, string>): Promise<unknown> =>
    project.rows(
      `insert into public.leads (last_name, email, phone) select v.last_name, v.email, v.phone from jsonb_populate_record(null::public.leads, $1) as v`,
      [JSON.stringify(values)],
    );
  test('whose key is the e-mail gives a new row that of its lead, and no row to a lead without one', async () => {
    await project.rows('create table public.subscribers (email text primary key, name text, city varchar(6))');
    await connect('public.subscribers');
    await project.exchange();
    await addLead({ last_name: 'Ball', email: 'ball@s.example' });
    await addLead({ last_name: 'Nomail', phone: '+1 555 0' });
    await project.exchange();

    expect(await project.rows('select email, name from public.subscribers')).toEqual([
      { email: 'ball@s.example', name: 'Ball' },
    ]);
    expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({
      count: 1,
      examples: [expect.stringMatching(/"email"/)],
    });
  });
  test('whose key is the e-mail has a row under its new one where another column is refused', async () => {
    await project.rows('create table public.pupils (mail text primary key, name text, city varchar(6))');
    await connect('public.pupils');
    await project.rows(`insert into public.pupils values ('maria@p.example', 'Maria', 'Milan')`);
    await project.exchange();
    await project.rows(
      `update public.leads set email = 'agnesi@p.example', city = 'Bologna', last_name = 'Agnesi' where email = 'maria@p.example'`,
    );
    await project.exchange();
    await project.rows(`update public.leads set city = 'Rome' where email = 'agnesi@p.example'`);
    await project.exchange();

    expect(await project.rows('select * from public.pupils')).toEqual([
      { mail: 'agnesi@p.example', name: 'Maria Agnesi', city: 'Rome' },
    ]);
  });
  test('keeps what its app says in a column for the segment, which is given out only where it is named', async () => {
    await project.rows('create table public.guests (id serial primary key, name text, email text, segment text)');
    await connect('public.guests', { name: 'name', email: 'email', segment: 'segment' });
    await project.rows(`insert into public.guests (name, email) values ('Ada Guest', 'guest@g.example')`);
    await project.rows(
      `insert into public.customer_segments (segment_name, criteria) values ('A', '[{"attribute": "job_title", "operator": "is_set"}]'), ('B', '[{"attribute": "city", "operator": "is_set"}]')`,
    );
    await project.exchange();
    const choose = (segment: string): Promise<unknown> =>
      project.rows(
        `update public.leads set segment_id = (select s.id from public.customer_segments as s where s.segment_name = $1) where email = 'guest@g.example'`,
        [segment],
      );
    const segment = (): Promise<unknown> => project.rows('select segment from public.guests');

    await choose('A');
    await project.rows(`update public.guests set segment = 'of the app'`);
    expect(await project.exchange()).toMatchObject({ waiting: false });
    expect(await segment()).toEqual([{ segment: 'of the app' }]);
    await choose('B');
    expect(await project.exchange()).toMatchObject({ waiting: false });
    expect(await segment()).toEqual([{ segment: 'B' }]);
    expect(await plan('public.guests')).toMatchObject({
      columns: { name: 'name', email: 'email' },
      unmapped: ['segment'],
    });
  });
  test('has a column that is generated read where it is named one way, and is not connected both ways with it', async () => {
    await project.rows(
      `create table public.patients (id serial primary key, first text, last text, email text, full_name text generated always as (first || ' ' || last) stored)`,
    );
    const columns = { name: 'full_name', email: 'email' };
    expect(await plan('public.patients')).toMatchObject({ columns: { email: 'email' }, inserts: true });
    await expect(connect('public.patients', columns)).rejects.toThrow('the column full_name is generated');

    await connect('public.patients', columns, false);
    await project.rows(`insert into public.patients (first, last, email) values ('Ida', 'Rhodes', 'ida@p.example')`);
    await project.exchange();
    expect(await project.rows(`select last_name from public.leads where email = 'ida@p.example'`)).toEqual([
      { last_name: 'Rhodes' },
    ]);
  });
  test('is written to where another column is of a domain that is never empty', async () => {
    await project.rows(
      'create table public.tenants (id serial primary key, name text, email text, phone varchar(12), tenant public.tenant default 7)',
    );
    await connect('public.tenants');
    await project.rows(
      `insert into public.tenants (name, email) select 'Bo Number', 'bo' || n || '@t.example' from generate_series(1, 3) as n`,
    );
    await project.exchange();
    await addLead({ last_name: 'Ball', email: 'ball@t.example', phone: '+1 555 0' });
    await project.rows(`update public.leads set phone = '+1 555 1' where email in ('bo1@t.example', 'bo2@t.example')`);
    await project.rows(
      `update public.leads set phone = '+1 555 123456', first_name = 'Bob' where email = 'bo3@t.example'`,
    );
    await project.exchange();

    expect(await project.rows('select name, phone, tenant from public.tenants order by id')).toEqual([
      { name: 'Bo Number', phone: '+1 555 1', tenant: 7 },
      { name: 'Bo Number', phone: '+1 555 1', tenant: 7 },
      { name: 'Bob Number', phone: null, tenant: 7 },
      { name: 'Ball', phone: '+1 555 0', tenant: 7 },
    ]);
  });
  test.each([
    ['contact text not null, addr text not null', { name: 'contact', email: 'addr' }, []],
    ['name text, email text not null', { name: 'name' }, ['email']],
  ])('with %s gets rows for new leads where the columns that are named fill it', async (columns, named, required) => {
    await project.rows(`create table public.named (id serial primary key, ${columns})`);
    expect(await project.ask('lead_sync.adoption_plan($1, $2)', ['public.named', JSON.stringify(named)])).toMatchObject(
      {
        columns: named,
        inserts: required.length === 0,
        required,
        problems: [],
      },
    );
    expect(await connect('public.named', named)).toMatchObject({ columns: named, inserts: required.length === 0 });
    await project.rows('drop table public.named');
  });
  test('whose domain is never empty, and gives no value itself, is filled by its app alone', async () => {
    await project.rows(`create domain public.tier as integer not null default 1`);
    await project.rows(
      'create table public.tiers (id serial primary key, name text, tenant public.tenant, tier public.tier)',
    );
    expect(await plan('public.tiers')).toMatchObject({ inserts: false, required: ['tenant'] });
  });
  test('gets no row for a lead that says nothing of its columns, until it does', async () => {
    await project.rows('create table public.mailed (id serial primary key, name varchar(12), email text)');
    await connect('public.mailed');
    await project.exchange();
    await project.rows(
      `insert into public.leads (phone, first_name) values ('+1 555 41', null), ('+1 555 42', 'A name that is too long')`,
    );
    await project.exchange();
    await project.rows(`update public.leads set first_name = null where phone = '+1 555 42'`);
    await project.exchange();
    expect(await project.rows('select from public.mailed')).toEqual([]);
    expect(await project.rows(`select refusal from lead_sync.source_rows where refusal ~ 'syntax'`)).toEqual([]);

    await project.rows(`update public.leads set first_name = 'Known' where phone like '+1 555 4_'`);
    await project.exchange();
    expect(await project.rows('select name from public.mailed')).toEqual([{ name: 'Known' }, { name: 'Known' }]);
    expect(await project.ask('lead_sync.refused_rows()')).toMatchObject({ count: 0 });
  });
});
