/** `npx tsx tools/pictures/dashboard.ts`: takes a picture of the console's page Activity, with made-up figures, into docs/images. */
import { chromium } from 'playwright-core';
import { showPage } from '../../nodes/SupabaseLeads/console/frame/answer';
import type { Call } from '../../nodes/SupabaseLeads/console/frame/page';
import { pageNamed } from '../../nodes/SupabaseLeads/console/registry';
import { AT, busyDashboard } from './dashboard-sample';
import { findBrowser, imageFile } from './browser';

const SIZE = { width: 1240, height: 965 };

const ANSWERS: Record<string, unknown> = {
  get_console: { at: AT, revenue: true, edge: false },
  get_dashboard: busyDashboard(),
};

async function main(): Promise<void> {
  const call: Call = async <T>(name: string) => await Promise.resolve(ANSWERS[name] as T);
  const desk = { call, key: '', now: new Date(AT), timeZone: 'UTC', hours: 24, by: '' };
  const { html } = await showPage(desk, pageNamed('activity')!, {});
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
    await page.setContent(html);
    const file = imageFile('dashboard');
    await page.screenshot({ path: file });
    console.log(file);
  } finally {
    await browser.close();
  }
}

void main();
