import type { IDataObject } from 'n8n-workflow';
import type { WorkflowRun } from './harness';
import { useStage, type StageRunOptions } from './stage';
import { withAlerts } from './telling';

const CHECK = 'Check all parts';
const stage = useStage();

const look = (options?: StageRunOptions): Promise<WorkflowRun> => stage.run('lead-sync-doctor', options);
const partsOf = (run: WorkflowRun): IDataObject[] => run.items(CHECK)[0].map(({ json }) => json);
const part = (run: WorkflowRun, check: string): IDataObject | undefined =>
  partsOf(run).find((finding) => finding.check === check);

async function kept(): Promise<{ source: string; findings: IDataObject[] } | null> {
  const { rows } = await stage.database.query<{ kept: { source: string; findings: IDataObject[] } | null }>(
    "select public.get_dashboard() -> 'last_findings' as kept",
  );
  return rows[0].kept;
}

describe('Lead sync doctor', () => {
  it('gives one item for each part, and the dashboard what was found', async () => {
    expect(await kept()).toBeNull();

    const run = await look();

    expect(run.status).toBe('success');
    const parts = partsOf(run);
    expect(parts.map(({ area, check }) => `${String(area)} › ${String(check)}`)).toEqual([
      'Supabase › Key',
      'Supabase › Schema cache',
      'Database › Clock',
      'Database › Schema',
      'Database › Rights',
      'Database › Protection',
      'Database › Room',
      'Database › History',
      'Twenty › Workspace',
      'Twenty › Clock',
      'Twenty › Rights',
      'Twenty › Fields',
      'Twenty › Webhooks',
      'Sync › Figures',
      'Sync › Health',
      'Sync › Waiting for people',
      'Sync › Rate limit',
      'Sync › Last runs',
      'n8n › Workflows',
      'Supabase › Dashboard',
    ]);
    expect(parts.filter(({ status }) => status === 'error')).toEqual([]);
    expect(parts.filter(({ status, next_step }) => (status === 'ok') !== (next_step === ''))).toEqual([]);
    expect(part(run, 'Workflows')?.detail).toMatch(/not looked at here.*n8n-nodes-lead-sync doctor/);
    expect(await kept()).toMatchObject({ source: 'workflow', findings: parts.slice(0, -1) });
  });

  it('names the fields that Twenty lacks, those of the company among them', async () => {
    const turnOn = async (isOn: boolean) =>
      await stage.database.query(
        `update lead_sync.field_mappings set enabled = $1 where object = 'person' and lead_field = 'company_size'`,
        [isOn],
      );
    await turnOn(true);
    const run = await look();
    await turnOn(false);

    expect(part(run, 'Fields')).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(/^person lacks .*company\.employees/),
    });
  });

  it('ends as failed where a part has an error, alerts once, and has looked at all the others', async () => {
    await stage.database.query('alter table public.leads disable row level security');
    const run = await look({ edit: withAlerts });
    await stage.database.query('alter table public.leads enable row level security');

    expect(run.status).toBe('error');
    expect(run.error).toMatch(/Not well: Database › Protection: row level security is off on public\.leads/);
    expect(stage.telegram.messages).toHaveLength(1);
    expect(stage.telegram.messages[0].text).toMatch(/row level security is off/);
    expect(part(run, 'Last runs')).toMatchObject({ status: 'warning' });
    expect((await kept())?.findings).toContainEqual(expect.objectContaining({ check: 'Protection', status: 'error' }));
  });

  it('looks at Twenty where Supabase cannot be reached, and the other way round', async () => {
    const withoutSupabase = await look({ credentials: { leadSyncSupabaseApi: { host: 'http://127.0.0.1:9' } } });
    const withoutTwenty = await look({ apiKey: 'wrong' });

    expect(part(withoutSupabase, 'Schema cache')).toMatchObject({
      status: 'error',
      detail: expect.stringMatching(/^Supabase cannot be reached.*Check the host/) as string,
    });
    expect(part(withoutSupabase, 'Workspace')).toMatchObject({ status: 'ok' });
    expect(part(withoutTwenty, 'Workspace')).toMatchObject({
      status: 'error',
      detail: expect.stringMatching(/^Twenty does not accept the API key/) as string,
    });
    expect(part(withoutTwenty, 'Health')).toMatchObject({ area: 'Sync' });
  });
});
