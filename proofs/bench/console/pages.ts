import type { Client } from 'pg';
import { showPage } from '../../../nodes/SupabaseLeads/console/frame/answer';
import type { Call } from '../../../nodes/SupabaseLeads/console/frame/page';
import { PAGES } from '../../../nodes/SupabaseLeads/console/registry';
import { tell } from '../../progress';

const ROUNDS = 7;

const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** What pages of one thing are asked for: the first of each that there is. */
async function namedThings(client: Client): Promise<Record<string, Record<string, unknown>>> {
  const one = async (query: string): Promise<unknown> => (await client.query<{ it: unknown }>(query)).rows[0]?.it;
  const run = await one('select id as it from public.lead_sync_runs order by started_at desc limit 1');
  return {
    lead: { id: await one('select lead_id as it from public.lead_sync_conflicts limit 1') },
    run: { id: run },
    changes: { run },
    alert: { alert: 'dead_letters', name: 'dead_letters' },
  };
}

/** Median of 7, in ms, of each page of the registry: what it reads over PostgREST, and the page made of it. */
export async function measurePages(call: Call, client: Client): Promise<Record<string, number>> {
  const things = await namedThings(client);
  const figures: Record<string, number> = {};
  for (const page of PAGES) {
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const began = performance.now();
      const desk = { call, key: 'key', now: new Date(), timeZone: 'UTC', hours: 24, by: '' };
      const { status } = await showPage(desk, page, things[page.name] ?? {});
      if (status === 500) throw new Error(`The page ${page.name} could not be read.`);
      if (round > 0) times.push(performance.now() - began);
    }
    figures[page.name] = rounded(
      at(
        times.sort((a, b) => a - b),
        0.5,
      ),
    );
    tell(`  ${page.name}: ${figures[page.name]} ms`);
  }
  return figures;
}

const FILTERS = ['waiting', 'held', 'failed', 'conflict', 'left_out', 'duplicates'];

/** Searches as people make them: a few letters more each time, names, e-mails, phones, IDs, filters, filters and names together, and the next page of each. */
async function searches(client: Client): Promise<Array<Record<string, unknown>>> {
  const { rows } = await client.query<Record<string, string>>(
    'select id, first_name, last_name, email, phone from public.leads order by id limit 20',
  );
  return [
    ...rows.flatMap(({ id, first_name, last_name, email, phone }, n) => [
      ...[1, 2, 3, 4, 6].map((letters) => ({ p_query: first_name.slice(0, letters) })),
      { p_query: last_name.slice(0, 3) },
      { p_query: last_name },
      { p_query: `${first_name} ${last_name}` },
      { p_query: `${last_name} ${first_name.slice(0, 2)}` },
      { p_query: email },
      { p_query: email.slice(0, 8) },
      { p_query: phone },
      { p_query: id },
      { p_query: `${last_name} nobody` },
      ...[first_name.slice(0, 3), last_name, `${first_name} ${last_name}`].map((p_query) => ({
        p_query,
        p_filter: FILTERS[n % FILTERS.length],
      })),
    ]),
    ...FILTERS.map((p_filter) => ({ p_filter })),
    ...FILTERS.map((p_filter) => ({ p_filter, p_query: 'ada' })),
    {},
  ];
}

/** The slowest 5 % of some 400 searches begin at so many ms, over PostgREST; each with its next page. */
export async function measureSearch(call: Call, client: Client): Promise<number> {
  const times: Array<{ ms: number; args: unknown }> = [];
  const timed = async (args: Record<string, unknown>): Promise<{ position: string | null }> => {
    const began = performance.now();
    const found = await call<{ position: string | null }>('search_leads', args);
    times.push({ ms: performance.now() - began, args });
    return found;
  };
  for (const args of await searches(client)) {
    const { position } = await timed(args);
    if (position !== null) await timed({ ...args, p_after: position });
  }
  times.sort((a, b) => a.ms - b.ms);
  for (const { ms, args } of times.slice(-3)) tell(`  slowest ${rounded(ms)} ms: ${JSON.stringify(args)}`);
  return rounded(
    at(
      times.map(({ ms }) => ms),
      0.95,
    ),
  );
}
