/**
 * `CONSOLE_PASSWORD=… SUPABASE_URL=… SUPABASE_SERVICE_KEY=… npx tsx tools/pictures/console.ts`: takes pictures of the console's pages into
 * docs/images, of the stack that `npm start` leaves running, after a sync both ways. It prints the password, the address and the key.
 */
import { createClient } from '@supabase/supabase-js';
import { chromium, type Page } from 'playwright-core';
import { findBrowser, imageFile, N8N } from './browser';

const URL = process.env.CONSOLE_URL ?? `${N8N.url}/webhook/lead-sync`;
const SIZE = { width: 1240, height: 900 };

async function take(page: Page, name: string): Promise<void> {
  const file = imageFile(name);
  await page.screenshot({ path: file });
  console.log(file);
}

/** Starts a sync, and waits until it has ended. */
async function sync(page: Page): Promise<void> {
  await page.goto(URL);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('status').waitFor();
  while ((await page.getByText('Running now').count()) > 0) await page.reload();
}

/** Somebody tidies up all cities at once, where more than five changes wait for a yes. */
async function tidyUp(): Promise<void> {
  const { SUPABASE_URL = '', SUPABASE_SERVICE_KEY = '' } = process.env;
  const client = createClient(SUPABASE_URL, SUPABASE_SERVICE_KEY, { auth: { persistSession: false } });
  await client.rpc('change_settings', { p_changes: { approve_changes: 5 } }).throwOnError();
  await client.from('leads').update({ city: 'New York City' }).eq('city', 'New York').throwOnError();
}

/** The lead that somebody would look at: one with an open conflict, or the first there is. */
async function openLead(page: Page): Promise<void> {
  for (const address of ['?page=leads&filter=conflict', '?page=leads&q=a']) {
    await page.goto(`${URL}${address}`);
    const lead = page.locator('td a').first();
    if ((await lead.count()) === 0) continue;
    await lead.click();
    return;
  }
  throw new Error('There is no lead.');
}

async function main(): Promise<void> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  try {
    const httpCredentials = { username: 'lead-sync', password: process.env.CONSOLE_PASSWORD ?? '' };
    const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light', httpCredentials });
    const page = await context.newPage();
    await sync(page);
    await page.goto(`${URL}?page=activity`);
    await take(page, 'dashboard');
    await openLead(page);
    await take(page, 'console-lead');
    await page.goto(`${URL}?page=leads&q=a`);
    await take(page, 'console-leads');
    await page.goto(`${URL}?page=mapping`);
    await take(page, 'console-mapping');
    await tidyUp();
    await sync(page);
    await page.goto(`${URL}?page=approvals`);
    await take(page, 'console-approvals');
  } finally {
    await browser.close();
  }
}

void main();
