import type { Client } from 'pg';
import { Shutdown } from '../../stack/shutdown';
import { startCleanSystems } from './support/clean-systems';
import type { CommandLine } from './support/command-line';
import { SetUpStage } from './support/set-up-stage';

/** A table as an app has made it: another key, one name, a column that Twenty is not to see, a trigger, policies. */
const OWN_TABLE = `
  create table public.leads (
    lead_no integer primary key generated always as identity (start with 500),
    full_name text not null, email_address text unique, mobile text, town text, private_note text,
    changed_at timestamptz not null default now()
  );
  create function public.touch_lead() returns trigger language plpgsql as
    $$ begin new.changed_at := clock_timestamp(); return new; end $$;
  create trigger touch before update on public.leads for each row execute function public.touch_lead();
  alter table public.leads enable row level security;
  create policy visitors_insert on public.leads for insert to anon with check (true);
  insert into public.leads (full_name, email_address, mobile, town, private_note) values
    ('Ada Lovelace', 'ada@own.example', '+44 20 7946 0958', 'London', 'call after nine'),
    ('Nobody', 'not an address', null, null, null)`;

const shutdown = new Shutdown();
let stage: SetUpStage;
let command: CommandLine;
let database: Client;

beforeAll(async () => {
  stage = await SetUpStage.open(shutdown, await startCleanSystems(shutdown, 'OWN_TABLE'));
  ({ command, database } = stage);
  await database.query(OWN_TABLE);
});
afterAll(() => shutdown.run());

const rows = async (query: string): Promise<unknown[]> => (await database.query<Record<string, unknown>>(query)).rows;
const table = () =>
  rows('select lead_no, full_name, email_address, mobile, town, private_note from public.leads order by 1');

interface Finding {
  check: string;
  status: string;
  detail: string;
  next_step: string;
}

describe('a project with a table leads of its own', () => {
  it('is shown a plan and left alone until somebody agrees', async () => {
    const { code, text } = await command.run(['setup', '--yes']);

    expect(code).toBe(1);
    expect(text).toMatch(/stays as it is: columns, key \(lead_no\), rights, 1 policies, 1 triggers/);
    expect(text).toMatch(/full_name → name/);
    expect(text).toMatch(/email_address → email/);
    expect(text).toMatch(/Next: Run it again with --adopt/);
    expect(await rows("select to_regnamespace('lead_sync') as ours")).toEqual([{ ours: null }]);
  });

  it('is adopted with --adopt, and nothing of it changes', async () => {
    const before = await table();

    const { code, told } = await command.json(['setup', '--yes', '--adopt']);

    expect(code).toBe(0);
    expect(told.steps.find(({ step }) => step === 'Table public.leads')).toMatchObject({ outcome: 'done' });
    expect(await table()).toEqual(before);
    expect(await rows('select count(*)::integer from public.lead_sync_leads')).toEqual([{ count: 2 }]);
    expect((await command.json(['setup', '--yes'])).told.steps.filter(({ outcome }) => outcome === 'done')).toEqual([]);
  });

  it('is in step with Twenty, both ways, by its own keys', async () => {
    await stage.twenty.post('/people', {
      name: { firstName: 'Grace', lastName: 'Hopper' },
      emails: { primaryEmail: 'grace@twenty.example' },
    });

    expect((await command.json(['sync', '--now'])).code).toBe(0);
    const { data } = await stage.twenty.get<{
      data: { people: Array<{ id: string; emails: { primaryEmail: string } }> };
    }>('/people?limit=10');
    const ada = data.data.people.find(({ emails }) => emails.primaryEmail === 'ada@own.example');
    await stage.twenty.patch(`/people/${ada?.id}`, { city: 'Paris' });
    await command.json(['sync', '--now']);
    await database.query('select lead_sync.exchange_sources()');

    expect(await table()).toEqual([
      expect.objectContaining({ lead_no: 500, town: 'Paris', private_note: 'call after nine' }),
      expect.objectContaining({ lead_no: 501, full_name: 'Nobody' }),
      expect.objectContaining({ lead_no: 502, full_name: 'Grace Hopper', email_address: 'grace@twenty.example' }),
    ]);
  });

  it('has the rows that could not be taken or written named by doctor and status', async () => {
    await database.query("alter table public.leads add constraint towns check (town <> 'Rome')");
    await database.query("update public.lead_sync_leads set city = 'Rome' where email = 'ada@own.example'");
    await database.query('select lead_sync.exchange_sources()');

    const { told } = await command.json(['doctor']);
    const { text } = await command.run(['status']);

    const refused = /1 rows were refused: .*leads 500: .*towns/;
    expect((told.findings as Finding[]).find(({ check }) => check === 'Own tables')).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(refused) as string,
      next_step: expect.stringMatching(/source_rows where refusal is not null/) as string,
    });
    expect(text).toMatch(refused);
  });

  it('stays behind after the uninstall, with all its rows', async () => {
    const before = await table();

    expect((await command.json(['uninstall', '--yes'])).code).toBe(0);

    expect(await table()).toEqual(before);
    expect(
      await rows("select tgname from pg_trigger where tgrelid = 'public.leads'::regclass and not tgisinternal"),
    ).toEqual([{ tgname: 'touch' }]);
  });
});
