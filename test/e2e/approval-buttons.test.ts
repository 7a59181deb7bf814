import type { INode } from 'n8n-workflow';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { NO_STARTERS, withStarters } from '../../stack/workflows';
import { all, enable, withTelegram } from '../workflows/telling';
import { startTelegramDouble, type TelegramDouble } from '../workflows/telegram-double';
import { RunningStack } from './support/running-stack';
import { until } from './support/until';

const ADA = { id: 4711, first_name: 'Ada', username: 'ada' };
const BEN = { id: 4712, first_name: 'Ben' };

let stack: RunningStack;
let telegram: TelegramDouble;
let monitor: string;

/** The bundled monitor, published with all that a user enables who wants to be asked in Telegram. */
async function turnOn(): Promise<string> {
  const workflow = (await bundledWorkflows()).get('lead-sync-monitor');
  if (!workflow) throw new Error('workflows/lead-sync-monitor.json is missing.');
  const nodes = workflow.nodes as unknown as INode[];
  const node = (name: string): INode => nodes.find((each) => each.name === name)!;
  const enabled = ['When a button is pressed', 'Answer who pressed', 'Show who decided'].map(enable);
  all(withTelegram, ...enabled)?.(node, nodes);
  node('Check alerts').parameters.askInTelegram = true;
  await stack.n8n.importWorkflows([withStarters(workflow, NO_STARTERS)]);
  await stack.n8n.publish(workflow.id);
  return workflow.id;
}

const decisions = async (): Promise<unknown[]> =>
  (await stack.database.query('select decision, decided_by from lead_sync.approvals')).rows;

beforeAll(async () => {
  stack = await RunningStack.open();
  telegram = await startTelegramDouble();
  await stack.n8n.importCredentials([
    { name: 'Telegram account', type: 'telegramApi', data: { accessToken: '123456:test', baseUrl: telegram.url } },
  ]);
  await stack.clear();
  monitor = await turnOn();
});
afterAll(async () => {
  await stack.n8n.unpublish(monitor);
  await telegram.close();
  await stack.close();
});

test('an alert asks in Telegram, and a press there decides, once, with the secret that n8n gave Telegram', async () => {
  await until('The webhook of the bot', () => telegram.webhook !== null);
  expect(telegram.webhook).toMatchObject({ allowed_updates: ['callback_query'] });
  await stack.addLeads({ email: 'ada@example.com' }, { email: 'ben@example.com' });
  expect((await stack.run('push')).status).toBe('success');
  await stack.database.query('update lead_sync.settings set approve_deletions = 0');
  await stack.database.query('update public.leads set deleted_at = now()');
  expect((await stack.run('push')).status).toBe('success');

  expect((await stack.runWorkflow(monitor)).status).toBe('success');
  const question = telegram.messages.find(({ reply_markup }) => reply_markup);
  expect(question?.text).toMatch(/^<b>2 leads would be deleted in Twenty/);
  const [[yes, no]] = question!.reply_markup!.inline_keyboard;

  expect(await telegram.press({ from: BEN, data: no.callback_data }, 'guessed')).toBe(403);
  expect(await telegram.press({ from: BEN, data: no.callback_data, chat: '-1' })).toBe(200);
  await until('An answer in the other chat', () => telegram.answers.length > 0);
  expect(await decisions()).toEqual([{ decision: null, decided_by: null }]);

  expect(await telegram.press({ from: ADA, data: yes.callback_data, messageId: 2 })).toBe(200);
  await until('The new text of the message', () => telegram.edits.length > 0);
  expect(await telegram.press({ from: BEN, data: no.callback_data, messageId: 2 })).toBe(200);
  await until('An answer to who came second', () => telegram.answers.length > 2);

  expect(await decisions()).toEqual([{ decision: 'yes', decided_by: 'Telegram 4711 @ada (Ada)' }]);
  expect(telegram.edits[0]).toMatchObject({
    message_id: 2,
    text: expect.stringMatching(/✅ Yes, by Telegram 4711 @ada/) as string,
  });
  expect(telegram.answers.map(({ text }) => text)).toEqual([
    'This button decides nothing here.',
    expect.stringMatching(/^Yes: approval \d+\.$/),
    expect.stringMatching(/^Approval \d+ was decided at .* by Telegram 4711 @ada .*: yes\./),
  ]);
  expect((await stack.run('push')).status).toBe('success');
  expect([...(await stack.people()).values()]).toMatchObject(
    Array.from({ length: 2 }, () => ({ deletedAt: expect.any(String) as string })),
  );
});
