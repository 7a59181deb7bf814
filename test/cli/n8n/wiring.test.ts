import type { StoredWorkflow } from '../../../cli/n8n/api';
import { bundledWorkflows, CORE, type BundledWorkflow } from '../../../cli/n8n/bundle';
import { differs, renewed } from '../../../cli/n8n/renew';
import { completed, copiesOf, wired, type Wiring } from '../../../cli/n8n/wiring';

const WIRING: Wiring = {
  credentials: new Map([
    ['leadSyncTwentyApi', { id: 'tw', name: 'Twenty account (lead sync)' }],
    ['leadSyncSupabaseApi', { id: 'su', name: 'Supabase account (lead sync)' }],
  ]),
  timezone: 'Europe/Berlin',
  errorWorkflow: 'handler',
};

let bundle: Map<string, BundledWorkflow>;
let push: BundledWorkflow;
let monitor: BundledWorkflow;

beforeAll(async () => {
  bundle = await bundledWorkflows();
  push = bundle.get('supabase-to-twenty-lead-sync') as BundledWorkflow;
  monitor = bundle.get('lead-sync-monitor') as BundledWorkflow;
});

const stored = (content: ReturnType<typeof wired>, more: Partial<StoredWorkflow> = {}): StoredWorkflow => ({
  id: 'in-n8n',
  active: false,
  updatedAt: '2026-01-01T00:00:00Z',
  ...structuredClone(content),
  ...more,
});

describe('a workflow on its way into n8n', () => {
  it('has its credentials, its time zone and the workflow that tells of failures', () => {
    const { nodes, settings } = wired(push, WIRING);

    expect(settings).toEqual({ ...push.settings, timezone: 'Europe/Berlin', errorWorkflow: 'handler' });
    expect(nodes.find(({ name }) => name === 'Push to Twenty')?.credentials).toEqual({
      leadSyncTwentyApi: { id: 'tw', name: 'Twenty account (lead sync)' },
      leadSyncSupabaseApi: { id: 'su', name: 'Supabase account (lead sync)' },
    });
  });

  it('leaves credentials that nobody gave to be chosen, and alerts by Telegram off', () => {
    const telegram = wired(monitor, WIRING).nodes.find(({ type }) => type === 'n8n-nodes-base.telegram');

    expect(telegram).not.toHaveProperty('credentials');
    expect(telegram?.disabled).toBe(true);
  });

  it('tells alerts to a chat where one is given, and failures once', () => {
    const nodesOf = (workflow: BundledWorkflow) => wired(workflow, { ...WIRING, chatId: '-100' }).nodes;
    const isTelegram = ({ type }: { type: string }): boolean => type === 'n8n-nodes-base.telegram';

    expect(nodesOf(monitor).find(isTelegram)).not.toHaveProperty('disabled');
    expect(nodesOf(monitor).find(({ name }) => name === 'Check alerts')?.parameters.telegramChatId).toBe('-100');
    expect(nodesOf(push).find(isTelegram)?.disabled).toBe(true);
    const speed = nodesOf(bundle.get('lead-sync-speed-to-lead') as BundledWorkflow);
    expect(speed.find(({ name }) => name === 'Tell new leads')?.parameters.telegramChatId).toBe('-100');
    const classifier = nodesOf(bundle.get('lead-segment-classifier') as BundledWorkflow);
    expect(classifier.find(({ name }) => name === 'Store what holds')?.parameters.telegramChatId).toBe('-100');
  });

  it.each(['lead-sync-error-handler', 'lead-sync-monitor', 'lead-segment-classifier', 'lead-sync-events'])(
    'sends by Telegram in %s only where a node writes for the chat',
    (file) => {
      const workflow = bundle.get(file) as BundledWorkflow;
      const { nodes } = wired(workflow, { ...WIRING, chatId: '-100' });
      const sends = nodes.some(({ name, disabled }) => name === 'Send Telegram message' && !disabled);

      expect(sends).toBe(nodes.some(({ parameters }) => parameters.telegramChatId === '-100'));
      expect(completed(stored(wired(workflow, WIRING)), workflow, { ...WIRING, chatId: '-100' })?.nodes).toEqual(
        sends ? nodes : undefined,
      );
    },
  );
});

