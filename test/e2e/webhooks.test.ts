import axios from 'axios';
import type { DueListener } from '../../stack/due-listener';
import { importInstantPushCredential, startInstantPush } from '../../stack/instant-push';
import { NO_STARTERS, publishBundle } from '../../stack/workflows';
import { env, RunningStack } from './support/running-stack';
import { twenty } from './support/twenty';
import { until } from './support/until';

let stack: RunningStack;
let listener: DueListener;

beforeAll(async () => {
  stack = await RunningStack.open();
  const secret = await importInstantPushCredential(stack.n8n);
  await publishBundle(stack.n8n, { schedules: false, twentyWebhook: true, instantPush: true });
  const supabase = { ...stack.supabase, databaseUrl: env('TEST_DATABASE_URL') };
  listener = await startInstantPush(supabase, { url: env('TEST_N8N_URL') }, secret);
});
afterAll(async () => {
  await listener.stop();
  await stack.database.query('select public.disable_instant_push()');
  await publishBundle(stack.n8n, NO_STARTERS);
  await stack.close();
});

const leadOf = async (email: string) => (await stack.leads()).find((lead) => lead.email === email);

test('changes travel both ways by webhooks alone, and then the schedules find nothing to do', async () => {
  await until('The webhook in Twenty', async () => (await twenty.get<unknown[]>('/webhooks')).data.length > 0);
  await twenty.post('/people', { name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
  await until('Ada as a lead', async () => (await leadOf('ada@example.com')) !== undefined);
  await stack.addLeads({ first_name: 'Grace', email: 'grace@example.com' });
  await until('Grace as a person', async () => (await stack.people()).has('grace@example.com'));

  const { id } = (await stack.people()).get('ada@example.com') ?? { id: '' };
  await twenty.patch(`/people/${id}`, { jobTitle: 'Countess' });
  const jobTitle = async (): Promise<unknown> => {
    const { rows } = await stack.database.query('select job_title from public.leads where twenty_id = $1', [id]);
    return (rows as Array<{ job_title: unknown }>)[0]?.job_title;
  };
  await until('The job title in Supabase', async () => (await jobTitle()) === 'Countess');

  await stack.database.query("update public.leads set job_title = 'Admiral' where email = 'grace@example.com'");
  await until(
    'The job title in Twenty',
    async () => (await stack.people()).get('grace@example.com')?.jobTitle === 'Admiral',
  );

  await twenty.delete(`/people/${id}?soft_delete=true`);
  await until('The deletion in Supabase', async () => {
    const { rows } = await stack.database.query('select from public.leads where deleted_at is not null');
    return rows.length === 1;
  });
  await until('Rest', async () => {
    const { rows } = await stack.database.query<{ busy: boolean }>(
      `select exists (select from lead_sync.inbox) or exists (select from public.lead_sync_runs where status = 'running')
         or exists (select from lead_sync.lead_states where due_at is not null) as busy`,
    );
    return !rows[0].busy;
  });
  const pull = await stack.run('pull');
  const push = await stack.run('push');
  expect(pull.run?.figures).toMatchObject({ created: 0, updated: 0, linked: 0, conflicts: 0 });
  expect(push.run?.figures.pushed ?? 0).toBe(0);
});

test('a deal of a new lead is in Twenty by calls of the database alone, once opportunities are synced', async () => {
  await stack.database.query(
    `select public.finish_sync_run(public.start_sync_run('supabase_to_twenty', p_options => '{"object": "opportunity"}') -> 'run')`,
  );
  await stack.addLeads({ first_name: 'Mary', email: 'mary@example.com' });
  await stack.database.query(
    `insert into public.opportunities (name, lead_id) select 'Of Mary', id from public.leads where email = 'mary@example.com'`,
  );

  await until('The deal of Mary', async () => {
    const { data } = await twenty.get<{ data: { opportunities: Array<{ name: string; pointOfContactId: string }> } }>(
      '/opportunities',
    );
    const mary = (await stack.people()).get('mary@example.com')?.id;
    return data.data.opportunities.some((deal) => deal.name === 'Of Mary' && deal.pointOfContactId === mary);
  });
});

test('a call of the push webhook without the secret is refused', async () => {
  const answer = await axios.post(
    `${env('TEST_N8N_URL')}/webhook/lead-sync-push`,
    {},
    {
      proxy: false,
      validateStatus: () => true,
    },
  );
  expect(answer.status).toBe(403);
});
