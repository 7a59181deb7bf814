import axios from 'axios';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { PAGES } from '../../nodes/SupabaseLeads/console/registry';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { ask, openPage, press } from './support/console-tab';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
const LOGIN = { username: dashboard.user, password: dashboard.password };
const ME = `dashboard: ${dashboard.user}`;

let stack: RunningStack;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  stack = await RunningStack.open();
  browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  context = await browser.newContext({ httpCredentials: LOGIN });
});
beforeEach(async () => {
  await stack.clear();
  page = await context.newPage();
});
afterEach(() => page.close());
afterAll(async () => {
  await browser.close();
  await stack.close();
});

const open = (name: string, tab = page): Promise<unknown> => openPage(tab, dashboard.url, name);
const email = (name: string): string => `${name}@example.com`;
async function value(query: string): Promise<unknown> {
  const { rows } = await stack.database.query<Record<string, unknown>>(query);
  return Object.values(rows[0])[0];
}
const deletedInTwenty = async (): Promise<number> =>
  [...(await stack.people()).values()].filter((person) => (person as { deletedAt?: unknown }).deletedAt).length;

/** Leads whose deletion waits for a yes. */
async function deletionsWait(...names: string[]): Promise<void> {
  await stack.database.query('update lead_sync.settings set approve_deletions = 0');
  await stack.addLeads(...names.map((name) => ({ email: email(name), first_name: name })));
  await stack.run('push');
  await stack.database.query('update public.leads set deleted_at = now() where email = any ($1)', [names.map(email)]);
  await stack.run('push');
}

describe('approvals', () => {
  it('are decided by whoever presses first; who comes second is told, and what was said yes to goes out', async () => {
    await deletionsWait('ada', 'ben');
    const [agrees, disagrees] = [await context.newPage(), await context.newPage()];
    for (const tab of [page, agrees, disagrees]) await open('approvals', tab);
    expect(await page.locator('main').innerText()).toMatch(/2 leads would be deleted in Twenty[^]*Deleted of 2/);

    expect(await press(page, /^Yes, do it/)).toBe('Yes: 2 leads go their way.');
    expect(await press(agrees, /^Yes, do it/)).toBe(`It was decided before by ${ME}: yes.`);
    expect(await press(disagrees, /^No: approval/)).toContain(`by ${ME}: yes`);
    await Promise.all([agrees.close(), disagrees.close()]);

    await until('The deletions in Twenty', async () => (await deletedInTwenty()) === 2);
    await open('approvals');
    await page.getByRole('link', { name: 'Decided' }).click();
    expect(await page.locator('main').innerText()).toMatch(/yes by dashboard: /i);
  });

  it('that have grown since the page was opened are not decided unseen; a no leaves everything as it is', async () => {
    await deletionsWait('ada');
    await open('approvals');
    await deletionsWait('ben');

    expect(await press(page, /^Yes, do it/)).toMatch(/has become 2 leads since; you were shown 1/);
    await open('approvals');
    expect(await press(page, /^No: approval/)).toContain('No: 2 leads stay as they are');

    await stack.run('push');
    expect(await deletedInTwenty()).toBe(0);
  });

  it('cannot be decided from another site', async () => {
    await deletionsWait('ada');
    const id = String(await value('select id from lead_sync.approvals'));
    const foreign = await context.newPage();
    await foreign.setContent(
      `<form method="post" action="${dashboard.url}"><input name="page" value="approvals"><input name="action" value="decide">
       <input name="id" value="${id}"><input name="leads" value="1"><input name="answer" value="yes"><button>Go</button></form>`,
    );

    await foreign.getByRole('button').click();
    await foreign.waitForLoadState();

    expect(await foreign.locator('body').innerText()).toContain('The request has no valid token.');
    await foreign.close();
    expect(await value('select decision from lead_sync.approvals')).toBeNull();
  });
});

