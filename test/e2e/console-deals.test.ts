import { chromium, type Browser, type Page } from 'playwright-core';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { ask, openPage, press } from './support/console-tab';
import { importFromFile } from './support/import-from-file';
import { env, RunningStack } from './support/running-stack';
import { twenty } from './support/twenty';
import { until } from './support/until';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;

let stack: RunningStack;
let browser: Browser;
let page: Page;
/** *Opportunity sync*, run by hand alone. */
let workflow: string;

beforeAll(async () => {
  stack = await RunningStack.open();
  workflow = await importFromFile(stack, 'opportunity-sync');
  browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  const httpCredentials = { username: dashboard.user, password: dashboard.password };
  page = await (await browser.newContext({ httpCredentials })).newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.close();
});

const ID = '5d0f3b1c-8a52-4c39-9e0b-0d3c2f5b7a11';
const open = (name: string): Promise<unknown> => openPage(page, dashboard.url, name);
const main = (): Promise<string> => page.locator('main').innerText();
const sync = async (): Promise<void> => expect(await stack.runWorkflow(workflow)).toMatchObject({ status: 'success' });
const edit = (values: object): Promise<unknown> => twenty.patch(`/opportunities/${ID}`, values);

async function here<T>(query: string): Promise<T> {
  return (await stack.database.query<Record<string, T>>(query)).rows[0].value;
}

async function isInTwenty(field: 'stage' | 'name', expected: string): Promise<void> {
  await until(`${expected} in Twenty`, async () => {
    const { data } = await twenty.get<{ data: { opportunity: Record<string, unknown> } }>(`/opportunities/${ID}`);
    return data.data.opportunity[field] === expected;
  });
  await until('The end of the push', async () =>
    here(`select bool_and(sync_status = 'synced') as value from public.opportunities`),
  );
}

it('what is decided of a deal at the console goes to Twenty at once, without a sync of deals', async () => {
  await stack.database.query('insert into public.opportunities (id, name, stage) values ($1, $2, $3)', [
    ID,
    'Fleet',
    'NEW',
  ]);
  await sync();

  await edit({ stage: 'MEETING' });
  await sync();
  const pull = `select id as value from public.lead_sync_runs where object = 'opportunity' and direction = 'twenty_to_supabase' order by started_at desc limit 1`;
  await open(`run&id=${await here<string>(pull)}`);
  expect(await main()).toContain('1 values of 1 deal.');
  await page.getByRole('link', { name: 'See them, and undo' }).click();
  expect(await ask(page, 'Undo all of it …')).toContain('1 deal is set back.');
  expect(await press(page, /^Undo$/)).toContain('1 deal is set back.');
  await isInTwenty('stage', 'NEW');

  await stack.database.query(`update lead_sync.field_mappings set policy = 'twenty_wins' where lead_field = 'name'`);
  await stack.database.query(`update public.opportunities set name = 'Ours'`);
  await edit({ name: 'Theirs' });
  await sync();
  await open('conflicts');
  await page.getByRole('checkbox', { name: 'Name of Theirs' }).check();
  expect(await press(page, 'Take ours')).toBe('1 conflict was decided.');
  await isInTwenty('name', 'Ours');
});

it('“Sync now” brings deals, too', async () => {
  await edit({ name: 'By the button' });
  await open('health');

  expect(await press(page, 'Sync now')).toBe('A sync both ways was started.');

  await until('The name of the deal', () => here("select name = 'By the button' as value from public.opportunities"));
});
