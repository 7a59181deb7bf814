import { applyMigrations, uninstall } from '../../../cli/database/migrations';
import { namesIn, withPrefix } from '../../../cli/database/own-names';
import { lookAtDatabase } from '../../../cli/doctor/database';
import { explain } from '../../../cli/failure';
import { adopt, planAdoption, planLines } from '../../../cli/set-up/adoption';
import { Findings } from '../../../nodes/LeadSync/checks/finding';
import { schemaScript } from '../../../stack/schema';
import { OwnerDatabase } from '../../setup/owner-database';

describe('a project with a table leads of its own', () => {
  let project: OwnerDatabase;
  beforeAll(async () => {
    project = await OwnerDatabase.create('adoption_test');
    await project.sql.query(`
      create table public.leads (id serial primary key, name text, email text, secret text);
      create index leads_email_idx on public.leads (email);
      insert into public.leads (name, email) select 'Ada ' || n, 'ada' || n || '@many.example' from generate_series(1, 1200) as n`);
  });
  afterAll(() => project.drop());

  test('is shown what would be done, and nothing of it is done', async () => {
    const before = await project.inventory();
    const plan = await planAdoption(project.url);
    expect(plan).toMatchObject({ table: 'public.leads', key: 'id', columns: { name: 'name', email: 'email' } });
    expect(plan && planLines(plan).join('\n')).toContain('Not synced: secret');
    expect(await project.inventory()).toEqual(before);
  });

  test('gets our schema beside it, again and again, and its rows become leads', async () => {
    await applyMigrations({ databaseUrl: project.url });
    expect(await adopt(project.url)).toEqual({ outcome: 'done', detail: '1200 rows of public.leads are in step' });
    const before = await project.inventory();
    expect(before).toContain('relation lead_sync_leads');
    await applyMigrations({ databaseUrl: project.url });
    expect(await project.inventory()).toEqual(before);
    expect(await project.column('select count(*)::text as name from lead_sync.schema_versions')).toEqual(['1']);
    expect(await planAdoption(project.url)).toBeNull();
    expect(await adopt(project.url)).toMatchObject({ outcome: 'unchanged' });
  });

  test('is looked after by the doctor as any other', async () => {
    const findings = new Findings(explain);
    await project.sql.query(`begin;
      create function public.log_lead() returns trigger language plpgsql as 'begin return new; end';
      create trigger log_lead after insert on public.leads for each row execute function public.log_lead()`);
    await lookAtDatabase(project.sql, findings);
    await project.sql.query('rollback');
    expect(findings.all.filter(({ status }) => status === 'error')).toEqual([]);
    expect(findings.all.map(({ check, status }) => [check, status])).toContainEqual(['Protection', 'ok']);
    expect(findings.all.map(({ check }) => check)).not.toContain('Own triggers');
  });

  test('is not mistaken by the file as it is: that would make a second table', async () => {
    await project.sql.query(
      'begin; alter table public.leads rename to own; alter index leads_email_idx rename to own_idx; commit',
    );
    await expect(project.applySchema()).rejects.toMatchObject({
      message: expect.stringContaining('public.lead_sync_leads') as string,
      hint: expect.stringContaining('upgrade') as string,
    });
    await project.sql.query('alter table public.own rename to leads');
  });

  test('has its table left when the schema goes', async () => {
    await uninstall({ databaseUrl: project.url });
    expect((await project.inventory()).filter((name) => /trigger|lead_sync/.test(name))).toEqual([]);
    expect(await project.column('select count(*)::text as name from public.leads')).toEqual(['1200']);
  });

  test('is told of functions in the way: those are called by their names', async () => {
    await project.sql.query(`create function public.get_dashboard(text) returns text language sql as 'select $1'`);
    await expect(planAdoption(project.url)).rejects.toThrow('get_dashboard(text)');
  });
});

describe('a table whose first reading cannot go on', () => {
  let project: OwnerDatabase;
  beforeAll(async () => {
    project = await OwnerDatabase.create('adoption_problem_test');
    await project.run(`
      create table public.contacts (id serial primary key, email text);
      create table public.visitors (id serial primary key, email text);
      create table public.leads (id serial primary key, email text);
      insert into public.leads (email) values ('ada@problem.example')`);
    await applyMigrations({ databaseUrl: project.url });
    await project.run(`
      select lead_sync.connect_source('public.contacts'), lead_sync.connect_source('public.visitors');
      alter table public.contacts rename email to mail;
      drop table public.visitors`);
  });
  afterAll(() => project.drop());

  test('stops with what is wrong with it, and goes on once that is mended', async () => {
    await project.run(`
      select lead_sync.connect_source('public.leads', p_both_ways => true);
      alter table public.leads rename email to mail`);
    await expect(adopt(project.url)).rejects.toMatchObject({
      name: 'CliError',
      message: expect.stringMatching(/public\.leads cannot be read: .*email/) as string,
    });
    await project.run('alter table public.leads rename mail to email');
    expect(await adopt(project.url)).toEqual({ outcome: 'unchanged', detail: '1 rows of public.leads are in step' });
  });

  test('keeps no other one waiting', async () => {
    await project.run("select lead_sync.disconnect_source('public.leads')");
    expect(await adopt(project.url)).toEqual({ outcome: 'done', detail: '1 rows of public.leads are in step' });
  });
});

test('every relation of ours can have the prefix, wherever the schema speaks of it', async () => {
  const script = await schemaScript();
  const names = namesIn(script).filter((name) => !new RegExp(`function public\\.${name}\\(`).test(script));
  expect(names.length).toBeGreaterThan(40);
  const project = await OwnerDatabase.create('all_prefixed_test');
  await project.run(withPrefix(script, names));
  const relations = await project.column(`
    select o.object_name as name from lead_sync.list_objects() as o
    where o.schema_name = 'public' and o.kind in ('table', 'view', 'materialized view') and o.object_name not like 'lead\\_sync\\_%'`);
  expect(relations).toEqual([]);
  await project.run('select public.get_dashboard(), public.get_sync_metrics()');
  await project.drop();
});