describe('what was decided is taken back', () => {
  it('of duplicates: a merge is undone, a dismissed pair listed again', async () => {
    await stack.addLeads(
      { email: email('twin'), first_name: 'Twin', city: 'Oslo' },
      { email: email('twin'), first_name: 'Twin', city: 'Rome' },
    );
    await stack.database.query('select public.find_duplicates()');
    const live = 'select count(*)::int from public.leads where deleted_at is null';
    await open('duplicates');
    await page.getByRole('checkbox', { name: 'Choose Twin and Twin' }).check();
    await press(page, 'The chosen are two people each');

    await page.getByRole('link', { name: 'Decided' }).click();
    expect(await press(page, 'List again')).toBe('1 pair was listed again.');
    await open('duplicates');
    await ask(page, 'Merge Twin and Twin');
    await press(page, 'Merge');
    await until('The merge', async () => (await value(live)) === 1);
    await open('duplicates&show=decided');
    expect(await ask(page, 'Undo …')).toContain('is a lead of its own again');
    expect(await press(page, 'Undo the merge')).toContain('The merge was undone.');

    expect(await value(live)).toBe(2);
  });

  it('of one lead: a value is taken from Twenty, and that change alone undone', async () => {
    await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: email('ada') }, jobTitle: 'Engineer' });
    await stack.run('pull');
    const [{ id, twenty_id }] = await stack.leads();
    const title = 'select job_title from public.leads';
    await stack.database.query(`update public.leads set job_title = 'Director'`);
    await stack.patchPerson(twenty_id!, { jobTitle: 'Chair' });
    await stack.run('pull');
    await open(`lead&id=${id}`);
    await press(page, 'Take ours: Job title');
    await until('The push', async () => (await stack.people()).get(email('ada'))?.jobTitle === 'Director');
    await until('The end of the push', async () => (await stack.leads())[0].sync_status === 'synced');
    await stack.database.query(`update public.leads set job_title = 'Captain'`);
    await page.reload();

    expect(await press(page, 'Take Twenty’s: Job title')).toContain('Twenty’s value');
    expect(await value(title)).toBe('Director');

    await stack.patchPerson(twenty_id!, { jobTitle: 'WRONG' });
    await stack.run('pull');
    await open(`lead&id=${id}`);
    await page.getByRole('button', { name: 'Undo this …' }).first().click();
    expect(await press(page, /^Undo$/)).toContain('One value is set back.');
    expect(await value(title)).toBe('Director');
  });

  it('of segments: a draft is taken back, an earlier version comes back', async () => {
    const names = 'select array_agg(segment_name order by 1) from public.customer_segments where enabled';
    const draft = async (name: string): Promise<void> => {
      await open('segments');
      await page.getByRole('link', { name: 'Add a segment' }).click();
      await page.getByLabel('Name').fill(name);
      await press(page, 'Save as a draft');
    };
    for (const name of ['Ours', 'Yours']) {
      await draft(name);
      await ask(page, 'See what the drafts change …');
      await press(page, 'Publish');
    }
    await draft('Nobody’s');
    await page.getByRole('link', { name: 'Nobody’s' }).click();
    expect(await press(page, 'Take the draft back')).not.toBe('');
    expect(await page.locator('main').innerText()).not.toContain('Nobody’s');

    const versions = page.getByRole('table', { name: 'Published versions' });
    await versions.getByRole('button', { name: 'Go back to version 2' }).click();
    expect(await press(page, 'Put version 2 in force')).toContain('are in force again');

    expect(await value(names)).toEqual(['Ours']);
  });

  it('of a run at work: it is stopped once somebody has seen what that does, and not a second time', async () => {
    const id = String(
      await value(`select public.start_sync_run('twenty_to_supabase', 'delta', 'manual') -> 'run' ->> 'id'`),
    );
    const late = await context.newPage();
    for (const tab of [page, late]) {
      await open(`run&id=${id}`, tab);
      expect(await ask(tab, 'Stop it …')).toContain('What the run has stored stays.');
    }
    expect(await press(page, 'Stop the run')).toBe('The run was stopped.');
    expect(await press(late, 'Stop the run')).toBe('The run had ended before.');
    await late.close();

    expect(await value(`select status from public.lead_sync_runs where id = '${id}'`)).toBe('stopped');
  });

  it('of alerts: a pause ends; quiet hours are set, a test message is given to the monitor', async () => {
    await open('alerts');
    await page.getByRole('link', { name: 'Drift' }).click();
    await press(page, 'For 1 h');
    expect(await press(page, 'Tell it again')).toBe('It is told again.');
    await open('alerts');
    await page.getByLabel('From').fill('22:00');
    await page.getByLabel('Until').fill('06:30');
    expect(await press(page, 'Save')).toBe('Warnings are kept from 22:00 to 06:30.');
    await page.getByLabel('Time zone').fill('Nowhere/Town');
    expect(await press(page, 'Save')).toContain('The quiet hours were not saved.');
    expect(await press(page, 'Send a test message')).toMatch(/test message|has never run/);

    expect(
      await value(`select jsonb_build_object(
        'from', (select quiet_from::text from lead_sync.settings), 'test', (select count(*) from lead_sync.alert_notifications where alert = 'test'),
        'paused', (select count(*) from lead_sync.alert_rules where paused_until > now()))`),
    ).toEqual({ from: '22:00:00', test: 1, paused: 0 });
  });
});

