import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { PAGES } from '../../nodes/SupabaseLeads/console/registry';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { violationsOf } from './support/axe';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
const LOGIN = { username: dashboard.user, password: dashboard.password };
/** A folder for pictures of every page, to be looked at; none are taken unless it is named. */
const PICTURES = process.env.CONSOLE_PICTURES;

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  stack = await RunningStack.open();
  browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
});
beforeEach(() => stack.clear());
afterAll(async () => {
  await browser.close();
  await stack.close();
});

/** Each colour scheme and each width once: one changes colours alone, the other the layout alone. */
const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

async function look(page: Page, name: string): Promise<string[]> {
  await page.goto(`${dashboard.url}?page=${name}`);
  const found: string[] = [];
  for (const { colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const title = `${name}-${colorScheme}-${viewport.width}`;
    found.push(...(await violationsOf(page)).map((violation) => `${title}: ${violation}`));
    if (PICTURES === undefined) continue;
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${title}.png`), fullPage: true });
  }
  return found;
}

/** Ada on both sides, with an edit on each that the other does not know. */
async function contested(): Promise<string> {
  await stack.addPeople({
    name: { firstName: 'Ada' },
    emails: { primaryEmail: 'ada@example.com' },
    jobTitle: 'Engineer',
  });
  await stack.run('pull');
  const [{ id, twenty_id }] = await stack.leads();
  await stack.database.query(`update public.leads set job_title = 'Director' where id = $1`, [id]);
  await stack.patchPerson(twenty_id!, { jobTitle: 'Chair' });
  await stack.run('pull');
  return id;
}

test('every page of the console has nothing that axe-core finds wrong, light and wide, dark and narrow', async () => {
  const id = await contested();
  const context = await browser.newContext({ httpCredentials: LOGIN });
  const page = await context.newPage();

  const found: string[] = [];
  for (const { name } of PAGES) found.push(...(await look(page, name === 'lead' ? `lead&id=${id}` : name)));
  await context.close();

  expect(found).toEqual([]);
});

describe('a lead in the console', () => {
  let context: BrowserContext;
  let page: Page;

  beforeEach(async () => {
    context = await browser.newContext({ httpCredentials: LOGIN });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const notice = async (): Promise<string> => await page.locator('.notice').innerText();

  /** Finds the lead as somebody does who knows the beginning of a name. */
  async function open(query: string, name: string): Promise<void> {
    await page.goto(dashboard.url);
    await page.getByRole('link', { name: 'Leads', exact: true }).click();
    await page.getByRole('searchbox').fill(query);
    await button('Search').click();
    await page.getByRole('link', { name, exact: true }).click();
    expect(await page.locator('h1').innerText()).toBe(name);
  }

  it('is found, shown with both sides, and given the value of the side that somebody takes', async () => {
    await contested();
    await open('ad', 'Ada');
    expect(await page.locator('tr', { hasText: 'Job title' }).first().innerText()).toMatch(
      /Chair[^]*Both sides changed it/,
    );

    await button('Take ours: Job title').click();

    expect(await notice()).toContain('Our value goes to Twenty');
    await until('The push', async () => (await stack.people()).get('ada@example.com')?.jobTitle === 'Director');
    await page.reload();
    expect(await page.locator('.timeline').innerText()).toMatch(/Resolve conflict, by dashboard: /);
  });

  it('is pushed and read again at once', async () => {
    await stack.addLeads({ email: 'grace@example.com', first_name: 'Grace' });
    await open('grace', 'Grace');

    await button('Read again').click();
    expect(await notice()).toContain('no person in Twenty yet');
    await button('Push now').click();
    expect(await notice()).toContain('compared with Twenty and pushed now');
    await until('The push', async () => (await stack.leads())[0].sync_status === 'synced');

    const [{ twenty_id }] = await stack.leads();
    await stack.patchPerson(twenty_id!, { jobTitle: 'Admiral' });
    await button('Read again').click();
    expect(await notice()).toContain('read again in Twenty');
    await until('The drain', async () => {
      const { rows } = await stack.database.query(`select from public.leads where job_title = 'Admiral'`);
      return rows.length === 1;
    });
  });

  it('gets back what a pull overwrote, once somebody has seen what that is', async () => {
    await contested();
    await open('ada', 'Ada');

    await button('Undo all changes …').click();
    expect(await page.locator('h1').innerText()).toBe('Undo');
    expect(await page.locator('table').innerText()).toMatch(/Job title[^]*Chair[^]*Director/);
    await button('Undo').click();

    expect(await notice()).toContain('One value is set back.');
    await until('The push', async () => (await stack.people()).get('ada@example.com')?.jobTitle === 'Director');
  });

  it('is forgotten only by who types the e-mail', async () => {
    await contested();
    await open('ada', 'Ada');

    await button('Forget …').click();
    await page.getByRole('textbox').fill('someone@example.com');
    await button('Forget for good').click();
    expect(await notice()).toContain('not what was asked for');
    await button('Forget …').click();
    await page.getByRole('textbox').fill('ada@example.com');
    await button('Forget for good').click();

    expect(await notice()).toContain('The person is forgotten here.');
    expect(await page.locator('h1').innerText()).toBe('Leads');
    expect(await stack.leads()).toEqual([]);
  });

  it('goes out with others that are chosen in the list', async () => {
    await stack.addLeads(
      { email: 'a@example.com', first_name: 'Ada' },
      { email: 'g@example.com', first_name: 'Grace' },
      { email: 'm@example.com', first_name: 'Mary' },
    );
    await page.goto(`${dashboard.url}?page=leads&filter=waiting`);

    await page.getByRole('checkbox', { name: 'Ada' }).check();
    await page.getByRole('checkbox', { name: 'Mary' }).check();
    await button('Push the chosen now').click();

    expect(await notice()).toContain('2 leads are compared with Twenty and pushed now.');
    await until('The push', async () => (await stack.people()).size >= 2);
  });

  it('cannot be touched from another site', async () => {
    const id = await contested();
    const foreign = await context.newPage();
    await foreign.setContent(
      `<form method="post" action="${dashboard.url}"><input name="page" value="lead"><input name="action" value="forget">
       <input name="lead" value="${id}"><input name="typed" value="ada@example.com"><input name="confirmed" value="yes"><button>Go</button></form>`,
    );

    await foreign.getByRole('button').click();
    await foreign.waitForLoadState();

    expect(await foreign.locator('body').innerText()).toContain('The request has no valid token.');
    expect(await stack.leads()).toHaveLength(1);
  });
});
