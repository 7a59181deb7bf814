import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Without its value, which would be sent here. */
const AXE = `${readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')};void 0`;
const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`;

/** What axe-core finds on the page as it is. n8n's sandbox lets scripts of the test run in it. */
export async function violationsOf(page: Page): Promise<string[]> {
  if (await page.evaluate<boolean>("typeof axe === 'undefined'")) await page.evaluate(AXE);
  const violations =
    await page.evaluate<Array<{ id: string; nodes: Array<{ html: string; failureSummary: string }> }>>(VIOLATIONS);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
