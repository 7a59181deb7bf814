import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { OWNER } from '../../stack/n8n-client';

const IMAGES = resolve('docs/images');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The n8n whose pictures are taken and its login, from the environment; by default the one that `npm start` leaves running. */
export const N8N = {
  url: (process.env.N8N_URL ?? 'http://127.0.0.1:5678').replace(/\/$/, ''),
  email: process.env.N8N_EMAIL ?? OWNER.email,
  password: process.env.N8N_PASSWORD ?? OWNER.password,
};

/** The installed Chromium, or the one at CHROMIUM_PATH. */
export function findBrowser(): string {
  const wished = process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = wished ? [wished] : folders.flatMap((folder) => BROWSERS.map((name) => join(folder, name)));
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found) return found;
  throw new Error('No browser found. Install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH to one.');
}

async function logIn(context: BrowserContext): Promise<void> {
  const answer = await context.request.post(`${N8N.url}/rest/login`, {
    data: { emailOrLdapLoginId: N8N.email, password: N8N.password },
  });
  if (!answer.ok())
    throw new Error(`n8n at ${N8N.url} refuses the login (HTTP ${answer.status()}). Set N8N_EMAIL and N8N_PASSWORD.`);
}

/** Where the picture of that name lies. */
export function imageFile(name: string): string {
  mkdirSync(IMAGES, { recursive: true });
  return join(IMAGES, `${name}.png`);
}

/** Opens a page that is logged in to n8n, and closes the browser when the work is done. */
export async function withEditor(work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ colorScheme: 'light' });
    await logIn(context);
    await work(await context.newPage());
  } finally {
    await browser.close();
  }
}
