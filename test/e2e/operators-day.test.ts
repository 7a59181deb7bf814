import axios from 'axios';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { ask as asked, openPage, press as pressed } from './support/console-tab';
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
  page = await context.newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.close();
});

const http = axios.create({ proxy: false, validateStatus: () => true });
const email = (name: string): string => `${name}@example.com`;

async function row<T extends object>(query: string, values: unknown[] = []): Promise<T> {
  return (await stack.database.query<T>(query, values)).rows[0];
}
const lead = (name: string) =>
  row<Record<string, unknown>>('select * from public.leads where email = $1', [email(name)]);

const open = (name: string, at: Page = page) => openPage(at, dashboard.url, name);
const press = (name: string | RegExp, at: Page = page) => pressed(at, name);
const ask = (name: string | RegExp) => asked(page, name);

/** Edits a person as somebody at Twenty's screen does. */
async function editPerson(name: string, values: object): Promise<void> {
  const person = (await stack.people()).get(email(name));
  const { status } = await http.patch(`${stack.twenty.url}/rest/people/${person?.id}`, values, {
    headers: { authorization: `Bearer ${stack.twenty.apiKey}` },
  });
  expect(status).toBe(200);
}

const NAMES = ['ada', 'ben', 'cleo', 'dan'];

/** Four leads whose job title both sides changed. */
async function quarrel(): Promise<void> {
  await stack.addPeople(...NAMES.map((name) => ({ name: { firstName: name }, emails: { primaryEmail: email(name) } })));
  await stack.run('pull');
  for (const name of NAMES) {
    await stack.database.query('update public.leads set job_title = $1 where email = $2', [`Our ${name}`, email(name)]);
    await editPerson(name, { jobTitle: `Their ${name}` });
  }
  await stack.run('pull');
}

