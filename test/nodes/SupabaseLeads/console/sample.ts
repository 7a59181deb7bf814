import { showPage, type Desk } from '../../../../nodes/SupabaseLeads/console/frame/answer';
import type { Call, Page } from '../../../../nodes/SupabaseLeads/console/frame/page';
import { PAGES } from '../../../../nodes/SupabaseLeads/console/registry';
import { BUSY_LEADS, EMPTY_LEADS, LEAD_QUERIES } from './leads-sample';
import { BUSY_DECISIONS, DECISION_QUERIES, EMPTY_DECISIONS } from './decisions-sample';
import { AT, busyDashboard, emptyDashboard } from './dashboard-sample';

/** What the database answers, by function: an answer, or one made of the arguments. */
export type Answers = Record<string, unknown>;

/** A sync on a working day: each page's functions answer with something in every part. */
export const BUSY: Answers = {
  get_console: { at: AT, revenue: true, edge: true, objects: ['opportunity'] },
  get_dashboard: busyDashboard(),
  get_revenue: { revenue: busyDashboard().revenue },
  ...BUSY_DECISIONS,
  ...BUSY_LEADS,
};

/** Before anything was ever synced. */
export const EMPTY: Answers = {
  get_console: { at: AT, revenue: false, edge: false, objects: [] },
  get_dashboard: emptyDashboard(),
  get_revenue: { revenue: null },
  ...EMPTY_DECISIONS,
  ...EMPTY_LEADS,
};

/** What an address needs besides the page's name, where it shows nothing without. */
export const QUERIES: Record<string, Record<string, string>> = { ...DECISION_QUERIES, ...LEAD_QUERIES };

export interface Heard {
  name: string;
  args: Record<string, unknown>;
}

/** A desk whose database answers so; `heard` are the calls. */
export function deskOf(answers: Answers): Desk & { heard: Heard[] } {
  const heard: Heard[] = [];
  const call: Call = async <T>(name: string, args: Record<string, unknown> = {}) => {
    heard.push({ name, args });
    const answer = answers[name];
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new Error(`The sample has no answer of ${name}.`);
    return await Promise.resolve((typeof answer === 'function' ? answer(args) : answer) as T);
  };
  return { call, key: 'key', now: new Date(AT), timeZone: 'UTC', hours: 24, by: 'dashboard: ada', heard };
}

export async function htmlOf(page: Page, answers: Answers, query: Record<string, unknown> = {}): Promise<string> {
  const { status, html } = await showPage(deskOf(answers), page, { ...QUERIES[page.name], ...query });
  if (status !== 200) throw new Error(`${page.name}: ${status} ${textOf(html)}`);
  return html;
}

export const named = (name: string): Page => PAGES.find((page) => page.name === name)!;

/** A page's text, without its style, its navigation and its drawings. */
export const textOf = (html: string): string =>
  html
    .replace(/<(style|svg|nav class="pages"|head).*?<\/(style|svg|nav|head)>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
