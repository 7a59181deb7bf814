import type { Page } from './frame/page';
import { activity } from './pages/activity';
import { alert } from './pages/alert';
import { alerts } from './pages/alerts';
import { approvals } from './pages/approvals';
import { audit } from './pages/audit';
import { changes } from './pages/changes';
import { conflicts } from './pages/conflicts';
import { deadLetters } from './pages/dead-letters';
import { duplicates } from './pages/duplicates';
import { edge } from './pages/edge';
import { filter } from './pages/filter';
import { health } from './pages/health';
import { lead } from './pages/lead';
import { leads } from './pages/leads';
import { mapping } from './pages/mapping';
import { revenue } from './pages/revenue';
import { run } from './pages/run';
import { runs } from './pages/runs';
import { scoring } from './pages/scoring';
import { scoringRule } from './pages/scoring-rule';
import { segment } from './pages/segment';
import { segments } from './pages/segments';
import { settings } from './pages/settings';

/**
 * The pages in the order of the navigation; the first is shown where the address names none. To add one: a file
 * `pages/<name>.tsx` that exports a `definePage({ name, title, group, params, load, view, actions })` (`frame/page.ts` says
 * what each is), and a line here. Its texts are escaped, its forms (`ActionForm`) carry the token and lead back to it, its
 * lists use `view/list.tsx`; tests that go through all pages (`test/nodes/SupabaseLeads/console/pages.test.ts` with a sample
 * of its data, axe and pictures in `test/e2e/console.test.ts`) find it here.
 */
export const PAGES: Page[] = [
  health,
  leads,
  lead,
  approvals,
  conflicts,
  duplicates,
  deadLetters,
  mapping,
  filter,
  scoring,
  scoringRule,
  segments,
  segment,
  activity,
  runs,
  run,
  changes,
  audit,
  revenue,
  edge,
  alerts,
  alert,
  settings,
];

/** The page of an address; the first where it names none, undefined where it names none that there is. */
export const pageNamed = (name: unknown): Page | undefined =>
  name === '' ? PAGES[0] : PAGES.find((page) => page.name === name);
