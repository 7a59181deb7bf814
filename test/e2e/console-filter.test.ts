import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { violationsOf } from './support/axe';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
const LOGIN = { username: dashboard.user, password: dashboard.password };
const HOSTILE = '<img src=x onerror=alert(1)>';

let stack: RunningStack;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  stack = await RunningStack.open();
  browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  context = await browser.newContext({ httpCredentials: LOGIN });
  page = await context.newPage();
  page.on('dialog', () => {
    throw new Error('A stored text ran as a script.');
  });
});
afterAll(async () => {
  await browser.close();
  await stack.close();
});

const open = (address: string, at: Page = page) => at.goto(`${dashboard.url}?page=${address}`);
const main = (at: Page = page): Promise<string> => at.locator('main').innerText();
const link = (name: string, at: Page = page) => at.getByRole('link', { name, exact: true }).click();

/** Presses a button, and gives what the page says then. */
async function press(name: string, at: Page = page): Promise<string> {
  await at.getByRole('button', { name, exact: true }).click();
  const told = at.locator('.notice');
  await told.waitFor();
  return told.innerText();
}

/** Presses the button that shows a preview, and gives what that says. */
async function ask(at: Page = page): Promise<string> {
  await at.getByRole('button', { name: 'See what it would do …' }).click();
  await at.locator('form.preview').waitFor();
  return main(at);
}

/** What stands wrong on the page as it is: what axe-core finds, and elements that came out of a text. */
async function faults(at: Page = page): Promise<string[]> {
  const made = await at.locator('main img, main script, main b').count();
  return [...(await violationsOf(at)), ...(made === 0 ? [] : [`${made} elements came out of texts`])];
}

test('a filter is set, refused, set by somebody else and taken away at the console', async () => {
  await stack.clear();
  await stack.addLeads(
    { email: 'ada@example.com', first_name: 'Ada', lead_source: HOSTILE },
    { email: 'grace@example.com', first_name: 'Grace' },
  );

  await open('filter');
  await link('Change: Leads that go to Twenty');
  expect(await faults()).toEqual([]);
  const condition = page.getByRole('group', { name: 'Condition 1' });
  await condition.getByLabel('Looks at').fill('shoe_size');
  await condition.getByLabel('How').selectOption('equals');
  await condition.getByLabel('Value').fill('42');
  expect(await press('See what it would do …')).toBe('The filter was not set.');
  expect(await page.locator('#problem-conditions').innerText()).toContain('shoe_size');
  expect(await condition.getByLabel('Value').inputValue()).toBe('42');
  expect(await faults()).toEqual([]);

  const set = async (at: Page, value: string): Promise<void> => {
    const first = at.getByRole('group', { name: 'Condition 1' });
    await first.getByLabel('Looks at').fill('lead_source');
    await first.getByLabel('How').selectOption('equals');
    await first.getByLabel('Value').fill(value);
  };
  const colleague = await context.newPage();
  await open('filter&direction=to_twenty', colleague);
  await set(page, HOSTILE);
  expect(await ask()).toContain('Of 2 leads, 1 fit: 1 leave, 0 enter.');
  expect(await faults()).toEqual([]);
  expect(await press('Set the filter')).toBe('The filter is set.');
  expect(await faults()).toEqual([]);
  expect(await main()).toContain(HOSTILE);

  await set(colleague, 'fair');
  await ask(colleague);
  expect(await press('Set the filter', colleague)).toMatch(/The filter was not set\.[^]*Somebody has set this filter/);
  await colleague.close();

  await until('The push', async () => (await stack.people()).has('ada@example.com'));
  expect((await stack.people()).has('grace@example.com')).toBe(false);
  await open('filter');
  expect(await main()).toContain('1 leads are outside.');

  // it is rolled back: without conditions all travel
  await link('Change: Leads that go to Twenty');
  await condition.getByLabel('Looks at').fill('');
  expect(await ask()).toContain('0 leave, 1 enter.');
  await link('Leave it as it is');
  await condition.getByLabel('Looks at').fill('');
  await ask();
  expect(await press('Set the filter')).toBe('There is no filter that way now.');
  await until('Everybody is in Twenty', async () => (await stack.people()).has('grace@example.com'));
});
