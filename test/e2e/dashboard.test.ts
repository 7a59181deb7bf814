import axios, { type AxiosResponse } from 'axios';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { PAGES } from '../../nodes/SupabaseLeads/console/registry';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
const LOGIN = { username: dashboard.user, password: dashboard.password };
const STATUS = `${dashboard.url}/status`;
const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

let stack: RunningStack;
let browser: Browser;
let context: BrowserContext;
let page: Page;

const http = axios.create({ proxy: false, maxRedirects: 0, validateStatus: () => true });

beforeAll(async () => {
  stack = await RunningStack.open();
  browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
});
beforeEach(async () => {
  await stack.clear();
  context = await browser.newContext({ httpCredentials: LOGIN });
  page = await context.newPage();
});
afterEach(() => context.close());
afterAll(async () => {
  await browser.close();
  await stack.close();
});

const post = (url: string, body: object, auth: typeof LOGIN | undefined = LOGIN): Promise<AxiosResponse> =>
  http.post(url, body, { auth, headers: { 'content-type': 'application/json' } });

async function token(): Promise<string> {
  const { data } = await http.get<{ csrf_token: string }>(STATUS, { auth: LOGIN });
  return data.csrf_token;
}

/** Waits until so many runs have ended; the page does not wait for them. */
async function endedRuns(count: number): Promise<string[]> {
  let runs: string[] = [];
  await until(`The end of ${count} runs`, async () => {
    const { rows } = await stack.database.query<{ run: string }>(
      `select concat_ws(' ', direction, mode, status, error) as run from public.lead_sync_runs
       where finished_at is not null order by direction`,
    );
    runs = rows.map(({ run }) => run);
    return runs.length >= count;
  });
  return runs;
}

async function addHostileLead(): Promise<void> {
  await stack.addLeads({ email: 'ada@example.com', first_name: HOSTILE, company_name: HOSTILE });
  await stack.database.query(
    `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message, created_at, synced_at)
     select id, 'scheduled_push', 'supabase_to_twenty', 'error', $1, now(), now() from public.leads`,
    [HOSTILE],
  );
}

describe('dashboard', () => {
  it('asks for its login', async () => {
    const answers = await Promise.all([
      http.get(dashboard.url),
      http.get(STATUS),
      http.post(dashboard.url),
      http.post(STATUS),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(answers[0].headers['www-authenticate']).toMatch(/^Basic/);
  });

  it('renders in n8n’s sandbox without asking anybody for anything, hostile names as text', async () => {
    await addHostileLead();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));

    const answer = await page.goto(dashboard.url);

    expect(answer?.headers()['content-security-policy']).toMatch(/^sandbox /);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([dashboard.url]);
    expect(await page.title()).toMatch(/^Lead sync: /);
    expect(await page.locator('.health .status').innerText()).toMatch(/\w/);
    await page.getByRole('link', { name: 'Activity' }).click();
    expect(await page.locator('h1').innerText()).toBe('Activity');
    expect(await page.locator('td', { hasText: HOSTILE }).count()).toBeGreaterThan(0);
    expect(await page.locator('img, script').count()).toBe(0);
  });

  it('lets no other site frame any of its answers', async () => {
    const csrf_token = await token();

    const answers = [
      await http.get(dashboard.url, { auth: LOGIN }),
      await http.get(STATUS, { auth: LOGIN }),
      await post(dashboard.url, { action: 'check_integrity', csrf_token }),
      await post(dashboard.url, { action: 'sync' }),
      await post(STATUS, { action: 'sync' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 303, 403, 403]);
    expect(answers.map(({ headers }) => String(headers['x-frame-options']))).toEqual(Array(5).fill('DENY'));
  });

  it('is not wider than a phone', async () => {
    await addHostileLead();
    await page.setViewportSize({ width: 390, height: 844 });

    for (const { name } of PAGES) {
      await page.goto(`${dashboard.url}?page=${name}`);
      expect([name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([name, 390]);
    }
  });

  it('starts a sync both ways by its button, and says so', async () => {
    await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
    await stack.addLeads({ email: 'grace@example.com', first_name: 'Grace' });
    await page.goto(dashboard.url);

    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('status').waitFor();

    expect(await page.getByRole('status').innerText()).toContain('A sync both ways was started.');
    expect(await endedRuns(2)).toEqual(['supabase_to_twenty delta succeeded', 'twenty_to_supabase full succeeded']);
    expect((await stack.leads()).map(({ email }) => email)).toEqual(['ada@example.com', 'grace@example.com']);
    expect([...(await stack.people()).keys()].sort()).toEqual(['ada@example.com', 'grace@example.com']);
  });

  it('replays dead letters by its button', async () => {
    await stack.addLeads({ email: 'ada@example.com', first_name: 'Ada' });
    await stack.database.query(
      `begin;
       set local lead_sync.engine = 'on';
       update public.leads set sync_status = 'error', sync_error_count = 5;
       update lead_sync.lead_states set due_at = null, error_category = 'validation';
       commit`,
    );
    await page.goto(dashboard.url);
    await page.getByRole('link', { name: '1 dead letters' }).click();

    await page.getByRole('button', { name: 'Try all again' }).click();
    await page.getByRole('button', { name: 'Try 1 again' }).click();
    await page.getByRole('status').waitFor();
    await endedRuns(1);

    expect([...(await stack.people()).keys()]).toEqual(['ada@example.com']);
  });

  it.each([
    ['no token', {}],
    ['a made-up token', { csrf_token: `9999999999.${'A'.repeat(43)}` }],
  ])('refuses a POST with %s', async (_name, body) => {
    const answers = [
      await post(dashboard.url, { action: 'sync', ...body }),
      await post(STATUS, { action: 'sync', ...body }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers[0].data).toMatch(/^The request has no valid token\. Load the page again/);
    expect((await stack.database.query('select from public.lead_sync_runs')).rowCount).toBe(0);
  });

  it('gives scripts the data, and starts for them what they ask for', async () => {
    await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
    await stack.run('pull');
    const { data } = await http.get<{ metrics: object; series: unknown[] }>(STATUS, { auth: LOGIN });
    const integrity = await post(STATUS, { action: 'check_integrity', csrf_token: await token() });
    const resync = await post(STATUS, { action: 'full_resync', csrf_token: await token() });

    expect(data).toMatchObject({ metrics: { leads: { total: 1 } }, csrf_token: expect.any(String) });
    expect(integrity).toMatchObject({
      status: 202,
      data: { ok: true, action: 'check_integrity', result: { ok: true } },
    });
    expect(resync).toMatchObject({ status: 202, data: { ok: true, action: 'full_resync', result: { started: true } } });
    expect(await endedRuns(3)).toEqual([
      'bidirectional reconcile succeeded',
      'twenty_to_supabase full succeeded',
      'twenty_to_supabase full succeeded',
    ]);
  });

  it('says what it does not know', async () => {
    const { status, data } = await post(STATUS, { action: 'drop_all', csrf_token: await token() });

    expect({ status, data }).toEqual({ status: 403, data: expect.stringContaining('There is no such action.') });
  });
});
