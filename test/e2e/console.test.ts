import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { PAGES } from '../../nodes/SupabaseLeads/console/registry';
import type { Access } from '../../stack/access';
import { findBrowser } from '../../tools/pictures/browser';
import { env, RunningStack } from './support/running-stack';

const { dashboard } = JSON.parse(env('TEST_N8N_ACCESS')) as Access;
const LOGIN = { username: dashboard.user, password: dashboard.password };
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
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

const SCHEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];

/** What axe-core finds on the page as it is. n8n's sandbox lets scripts of the test run in it. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{
    violations: Array<{ id: string; nodes: Array<{ html: string; failureSummary: string }> }>;
  }>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

async function look(context: BrowserContext, name: string, title: string): Promise<string[]> {
  const page = await context.newPage();
  await page.goto(`${dashboard.url}?page=${name}`);
  const found = await violationsOf(page);
  if (PICTURES !== undefined) {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${title}.png`), fullPage: true });
  }
  await page.close();
  return found;
}

describe('every page of the console', () => {
  it.each(SCHEMES.flatMap((colorScheme) => SIZES.map((viewport) => ({ colorScheme, viewport }))))(
    'has nothing that axe-core finds wrong: $colorScheme, $viewport.width wide',
    async ({ colorScheme, viewport }) => {
      await stack.addPeople({ name: { firstName: 'Ada' }, emails: { primaryEmail: 'ada@example.com' } });
      await stack.run('pull');
      const context = await browser.newContext({ httpCredentials: LOGIN, colorScheme, viewport });

      const found: string[] = [];
      for (const { name } of PAGES) {
        const here = await look(context, name, `${colorScheme}-${viewport.width}`);
        found.push(...here.map((violation) => `${name}: ${violation}`));
      }
      await context.close();

      expect(found).toEqual([]);
    },
  );
});
