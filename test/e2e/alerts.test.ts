import axios from 'axios';
import type { INode } from 'n8n-workflow';
import type { WorkflowJson } from '../../stack/n8n-client';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { NO_STARTERS, withStarters } from '../../stack/workflows';
import { CHAT_ID, startTelegramDouble, type TelegramDouble } from '../workflows/telegram-double';
import { withTelegram } from '../workflows/telling';
import { RunningStack } from './support/running-stack';
import { until } from './support/until';

const CHAT_IS_GONE = { status: 400, description: 'Bad Request: chat not found' };

let stack: RunningStack;
let telegram: TelegramDouble;

/** Stores and publishes a bundled workflow with a chat and its Telegram node enabled, as a user does who wants alerts. */
async function turnOn(file: string): Promise<WorkflowJson> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  const nodes = workflow.nodes as unknown as INode[];
  const node = (name: string): INode => {
    const found = nodes.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`${file} has no node "${name}".`);
    return found;
  };
  withTelegram?.(node, nodes);
  await stack.n8n.importWorkflows([withStarters(workflow, NO_STARTERS)]);
  await stack.n8n.publish(workflow.id);
  return workflow;
}

/** A published workflow that fails with a message whenever its webhook is called, and names its error workflow. */
async function failingWorkflow(errorWorkflow: string, message: string): Promise<string> {
  const path = `failing-${Date.now()}`;
  const { id } = await stack.n8n.request<{ id: string }>('post', '/workflows', {
    name: 'A sync of <mine>',
    settings: { executionOrder: 'v1', errorWorkflow },
    nodes: [
      {
        id: '1',
        name: 'Hook',
        type: 'n8n-nodes-base.webhook',
        typeVersion: 2.1,
        position: [0, 0],
        webhookId: path,
        parameters: { path },
      },
      {
        id: '2',
        name: 'Fail',
        type: 'n8n-nodes-base.stopAndError',
        typeVersion: 1,
        position: [200, 0],
        parameters: { errorMessage: message },
      },
    ],
    connections: { Hook: { main: [[{ node: 'Fail', type: 'main', index: 0 }]] } },
  });
  await stack.n8n.publish(id);
  return `${stack.n8n.url}/webhook/${path}`;
}

/** Calls a webhook; n8n may answer to it a moment after it was published. */
async function call(hook: string): Promise<void> {
  await until(
    'The address of the workflow',
    async () => (await axios.get(hook, { proxy: false, validateStatus: () => true })).status !== 404,
  );
}

const texts = (): string[] => telegram.messages.map(({ text }) => text);

beforeAll(async () => {
  stack = await RunningStack.open();
  telegram = await startTelegramDouble();
  await stack.n8n.importCredentials([
    { name: 'Telegram account', type: 'telegramApi', data: { accessToken: '123456:test', baseUrl: telegram.url } },
  ]);
});
beforeEach(async () => {
  await stack.clear();
  telegram.messages.length = 0;
});
afterAll(async () => {
  await telegram.close();
  await stack.close();
});

describe('alerts from a real n8n', () => {
  it('tells a problem once and its end, through a pause that Telegram asks for', async () => {
    const { id } = await turnOn('lead-sync-monitor');
    await stack.addLeads({ email: 'ada@example.com', first_name: 'Ada' });
    await stack.database.query(
      `begin;
       set local lead_sync.engine = 'on';
       update public.leads set sync_status = 'error', sync_error_count = 5, sync_error_message = 'Invalid <phone>';
       update lead_sync.lead_states set due_at = null, error_category = 'validation', error_at = now();
       commit`,
    );
    telegram.refusals.push({ status: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 });

    const first = await stack.runWorkflow(id);
    const second = await stack.runWorkflow(id);
    await stack.database.query('select public.replay_dead_letters()');
    const third = await stack.runWorkflow(id);

    expect([first, second, third].map(({ status, error }) => [status, error])).toEqual([
      ['success', ''],
      ['success', ''],
      ['success', ''],
    ]);
    expect(texts()).toEqual([
      expect.stringMatching(/New: <b>Dead letters<\/b>[^]*Invalid &lt;phone&gt;/),
      expect.stringContaining('Over: <b>Dead letters</b>'),
    ]);
    expect(telegram.messages[0]).toMatchObject({ chat_id: CHAT_ID, parse_mode: 'HTML' });
  });

  it('tells a failed execution once an hour, with nothing private in it', async () => {
    const { id } = await turnOn('lead-sync-error-handler');
    const hook = await failingWorkflow(id, 'ada@example.com is refused, apikey=abcdef12345 & <b>more</b>');
    await call(hook);
    await until('A message', () => texts().length > 0);
    await call(hook);
    await call(hook);
    const other = await failingWorkflow(id, 'Something else');
    await call(other);
    await until('A message', () => texts().length > 1);

    expect(texts()).toEqual([
      expect.stringMatching(
        /A sync of &lt;mine&gt;, at &quot;Fail&quot;<\/b>\na•••@example.com is refused, apikey=••• &amp; &lt;b&gt;more&lt;\/b&gt;\n→ Look at http/,
      ),
      expect.stringContaining('Something else'),
    ]);
  });

  it('tells the same failure again when no channel took it the first time', async () => {
    const { id } = await turnOn('lead-sync-error-handler');
    const hook = await failingWorkflow(id, 'Nobody hears of this');
    telegram.refusals.push(CHAT_IS_GONE);
    await call(hook);
    await until('A failed execution', async () =>
      (await stack.n8n.executions(id)).some(({ status }) => status === 'error'),
    );
    const told = [...texts()];

    await call(hook);
    await until('A message', () => texts().length > 0);

    expect(told).toEqual([]);
    expect(texts()).toEqual([expect.stringContaining('Nobody hears of this')]);
  });

  it('tells once that Supabase cannot be reached, as soon as a channel takes it', async () => {
    const { id } = await turnOn('lead-sync-monitor');
    await stack.useCredentials({ supabase: { url: 'http://127.0.0.1:9' } });
    telegram.refusals.push(CHAT_IS_GONE);
    try {
      const refused = await stack.runWorkflow(id);
      const taken = await stack.runWorkflow(id);
      const quiet = await stack.runWorkflow(id);

      expect(refused.error).toContain('No channel took this message: the next run tries again.');
      for (const { error } of [taken, quiet]) {
        expect(error).toContain('Supabase cannot be reached');
        expect(error).not.toContain('No channel took');
      }
      expect(texts()).toEqual([expect.stringContaining('Supabase cannot be reached')]);
    } finally {
      await stack.useCredentials({});
    }
  });
});
