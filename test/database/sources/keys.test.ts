import { Client } from 'pg';
import { isWaitedFor } from '../store';
import { Project } from './project';

/** Tables whose rows are known by what the app changes: an e-mail. */
describe('rows whose keys change', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create('keys_test', '');
  });
  afterAll(() => project.drop());
  afterEach(async () => {
    await project.rows(`select lead_sync.disconnect_source(s.source) from lead_sync.sources as s`);
    await project.rows('drop table public.subscribers');
    await project.rows('delete from public.leads');
  });

  /** A row for each name, read: ann@s.example is Ann. */
  async function subscribers(bothWays: boolean, ...names: string[]): Promise<void> {
    await project.rows('create table public.subscribers (email text primary key, name text)');
    await project.ask(`lead_sync.connect_source('public.subscribers', p_both_ways => $1)`, [bothWays]);
    await project.rows(
      `insert into public.subscribers select lower(n) || '@s.example', n from unnest($1::text[]) as n`,
      [names],
    );
    await project.exchange();
    await project.rows(`update public.leads set job_title = first_name`); // who each lead was
  }
  const change = (from: string, to: string): Promise<unknown> =>
    project.rows(`update public.subscribers set email = $2 || '@s.example' where email = $1 || '@s.example'`, [
      from,
      to,
    ]);
  /** Each lead: who it was, and its address and name now. */
  const leads = async (): Promise<string[]> =>
    (
      await project.rows(
        `select concat_ws(' ', l.job_title, split_part(l.email, '@', 1), l.first_name) as lead from public.leads as l order by 1`,
      )
    ).map(({ lead }) => String(lead));
  const keys = async (): Promise<string[]> =>
    (
      await project.rows(
        `select concat_ws(' ', l.job_title, split_part(r.key, '@', 1)) as row from lead_sync.source_rows as r join public.leads as l on l.id = r.lead_id order by 1`,
      )
    ).map(({ row }) => String(row));

  test.each([true, false])(
    'stay the rows of their leads, which take the new address; both ways: %s',
    async (bothWays) => {
      await subscribers(bothWays, 'Ann', 'Bob');
      await change('ann', 'anna');
      await project.exchange();

      expect(await leads()).toEqual(['Ann anna Ann', 'Bob bob Bob']);
      expect(await keys()).toEqual(['Ann anna', 'Bob bob']);
      await project.rows(`update public.subscribers set name = 'Anna' where name = 'Ann'`);
      await project.exchange();
      expect(await leads()).toEqual(['Ann anna Anna', 'Bob bob Bob']);
      expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
    },
  );

  test('take each other’s in one statement, and each stays its lead’s', async () => {
    await subscribers(false, 'Cy', 'Bob', 'Ann', 'Eve');
    await project.rows(
      `update public.subscribers set email = case name when 'Cy' then 'dan' when 'Bob' then 'cy' when 'Ann' then 'bob' else 'eve' end || '@s.example'`,
    );
    await project.exchange();

    expect(await leads()).toEqual(['Ann bob Ann', 'Bob cy Bob', 'Cy dan Cy', 'Eve eve Eve']);
    expect(await keys()).toEqual(['Ann bob', 'Bob cy', 'Cy dan', 'Eve eve']);
  });

  test('change places, where the key is deferrable: each lead keeps its address and takes what is said there', async () => {
    await subscribers(false, 'Ann', 'Bob', 'Cy');
    await project.rows(
      'alter table public.subscribers drop constraint subscribers_pkey, add primary key (email) deferrable',
    );
    await project.rows(
      `update public.subscribers set email = case name when 'Ann' then 'bob' when 'Bob' then 'ann' else 'cyrus' end || '@s.example'`,
    );
    await project.exchange();

    expect(await leads()).toEqual(['Ann ann Bob', 'Bob bob Ann', 'Cy cyrus Cy']);
  });

  test.each([1, 2, 1000])('change more than once before they are read, %s changes a call', async (limit) => {
    await subscribers(false, 'Ann', 'Bob', 'Cy');
    await change('ann', 'anna');
    await change('anna', 'anne');
    await change('bob', 'rob');
    await change('rob', 'bob');
    await change('cy', 'cyrus');
    await project.exchange(limit);

    expect(await leads()).toEqual(['Ann anne Ann', 'Bob bob Bob', 'Cy cyrus Cy']);
    expect(await keys()).toEqual(['Ann anne', 'Bob bob', 'Cy cyrus']);
  });

  test.each([1, 1000])(
    'take that of a row that was deleted, whose lead stays as it was, %s changes a call',
    async (limit) => {
      await subscribers(true, 'Ann', 'Bob');
      await project.rows(`delete from public.subscribers where name = 'Bob'`);
      await project.rows(`update public.subscribers set email = 'bob@s.example', name = 'Anna' where name = 'Ann'`);
      await project.exchange(limit);

      expect(await keys()).toEqual(['Ann bob', 'Bob']);
      expect(await leads()).toContainEqual('Bob bob Bob');
    },
  );

  test.each([1, 2, 1000])(
    'change to that of a row that was deleted, and on: the row stays its lead’s, %s changes a call',
    async (limit) => {
      await subscribers(false, 'Ann', 'Bob');
      await project.rows(`delete from public.subscribers where name = 'Bob'`);
      await change('ann', 'bob');
      await change('bob', 'cy');
      await project.exchange(limit);

      expect(await keys()).toEqual(['Ann cy', 'Bob']);
      expect(await leads()).toEqual(['Ann cy Ann', 'Bob bob Bob']);
    },
  );

  test('change while their rows are about to be written: those stay the rows of their leads, and are written', async () => {
    await subscribers(true, 'Ann', 'Bob');
    const app = new Client({ connectionString: project.database.url });
    await app.connect();
    try {
      await app.query(`begin; update public.subscribers set email = 'anna@s.example' where name = 'Ann'`);
      await project.rows(`update public.leads set first_name = 'Anna' where first_name = 'Ann'`);
      const exchanged = project.exchange();
      await isWaitedFor(app);
      await app.query('commit');
      await exchanged;
    } finally {
      await app.end();
    }
    await project.exchange();

    expect(await leads()).toEqual(['Ann anna Anna', 'Bob bob Bob']);
    expect(await keys()).toEqual(['Ann anna', 'Bob bob']);
    expect(await project.rows('select name from public.subscribers order by 1')).toEqual([
      { name: 'Anna' },
      { name: 'Bob' },
    ]);
  });

  test('whose rows are gone without a note are let go when their leads change', async () => {
    await subscribers(true, 'Ann', 'Bob');
    await project.rows('truncate public.subscribers');
    await project.rows(`update public.leads set first_name = upper(first_name)`);
    await project.exchange();

    expect(await keys()).toEqual(['Ann', 'Bob']);
    expect(await leads()).toEqual(['Ann ann ANN', 'Bob bob BOB']);
    expect(await project.exchange()).toEqual({ taken: 0, written: 0, waiting: false });
  });

  test('are not made twice by the first reading that is still at work', async () => {
    await project.rows('create table public.subscribers (email text primary key, name text)');
    await project.rows(
      `insert into public.subscribers select n || '@s.example', n from unnest('{ann,bob,cy,dan}'::text[]) as n`,
    );
    await project.ask(`lead_sync.connect_source('public.subscribers')`);
    await project.ask('lead_sync.exchange_sources(2)');
    await change('ann', 'zoe');
    await change('dan', 'abe');
    await project.exchange(1);

    expect(await leads()).toEqual(['abe dan', 'bob bob', 'cy cy', 'zoe ann']);
  });

  test('cost nothing more where no key changes: one note a row', async () => {
    await subscribers(false, 'Ann', 'Bob');
    await project.rows(`update public.subscribers set name = name || '!'`);
    expect(await project.rows('select c.key, c.key_before from lead_sync.source_changes as c order by 1')).toEqual([
      { key: 'ann@s.example', key_before: null },
      { key: 'bob@s.example', key_before: null },
    ]);
  });
});
