import axios from 'axios';
import type { Access } from '../../stack/access';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { importFromFile } from './support/import-from-file';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.open();
});
afterAll(() => stack.close());

describe.each([
  ['twenty-to-supabase-lead-sync', { read: 1, created: 1 }],
  ['supabase-to-twenty-lead-sync', { pushed_created: 1 }],
])('%s, imported from its file in the editor', (file, figures) => {
  it('works as it comes: nothing but credentials to choose, no setting, not even published', async () => {
    await stack.clear();
    await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
    await stack.addLeads({ email: 'grace@example.com', first_name: 'Grace' });
    const id = await importFromFile(stack, file);

    const { status, run } = await stack.runWorkflow(id);

    expect((await bundledWorkflows()).get(file)?.id).not.toBe(id);
    expect(status).toBe('success');
    expect(run).toMatchObject({ status: 'succeeded', figures });
  });
});

describe.each([
  ['lead-sync-monitor', 'select source from lead_sync.heartbeats'],
  ['lead-sync-doctor', 'select source from lead_sync.last_findings'],
  ['lead-sync-maintenance', 'select task from lead_sync.maintenance_tasks'],
  ['lead-sync-reconcile', "select id from public.lead_sync_runs where mode = 'reconcile' and status = 'succeeded'"],
  ['lead-sync-scoring', "select id from public.leads where lead_score > 0 and score_breakdown ? 'rules'"],
  ['lead-sync-follow-ups', 'select task_id from lead_sync.follow_ups where done_at is not null'],
  // without a model it ends quietly
  ['lead-segment-classifier', 'select id from public.leads where segment_id is null'],
])('%s, imported from its file in the editor', (file, trace) => {
  it('does its work when it is run by hand', async () => {
    await stack.clear();
    await stack.addLeads({ email: 'ada@lumen.example', first_name: 'Ada', job_title: 'Founder' });
    await stack.run('push');
    await stack.database.query('select public.publish_scoring_rules()');
    await stack.database.query('update public.follow_up_rules set enabled = true, lowest_score = 1');
    if (file === 'lead-sync-follow-ups') await stack.database.query('select public.calculate_lead_scores()');
    const id = await importFromFile(stack, file);

    const { status, error } = await stack.runWorkflow(id);

    expect([status, error]).toEqual(['success', '']);
    expect((await stack.database.query(trace)).rowCount).toBeGreaterThan(0);
  });
});

describe('lead-sync-forget, imported from its file in the editor', () => {
  it('erases the person whose address was entered, on both sides, and no pull brings them back', async () => {
    await stack.clear();
    const ada = { name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } };
    await stack.addPeople(ada, { name: { firstName: 'Grace' }, emails: { primaryEmail: 'grace@example.com' } });
    await stack.run('pull');
    const id = await importFromFile(stack, 'lead-sync-forget', (text) =>
      text.replace(
        '"name":"lead","type":"string","value":""',
        '"name":"lead","type":"string","value":"Ada@example.com"',
      ),
    );

    const { status, error } = await stack.runWorkflow(id);
    const forgotten = [...(await stack.people()).keys()];
    await stack.addPeople(ada);
    await stack.run('pull');

    expect([status, error]).toEqual(['success', '']);
    expect(forgotten).toEqual(['grace@example.com']);
    const { rows } = await stack.database.query('select email from public.leads');
    expect(rows).toEqual([{ email: 'grace@example.com' }]);
  });
});

describe('lead-sync-dashboard, imported from its file in the editor', () => {
  it('serves its data and syncs, with no workflow to choose', async () => {
    const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
    const auth = { username: dashboard.user, password: dashboard.password };
    const http = axios.create({ auth, proxy: false, validateStatus: () => true });
    const status = `${dashboard.url}-imported/status`;
    await stack.clear();
    await stack.addLeads({ email: 'ada@lumen.example', first_name: 'Ada' });
    // the bundled page has the path that the file names
    const id = await importFromFile(stack, 'lead-sync-dashboard', (text) =>
      text.replaceAll('"path":"lead-sync', '"path":"lead-sync-imported'),
    );
    await stack.n8n.publish(id);
    for (const ask of [() => http.get(status), () => http.post(status)])
      await until('The page', async () => (await ask()).status !== 404);

    const { data } = await http.get<{ csrf_token: string }>(status);
    const started = await http.post(status, { action: 'sync', csrf_token: data.csrf_token });

    expect(started.status).toBe(202);
    await until('Ada as a person', async () => (await stack.people()).has('ada@lumen.example'));
    await stack.n8n.unpublish(id);
  });
});
