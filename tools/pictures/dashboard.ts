/** `npx tsx tools/pictures/dashboard.ts`: takes a picture of the top of the dashboard's page, with made-up figures, into docs/images. */
import { chromium } from 'playwright-core';
import { renderPage } from '../../nodes/SupabaseLeads/dashboard/page';
import { busyDashboard } from './dashboard-sample';
import { findBrowser, imageFile } from './browser';

const SIZE = { width: 1240, height: 965 };

async function main(): Promise<void> {
  const html = renderPage({ data: busyDashboard(), csrfToken: '', notice: null, timeZone: 'UTC' });
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