describe('many at once', () => {
  const OPEN = 'select count(*) from public.lead_sync_conflicts where resolved_at is null';
  it('10,000 conflicts are shown, and decided by one button; 300 dead letters are tried again by another', async () => {
    await stack.database.query(`
      insert into public.leads (first_name, email, job_title) select 'Lead ' || n, 'lead' || n || '@example.com', 'Ours' from generate_series(1, 10000) as n;
      begin;
      set local lead_sync.engine = 'on';
      update lead_sync.lead_states set base_remote = '{"job_title": "Ours"}', base_local = '{"job_title": "Ours"}', due_at = null;
      update public.leads set sync_status = 'synced';
      insert into public.lead_sync_conflicts (lead_id, field, winner, supabase_value, twenty_value, reason)
        select id, 'job_title', 'supabase', '"Ours"', '"Theirs"', 'newer here' from public.leads;
      update public.leads set sync_status = 'error', sync_error_count = 8 where email like 'lead1__@example.com' or email like 'lead2___@example.com';
      update lead_sync.lead_states as s set error_category = 'validation', error_at = now() from public.leads as l where l.id = s.lead_id and l.sync_status = 'error';
      commit`);
    const dead = Number(await value(`select count(*) from public.leads where sync_status = 'error'`));
    await open('conflicts');
    expect(await page.locator('main').innerText()).toContain('Job title: 10,000');
    page.setDefaultTimeout(90_000);
    // what a minute is too short for, the page asks to do once more
    for (let left = 10_000; left > 0; left = Number(await value(OPEN))) {
      await open('conflicts&field=job_title');
      const count = left.toLocaleString('en');
      expect(await ask(page, `Take ours for all ${count}`)).toContain(`${count} open conflicts of job title`);
      expect(await press(page, `Decide ${count}`)).toMatch(
        /^[\d,]+ conflicts were decided\.( [\d,]+ are left: do it once more\.)?$/,
      );
    }

    await open('dead-letters');
    expect(await page.locator('main').innerText()).toContain(`${dead.toLocaleString('en')} dead letters`);
    await ask(page, 'Try all again …');
    expect(await press(page, /^Try/)).toContain(`${dead.toLocaleString('en')} leads are queued for a fresh try.`);
  });
});

test('markup that strangers stored in every field is shown as text on every page', async () => {
  const MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
  const fields = ['first_name', 'last_name', 'job_title', 'company_name', 'city', 'region', 'country', 'postal_code'];
  await stack.addLeads({ email: email('ada') }, { email: email('ada') });
  await stack.run('push');
  await stack.database.query('update lead_sync.settings set approve_changes = 0, find_duplicates = true');
  await stack.database.query(
    `update public.leads set ${[...fields, 'lead_source', 'lead_status'].map((field) => `${field} = $1`).join(', ')}, attributes = jsonb_build_object($1::text, $1::text)`,
    [MARKUP],
  );
  await stack.run('push');
  await stack.database.query('select public.find_duplicates()');
  await stack.database.query(
    `insert into public.lead_sync_conflicts (lead_id, field, winner, supabase_value, twenty_value, reason)
     select id, 'job_title', 'twenty', to_jsonb($1::text), to_jsonb($1::text), $1 from public.leads`,
    [MARKUP],
  );
  await stack.database.query(
    `update public.customer_segments set description = $1, segment_name = segment_name || $1`,
    [MARKUP],
  );
  await stack.database.query(`update public.lead_scoring_rules set description = $1`, [MARKUP]);
  await stack.database.query(`select public.note_action($1, jsonb_build_object($1::text, $1::text), $1)`, [MARKUP]);
  await stack.database.query(
    `begin; set local lead_sync.engine = 'on';
     update public.leads set sync_error_message = '<img src=x onerror=alert(3)>', sync_error_count = 8, sync_status = 'error';
     update lead_sync.lead_states set error_category = 'validation', due_at = null, error_at = now(); commit`,
  );
  const [{ id }] = await stack.leads();
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });

  const foreign: string[] = [];
  let shown = 0;
  for (const { name } of PAGES) {
    await open(name === 'lead' ? `lead&id=${id}` : name);
    const found = await page.locator('img, script, [onerror]').count();
    if (found > 0) foreign.push(name);
    if ((await page.locator('body').innerText()).includes('<img src=x onerror=alert')) shown += 1;
  }

  expect({ foreign, dialogs }).toEqual({ foreign: [], dialogs: 0 });
  expect(shown).toBeGreaterThan(5);
});

test('who has no login, or no token, decides nothing on any page', async () => {
  const http = axios.create({ proxy: false, validateStatus: () => true });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const { name, actions } of PAGES)
    for (const action of Object.keys(actions ?? {})) {
      const form = new URLSearchParams({ page: name, action, confirmed: 'yes' }).toString();
      expect([name, action, (await http.post(dashboard.url, form, { headers })).status]).toEqual([name, action, 401]);
      expect([name, action, (await http.post(dashboard.url, form, { headers, auth: LOGIN })).status]).toEqual([
        name,
        action,
        403,
      ]);
    }
});
