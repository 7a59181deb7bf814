import type { Page } from 'playwright-core';

/** Opens a page of the console by its name, with what else its address says. */
export const openPage = (tab: Page, address: string, name: string): Promise<unknown> =>
  tab.goto(`${address}?page=${name}`);

/** Presses a button, and gives what the page says then. */
export async function press(tab: Page, name: string | RegExp): Promise<string> {
  await tab.getByRole('button', { name }).click();
  const told = tab.locator('.notice');
  await told.waitFor();
  return told.innerText();
}

/** Presses a button that asks first, and gives what it asks. */
export async function ask(tab: Page, name: string | RegExp): Promise<string> {
  await tab.getByRole('button', { name }).click();
  await tab.locator('form.preview .buttons').first().waitFor();
  return tab.locator('main').innerText();
}
