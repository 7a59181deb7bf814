import type { IDataObject } from 'n8n-workflow';
import { makeToken } from '../../../nodes/SupabaseLeads/console/frame/signed';
import { busyDashboard } from './console/dashboard-sample';
import { startPostgrest, type PostgrestServer } from './postgrest-server';
import { runNode, SERVICE_KEY } from './run-node';

const NOTIFICATIONS = [
  {
    id: 17,
    alert: 'dead_letters',
    kind: 'raised',
    severity: 'warning',
    title: 'Dead letters',
    message: '3 leads were refused too often.',
    advice: 'Replay them.',
    since: '2026-11-21T11:00:00Z',
    at: '2026-11-21T12:00:00Z',
    examples: [],
  },
];

const ANSWERS: Record<string, unknown> = {
  update_sync_alerts: {
    health: { status: 'warning', reasons: [{ message: '3 leads were refused too often.' }] },
    notifications: NOTIFICATIONS,
    alerts: [],
  },
  get_dashboard: busyDashboard(),
  check_sync_integrity: {
    ok: false,
    at: '2026-11-21T12:00:00Z',
    fixed: 2,
    checks: [
      { check: 'counts', ok: true, message: 'All counted.', examples: [] },
      { check: 'stale_claims', ok: false, message: '3 claims were left behind.', examples: ['1b4e28ba'] },
    ],
  },
};

let server: PostgrestServer;

beforeEach(async () => {
  server = await startPostgrest(({ name }) => ({ json: ANSWERS[name] ?? { called: name } }));
});
afterEach(() => server.close());

async function run(operation: string, parameters: IDataObject = {}, items: IDataObject[] = [{}]): Promise<IDataObject> {
  const output = await runNode({
    host: server.url,
    items,
    parameters: { resource: 'monitoring', operation, ...parameters },
  });
  return output[0].json;
}

test.each<[string, IDataObject, string, IDataObject]>([
  ['getMetrics', {}, 'get_sync_metrics', {}],
  ['confirmAlerts', { notificationIds: '[17, 18]' }, 'confirm_alert_notifications', { p_ids: [17, 18] }],
  ['runMaintenance', { seconds: 4, cleanup: 'weekly' }, 'run_sync_maintenance', { p_seconds: 4 }],
  ['runMaintenance', { seconds: 2, cleanup: 'now' }, 'run_sync_maintenance', { p_seconds: 2, p_cleanup: true }],
  ['runMaintenance', { seconds: 2, cleanup: 'never' }, 'run_sync_maintenance', { p_seconds: 2, p_cleanup: false }],
])('%s with %j calls its function and returns its answer', async (operation, parameters, name, args) => {
  expect(await run(operation, parameters)).toMatchObject({ called: name });
  expect(server.calls).toMatchObject([{ name, args }]);
});

test('a check of the alerts says what to send, and of what the sending is to be confirmed', async () => {
  const answer = await run('checkAlerts', { source: 'watchdog' });

  expect(server.calls).toMatchObject([{ name: 'update_sync_alerts', args: { p_source: 'watchdog' } }]);
  expect(answer).toMatchObject({
    health: { status: 'warning' },
    notification_ids: [17],
    messages: {
      telegram: [
        '<b>Lead sync: warning</b>\n<i>3 leads were refused too often.</i>\n\n🟠 <b>Warning</b>\nNew: <b>Dead letters</b>\n3 leads were refused too often.\n→ Replay them.',
      ],
      subject: 'Lead sync: warning, 1 new',
    },
  });
});

test('an integrity check says what it found, and nothing of what is well', async () => {
  const answer = await run('checkIntegrity', { fix: true });

  expect(server.calls).toMatchObject([{ name: 'check_sync_integrity', args: { p_fix: true } }]);
  expect(answer).toMatchObject({
    ok: false,
    messages: {
      telegram: [
        '<b>Lead sync: the integrity check found something</b>\n<i>2 repaired by itself.</i>\n\n🟠 <b>Warning</b>\nNew: <b>Stale claims</b>\n3 claims were left behind.\n• lead 1b4e28ba',
      ],
    },
  });
});

