import { lookAtDatabase } from '../../../cli/doctor/database';
import { explain } from '../../../cli/failure';
import { Findings, type Finding } from '../../../nodes/LeadSync/checks/finding';
import { OwnerDatabase } from '../../setup/owner-database';

let project: OwnerDatabase;

beforeAll(async () => {
  project = await OwnerDatabase.create('doctor');
});
afterAll(() => project.drop());

async function look(check: string): Promise<Finding | undefined> {
  const findings = new Findings(explain);
  await lookAtDatabase(project.sql, findings);
  return findings.all.find((finding) => finding.check === check);
}

it('sees that there is no schema', async () => {
  expect(await look('Schema')).toMatchObject({ status: 'error', next_step: 'Run: npx n8n-nodes-lead-sync setup' });
});

it('finds nothing wrong with a new project', async () => {
  await project.applySchema();
  const findings = new Findings(explain);

  await lookAtDatabase(project.sql, findings);

  expect(findings.all.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(findings.all.map(({ check }) => check)).toEqual([
    'Clock',
    'Schema',
    'Rights',
    'Protection',
    'Room',
    'History',
  ]);
});

it.each([
  [
    'Schema',
    'insert into lead_sync.schema_versions (version, checksum) values (1, $$$$)',
    'error',
    /older than this package/,
  ],
  [
    'Schema',
    'insert into lead_sync.schema_versions (version, checksum) values (999, $$$$)',
    'error',
    /newer than this package/,
  ],
  [
    'Rights',
    'revoke execute on function public.upsert_leads from service_role',
    'error',
    /service_role may not reach .*upsert_leads/,
  ],
  ['Rights', 'grant select on public.lead_sync_runs to anon', 'error', /visitors .* public\.lead_sync_runs/],
  [
    'Protection',
    'alter table public.leads disable row level security',
    'error',
    /row level security is off on public\.leads/,
  ],
  [
    'Protection',
    'alter table public.leads disable trigger user',
    'error',
    /triggers of public\.leads are switched off/,
  ],
  [
    'Own triggers',
    `create function public.log_lead() returns trigger language plpgsql as 'begin return new; end';
    create trigger log_lead after insert on public.leads for each row execute function public.log_lead()`,
    'warning',
    /no search_path: public\.log_lead\(\)$/,
  ],
  [
    'History',
    "insert into public.lead_sync_runs (direction, mode, trigger, status, started_at, lease_until) values ('supabase_to_twenty', 'delta', 'manual', 'succeeded', now() - interval '3 days', now())",
    'warning',
    /maintenance never ran/,
  ],
])('%s: sees what this does: %s', async (check, statement, status, detail) => {
  await project.sql.query('begin');
  await project.sql.query(statement);

  const finding = await look(check);

  await project.sql.query('rollback');
  expect(finding).toMatchObject({ status, detail: expect.stringMatching(detail) as string });
  expect(finding?.next_step).not.toBe('');
});

it('finds triggers of people’s own well whose functions say where they look', async () => {
  await project.sql.query(`begin;
    create function public.log_lead() returns trigger language plpgsql set search_path = public as 'begin return new; end';
    create trigger log_lead after insert on public.leads for each row execute function public.log_lead();
    create trigger same before update on public.leads for each row execute function suppress_redundant_updates_trigger()`);

  const finding = await look('Own triggers');

  await project.sql.query('rollback');
  expect(finding).toBeUndefined();
});
