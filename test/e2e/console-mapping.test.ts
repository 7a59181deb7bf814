import axios from 'axios';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { violationsOf } from './support/axe';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
const LOGIN = { username: dashboard.user, password: dashboard.password };
const HOSTILE = '<img src=x onerror=alert(1)>';
const CHANNEL = 'attributes.channel';

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
const rowOf = (field: string): Promise<string> =>
  page.getByRole('table', { name: 'Fields' }).getByRole('row').filter({ hasText: field }).innerText();

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

/** Makes a select in Twenty as somebody does at its settings. */
async function addSelect(name: string, values: Record<string, string>): Promise<void> {
  const http = axios.create({
    baseURL: `${stack.twenty.url}/rest/metadata`,
    headers: { authorization: `Bearer ${stack.twenty.apiKey}` },
    proxy: false,
  });
  const { data } = await http.get<{
    data: { objects: Array<{ id: string; nameSingular: string; fields: Array<{ name: string }> }> };
  }>('/objects?limit=200');
  const person = data.data.objects.find(({ nameSingular }) => nameSingular === 'person')!;
  if (person.fields.some((field) => field.name === name)) return;
  const options = Object.entries(values).map(([value, label], position) => ({ value, label, position, color: 'blue' }));
  await http.post('/fields', {
    objectMetadataId: person.id,
    name,
    label: 'Channel',
    type: 'SELECT',
    isNullable: true,
    options,
  });
}

async function addPerson(name: string, values: object = {}): Promise<void> {
  await stack.addPeople({
    name: { firstName: name },
    emails: { primaryEmail: `${name.toLowerCase()}@example.com` },
    ...values,
  });
}

async function channels(): Promise<Record<string, unknown>> {
  const { rows } = await stack.database.query<{ first_name: string; channel: unknown }>(
    "select first_name, attributes ->> 'channel' as channel from public.leads where first_name is not null order by 1",
  );
  return Object.fromEntries(rows.map(({ first_name, channel }) => [first_name, channel]));
}

test('the mapping is made, translated, corrected and switched off at the console', async () => {
  await addSelect('channel', { WEB_FORM: 'Web form', FAIR: HOSTILE });
  await addPerson('Ada', { channel: 'WEB_FORM' });
  await stack.addLeads({ email: 'grace@example.com', first_name: 'Grace' });
  await stack.database.query(
    "update public.leads set attributes = jsonb_build_object('channel', 'fair', $1::text, 'x') where email = 'grace@example.com'",
    [HOSTILE],
  );
  // n8n knows the fields of a workspace for a minute
  await until('A pull tells of the new field', async () => {
    await stack.run('pull');
    const { rows } = await stack.database.query(
      `select from lead_sync.twenty_fields where fields @> '[{"name": "channel"}]'`,
    );
    return rows.length === 1;
  });

  // a new row, of a field that Twenty has
  await open('mapping');
  await link('Another field');
  expect(await faults()).toEqual([]);
  await page.getByLabel('Field of leads').fill(CHANNEL);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('select[name="twenty_field"]').selectOption('channel');
  expect(await faults()).toEqual([]);
  expect(await ask()).toContain('Of 1 linked leads, 0 have a value in it');
  expect(await faults()).toEqual([]);
  expect(await press('Change it')).toBe('The mapping of Attributes.channel is changed.');
  expect(await rowOf('channel')).toMatch(/channel\s+both ways[^]*synced/);
  await addPerson('Eve', { channel: 'WEB_FORM' });
  await stack.run('pull');
  expect(await channels()).toMatchObject({ Eve: 'WEB_FORM', Grace: 'fair' });

  // its options get names here; one name for two is refused, where it was typed
  await link('Attributes.channel');
  const [web, fair] = [page.getByLabel('Web form (WEB_FORM)'), page.getByLabel(`${HOSTILE} (FAIR)`)];
  await web.fill('fair');
  await fair.fill('fair');
  await page.getByRole('button', { name: 'See what it would do …' }).nth(1).click();
  expect(await page.locator('#problem-translations').innerText()).toContain('Two options would be called “fair” here');
  expect(await web.inputValue()).toBe('fair');
  expect(await faults()).toEqual([]);
  await web.fill('<b>web</b>');
  await page.getByRole('button', { name: 'See what it would do …' }).nth(1).click();
  expect(await main()).toContain('2 get another value here');
  expect(await press('Translate them')).toContain('The options of Attributes.channel are translated.');
  expect(await faults()).toEqual([]);
  await until('All were read again', async () => (await channels()).Eve === '<b>web</b>');
  await stack.run('push');
  expect((await stack.people()).get('grace@example.com')).toMatchObject({ channel: 'FAIR' });

  // two at once: the second is told, and changes nothing
  const colleague = await context.newPage();
  await open(`mapping&field=${CHANNEL}`, colleague);
  await open(`mapping&field=${CHANNEL}`);
  await page.getByLabel('Which way it travels').selectOption('to_twenty');
  await page.getByRole('button', { name: 'See what it would do …' }).first().click();
  await press('Change it');
  await colleague.getByLabel('Who wins when both sides changed it').selectOption('twenty_wins');
  await colleague.getByRole('button', { name: 'See what it would do …' }).first().click();
  expect(await colleague.locator('.notice').innerText()).toMatch(/was not changed[^]*Somebody has changed this row/);
  await colleague.close();
  await open('mapping');
  expect(await rowOf('channel')).toMatch(/to Twenty\s+Last write wins/);

  // a field that is not there, as a script or an old page sends it
  await open('mapping&field=city');
  await page.locator('select[name="twenty_field"]').evaluate((select) => {
    const [option] = (select as unknown as { options: Array<{ value: string }> }).options;
    option.value = 'cityy';
    (select as unknown as { selectedIndex: number }).selectedIndex = 0;
  });
  await page.getByRole('button', { name: 'See what it would do …' }).click();
  expect(await page.locator('#problem-twenty_field').innerText()).toContain('Twenty had no field "cityy"');
  await link('Leave it as it is');

  // and it is switched off, after a look that changes nothing
  await link('Attributes.channel');
  await page.getByLabel('Synced').uncheck();
  await page.getByRole('button', { name: 'See what it would do …' }).first().click();
  await link('Leave it as it is');
  await open('mapping');
  expect(await rowOf('channel')).toContain('synced');
  await link('Attributes.channel');
  await page.getByLabel('Synced').uncheck();
  await page.getByRole('button', { name: 'See what it would do …' }).first().click();
  await press('Change it');
  expect(await rowOf('channel')).toContain('off');
  await link('Which leads travel');
  expect(await page.locator('h1').innerText()).toBe('Filter');
});