test('the dashboard comes as data with a token', async () => {
  const data = await run('getDashboard', { hours: 48 });

  expect(server.calls.map(({ name, args }) => [name, args])).toEqual([
    ['get_dashboard', { p_hours: 48 }],
    ['get_revenue', { p_model: 'linear' }],
  ]);
  expect(data).toMatchObject({ hours: 24, csrf_token: expect.stringMatching(/^\d+\.[\w-]{43}$/) });
});

test('an action is accepted with a token of the page only, and only if it exists', async () => {
  const token = makeToken(SERVICE_KEY, new Date());
  const ask = (action: string, csrfToken: string) => run('checkAction', { action, csrfToken });

  expect(await ask('sync', token)).toEqual({ accepted: true, action: 'sync', reason: null });
  expect(await ask('drop_all', token)).toEqual({ accepted: false, action: null, reason: 'There is no such action.' });
  expect(await ask('sync', '')).toEqual({ accepted: false, action: null, reason: 'The request has no valid token.' });
  expect(await ask('sync', makeToken('another key', new Date()))).toMatchObject({ accepted: false });
  expect(server.calls).toEqual([]);
});

describe('a failed execution', () => {
  const describeFailure = (failure: IDataObject) => run('describeFailure', { failure: JSON.stringify(failure) });
  const failure = (message: string): IDataObject => ({
    execution: {
      id: '231',
      url: 'https://n8n.example.com/workflow/1/executions/231',
      error: { message, stack: 'Error: at secret place' },
      lastNodeExecuted: 'Push <leads>',
      mode: 'trigger',
    },
    workflow: { id: '1', name: 'Supabase to Twenty & back' },
  });

  it('is told without secrets, personal data and markup of others, and without calling Supabase', async () => {
    const { messages, ...told } = await describeFailure(failure('<b>ada@example.com</b> refused, token=abcdef123'));

    expect(told).toMatchObject({ workflow: 'Supabase to Twenty & back', node: 'Push <leads>', execution_id: '231' });
    expect((messages as { telegram: string[] }).telegram).toEqual([
      '<b>A lead sync workflow failed</b>\n\n🔴 <b>Critical</b>\nNew: <b>Supabase to Twenty &amp; back, at &quot;Push &lt;leads&gt;&quot;</b>\n&lt;b&gt;a•••@example.com&lt;/b&gt; refused, token=•••\n→ Look at https://n8n.example.com/workflow/1/executions/231 in n8n.',
    ]);
    expect(server.calls).toEqual([]);
  });

  it('has the same fingerprint as another of its kind, whatever ids and times it names', async () => {
    const [first, same, other] = [
      await describeFailure(failure('Run 12 of 1b4e28ba-2fa1 ended at 12:00:01')),
      await describeFailure(failure('Run 13 of 9c4e28ba-2fa1 ended at 12:05:07')),
      await describeFailure(failure('Twenty does not accept the key')),
    ];

    expect(first.fingerprint).toBe(same.fingerprint);
    expect(first.fingerprint).not.toBe(other.fingerprint);
  });

  it('may be a trigger that failed, or say nothing at all', async () => {
    const trigger = await describeFailure({
      trigger: { error: { message: 'The webhook is gone', node: { name: 'When Twenty calls' } }, mode: 'trigger' },
      workflow: { id: '1', name: 'Webhooks' },
    });

    expect(trigger).toMatchObject({ node: 'When Twenty calls', error: 'The webhook is gone', execution_id: null });
    expect(await describeFailure({})).toMatchObject({ workflow: 'A workflow', error: 'It did not say why.' });
  });
});

describe('Run Maintenance', () => {
  let left: number;
  beforeEach(async () => {
    await server.close();
    server = await startPostgrest(() => ({ json: { has_more: (left -= 1) > 0, archived: 100, summary: { days: 1 } } }));
  });

  it('goes on until nothing is left to do, and adds up what it did', async () => {
    left = 3;

    expect(await run('runMaintenance', { seconds: 4, cleanup: 'weekly' })).toMatchObject({
      has_more: false,
      archived: 300,
      calls: 3,
    });
  });

  it('takes one call when it is not to go on', async () => {
    left = 3;

    const answer = await run('runMaintenance', { seconds: 4, cleanup: 'weekly', untilDone: false });

    expect(answer).toMatchObject({ has_more: true, archived: 100 });
  });
});