test('an operator’s working day: everything that has to be decided is decided at the console', async () => {
  await quarrel();

  // the morning: is it well?
  await open('');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Health');

  // conflicts, one and many; a colleague has had the page open since before
  const colleague = await context.newPage();
  await open('conflicts', colleague);
  await open('conflicts');
  await page.getByRole('checkbox', { name: 'Job title of ada' }).check();
  expect(await press('Take ours')).toBe('1 conflict was decided.');
  expect(await lead('ada')).toMatchObject({ job_title: 'Our ada' });
  await colleague.getByRole('checkbox', { name: 'Job title of ada' }).check();
  expect(await press('Take Twenty’s', colleague)).toBe(`1 was not: It was decided before by ${ME}: our value.`);
  expect(await lead('ada')).toMatchObject({ job_title: 'Our ada' });
  await colleague.close();

  await page.getByRole('link', { name: 'Job title: 3' }).click();
  expect(await ask('Take ours for all 3')).toContain('3 open conflicts of job title');
  expect(await press('Decide 3')).toBe('3 conflicts were decided.');
  expect(await page.locator('main').innerText()).toContain('No open conflict');
  await until('What was decided is in Twenty', async () => {
    const people = await stack.people();
    return NAMES.every((name) => people.get(email(name))?.jobTitle === `Our ${name}`);
  });

  // duplicates: one pair is one person, the other two people
  await stack.addLeads(
    { email: email('twin'), first_name: 'Twin', city: 'Oslo' },
    { email: email('twin'), first_name: 'Twin', city: 'Rome' },
    { email: email('home'), first_name: 'Eve' },
    { email: email('home'), first_name: 'Adam' },
  );
  await stack.database.query('select public.find_duplicates()');
  await open('duplicates');
  await page.getByRole('checkbox', { name: /^Choose (Eve and Adam|Adam and Eve)$/ }).check();
  expect(await press('The chosen are two people each')).toBe('1 pair was dismissed.');
  await page.getByRole('checkbox', { name: 'Take the other one’s City' }).check();
  expect(await ask('Merge Twin and Twin')).toContain('From the other one come: City.');
  expect(await press('Merge')).toMatch(/^1 pair was /);
  expect(
    await row('select count(*)::int from public.leads where email = $1 and deleted_at is null', [email('twin')]),
  ).toEqual({ count: 1 });
  await page.getByRole('link', { name: 'Decided' }).click();
  expect(await page.getByRole('table', { name: 'Decisions' }).locator('tbody tr').count()).toBe(2);

  // a dead letter
  await stack.addLeads({ email: email('lost'), first_name: 'Lost' });
  await stack.database.query(
    `begin;
     set local lead_sync.engine = 'on';
     update public.leads set sync_status = 'error', sync_error_count = 8 where email = 'lost@example.com';
     update lead_sync.lead_states as s set due_at = null, error_category = 'validation', error_at = now()
     from public.leads as l where l.id = s.lead_id and l.email = 'lost@example.com';
     commit`,
  );
  await open('dead-letters');
  await page.getByRole('checkbox', { name: 'Lost' }).check();
  expect(await press('Try the chosen again')).toBe('1 lead was queued for a fresh try.');
  await until('The lead is in Twenty', async () => (await stack.people()).has(email('lost')));

  // scoring: a mistake is told at its field, a draft is published, corrected, and rolled back
  await stack.database.query('delete from public.lead_scoring_rules');
  await open('scoring');
  await page.getByRole('link', { name: 'Add a rule' }).click();
  await page.getByLabel('Name').fill('our_title');
  await page.getByLabel('Looks at').fill('job_title');
  await page.getByLabel('How').selectOption('starts_with');
  await page.getByLabel('Value').fill('Our');
  await page.getByLabel('Points').fill('500');
  expect(await press('Save in the draft')).toContain('was not saved');
  expect(await page.locator('#problem-points').innerText()).toMatch(/must be between -100 and 100/i);
  expect(await page.getByLabel('Looks at').inputValue()).toBe('job_title');
  await page.getByLabel('Points').fill('40');
  expect(await press('Save in the draft')).toContain('our_title is in the draft');
  expect(await ask('See what the draft changes …')).toMatch(/get another score/);
  await page.getByLabel('Why').fill('Ours first');
  expect(await press('Publish')).toContain('Version 1 is in force, with 1 rules.');
  expect(await lead('ada')).toMatchObject({ lead_score: '40' });
  await page.getByRole('link', { name: 'our_title' }).click();
  await page.getByLabel('Points').fill('90');
  await press('Save in the draft');
  await ask('See what the draft changes …');
  expect(await press('Publish')).toContain('Version 2 is in force');
  expect(await lead('ada')).toMatchObject({ lead_score: '90' });
  expect(await ask('Go back to version 1')).toMatch(/becomes/);
  expect(await press('Put version 1 in force')).toContain('Version 1 is in force again.');
  expect(await lead('ada')).toMatchObject({ lead_score: '40' });

  // a segment
  await open('segments');
  await page.getByRole('link', { name: 'Add a segment' }).click();
  await page.getByLabel('Name').fill('Ours');
  const criterion = page.getByRole('group', { name: 'Criterion 1' });
  await criterion.getByLabel('Looks at').fill('job_title');
  await criterion.getByLabel('How').selectOption('starts_with');
  await criterion.getByLabel('Value').fill('Our');
  expect(await press('Save as a draft')).toContain('Ours is drafted');
  expect(await ask('See what the drafts change …')).toMatch(/get another segment/);
  expect(await press('Publish')).toContain('The segments are in force, as version 2.');
  expect(
    await row(
      'select s.segment_name from public.leads as l join public.customer_segments as s on s.id = l.segment_id where l.email = $1',
      [email('ada')],
    ),
  ).toEqual({ segment_name: 'Ours' });

  // an alert is told earlier, and another one not for a day
  await open('alerts');
  await page.getByRole('link', { name: 'Many failures' }).click();
  await page.getByLabel('Is told above').fill('5');
  expect(await press('Save')).toContain('The rule is saved');
  await page.getByRole('link', { name: 'Drift' }).click();
  expect(await press('For 24 h')).toContain('Nobody is told of it for 24 h');
  expect(
    await row(
      `select (select threshold from lead_sync.alert_rules where alert = 'failure_rate'), paused_until > now() as paused from lead_sync.alert_rules where alert = 'drift'`,
    ),
  ).toEqual({ threshold: '5', paused: true });

  // somebody overwrites job titles in Twenty; the run that brought them is undone
  await stack.run('push');
  for (const name of NAMES) await editPerson(name, { jobTitle: 'WRONG' });
  await stack.run('pull');
  expect(await lead('ada')).toMatchObject({ job_title: 'WRONG' });
  await open('runs');
  await page.getByRole('table', { name: 'Sync runs' }).locator('tbody a').first().click();
  await page.getByRole('link', { name: 'See them, and undo' }).click();
  expect(await ask('Undo all of it …')).toContain('4 leads are set back');
  expect(await press(/^Undo$/)).toContain('4 leads are set back.');
  expect(await lead('ada')).toMatchObject({ job_title: 'Our ada' });

  // a setting, with a value that it does not take first
  await open('settings');
  await page.getByRole('link', { name: 'Max attempts' }).click();
  await page.getByLabel('Value').fill('5000000000');
  await press('Save');
  expect(await page.locator('#problem-value').innerText()).toMatch(/must be a whole number/);
  await page.getByLabel('Value').fill('5');
  expect(await press('Save')).toBe('Max attempts is 5 now.');

  // the evening: all of it stands in the audit log, with who did it
  await open('audit');
  const entries = await page.getByRole('table', { name: 'Who did what' }).locator('tbody tr').allInnerTexts();
  const log = entries.join('\n');
  for (const action of [
    'Update settings',
    'Undo sync',
    'Update alert rules',
    'Publish segments',
    'Roll back scoring rules',
    'Publish scoring rules',
    'Replay dead letters',
    'Merge leads',
    'Dismiss duplicate',
    'Resolve conflict',
  ])
    expect(log).toContain(action);
  expect(entries.filter((entry) => entry.includes('Resolve conflict') && entry.includes(ME))).toHaveLength(4);
  expect(entries.filter((entry) => entry.includes('Update settings'))[0]).toMatch(/Max attempts: 8 → 5/);
});

test('no form of another site decides anything', async () => {
  await stack.clear();
  await quarrel();
  const { id } = await row<{ id: string }>('select id from public.lead_sync_conflicts limit 1');

  const form = new URLSearchParams({ page: 'conflicts', action: 'take_supabase', ids: id });
  const answer = await http.post(dashboard.url, form.toString(), {
    auth: LOGIN,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

  expect(answer.status).toBe(403);
  expect(await row('select count(*)::int from public.lead_sync_conflicts where resolved_at is null')).toEqual({
    count: NAMES.length,
  });
});