describe('a workflow that is in n8n', () => {
  it('tells a chat that is given later, but keeps one that its user has chosen', () => {
    const later = completed(stored(wired(monitor, WIRING)), monitor, { ...WIRING, chatId: '-100' });
    const node = (named: string) => later?.nodes.find(({ name }) => name === named);

    expect(node('Send Telegram message')).not.toHaveProperty('disabled');
    expect(node('Check alerts')?.parameters.telegramChatId).toBe('-100');
    const chosen = stored(wired(monitor, { ...WIRING, chatId: '-200' }));
    expect(completed(chosen, monitor, { ...WIRING, chatId: '-100' })).toBeUndefined();
  });

  it('stays as it is when it lacks nothing', () => {
    expect(completed(stored(wired(push, WIRING)), push, WIRING)).toBeUndefined();
  });

  it('gets what an import in the editor drops, and keeps what its user has edited', () => {
    const imported = stored(wired(push, { ...WIRING, credentials: new Map() }), {
      settings: { timezone: 'Asia/Tokyo' },
    });
    const node = imported.nodes.find(({ name }) => name === 'Push to Twenty');
    if (node) node.parameters = { ...node.parameters, batchSize: 7 };

    const content = completed(imported, push, WIRING);

    expect(content?.settings).toEqual({ ...push.settings, timezone: 'Asia/Tokyo', errorWorkflow: 'handler' });
    const after = content?.nodes.find(({ name }) => name === 'Push to Twenty');
    expect(after?.parameters.batchSize).toBe(7);
    expect(after?.credentials?.leadSyncTwentyApi.id).toBe('tw');
  });

  it('keeps a credential of its own', () => {
    const own = stored(wired(push, WIRING));
    for (const { credentials } of own.nodes)
      if (credentials?.leadSyncTwentyApi) credentials.leadSyncTwentyApi.id = 'mine';

    expect(completed(own, push, WIRING)).toBeUndefined();
  });

  it('is known by its nodes when it was renamed, and by its name when the editor gave new ids', () => {
    const content = wired(push, WIRING);
    const renamed = stored(content, { id: 'renamed', name: 'My push' });
    const imported = stored(content, { id: 'imported' });
    imported.nodes.forEach((node, index) => (node.id = `new-${index}`));
    const other = stored({ ...content, nodes: [] }, { id: 'other' });

    const found = copiesOf(push, [other, renamed, { ...imported, active: true }]);

    expect(found.map(({ id }) => id)).toEqual(['imported', 'renamed']);
  });
});

describe('a newer version of a workflow', () => {
  it('is no other one because of credentials, switches and places', () => {
    const same = stored(wired(push, WIRING));
    for (const node of same.nodes) {
      node.position = [0, 0];
      node.disabled = !node.disabled;
    }

    expect(differs(same, push)).toBe(false);
  });

  it('tells alerts where the node Config of 0.1.0 said, whose place it takes', () => {
    const old = stored(wired(monitor, WIRING));
    const values = { telegramChatId: '-100', slackChannel: '#leads', emailTo: '', other: 'x' };
    const assignments = Object.entries(values).map(([name, value]) => ({ name, value, type: 'string' }));
    old.nodes = [
      { ...old.nodes[0], name: 'Config', type: 'n8n-nodes-base.set', parameters: { assignments: { assignments } } },
    ];

    const told = renewed(old, monitor).nodes.filter(({ parameters }) => parameters.slackChannel !== undefined);

    expect(told.map(({ name, parameters }) => [name, parameters])).toEqual([
      ['Check alerts', { resource: 'alert', operation: 'tell', telegramChatId: '-100', slackChannel: '#leads' }],
    ]);
  });

  it('takes the place of an older one, and keeps what was chosen there', () => {
    const old = stored(wired(push, WIRING), { name: 'My push', settings: { timezone: 'Asia/Tokyo' } });
    old.nodes = old.nodes.filter(({ name }) => name !== 'Let changes gather');
    const schedule = old.nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger');
    if (schedule) schedule.disabled = true;
    expect(differs(old, push)).toBe(true);

    const content = renewed(old, push);

    expect(differs({ ...old, ...content }, push)).toBe(false);
    expect(content).toMatchObject({ name: 'My push', settings: { timezone: 'Asia/Tokyo' } });
    expect(content.nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger')?.disabled).toBe(true);
    expect(content.nodes.find(({ name }) => name === 'Push to Twenty')?.credentials?.leadSyncTwentyApi.id).toBe('tw');
  });
});

test('the core is in the bundle, with the error handler before those that name it', () => {
  expect(CORE.filter((file) => !bundle.has(file))).toEqual([]);
  expect(CORE[0]).toBe('lead-sync-error-handler');
});
