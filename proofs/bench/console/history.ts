import type { Client } from 'pg';
import type { Call } from '../../../nodes/SupabaseLeads/console/frame/page';
import { tell } from '../../progress';
import { watchProcessor } from '../cpu';
import { batches } from '../lists';

const PAGE = 1_000;
const ROUNDS = 5;

interface Person {
  id: string;
  [field: string]: unknown;
}

/** Leads that Twenty has, as its node hands them over. */
export async function peopleOf(client: Client, count: number): Promise<Person[]> {
  const { rows } = await client.query<Person>(
    `select id, first_name, last_name, email, phone, company_name from public.leads where sync_status = 'synced' order by id limit $1`,
    [count],
  );
  return rows;
}

let version = 0;

/** Calls a function by SQL, in the process that the client is connected to: its processor time is that of the call. */
async function called<T>(client: Client, name: string, args: Record<string, unknown>): Promise<T> {
  const names = Object.keys(args);
  const { rows } = await client.query<{ answer: T }>(
    `select public.${name}(${names.map((each, n) => `${each} => $${n + 1}`).join(', ')}) as answer`,
    names.map((each) => (typeof args[each] === 'object' ? JSON.stringify(args[each]) : args[each])),
  );
  return rows[0].answer;
}

/** Pulls people of whom some field is another one. Gives the processor seconds that the database spent on it. */
export async function pull(client: Client, people: Person[], changes: object): Promise<number> {
  version += 1;
  const run = await called<{ id: string; token: string }>(client, 'start_sync_run', {
    p_direction: 'twenty_to_supabase',
  });
  let spent = 0;
  for (const page of batches(people, PAGE)) {
    const p_leads = page.map(({ id, ...values }) => ({
      ...values,
      ...changes,
      twenty_id: id,
      twenty_created_at: '2026-01-01T00:00:00Z',
      twenty_updated_at: new Date(Date.now() + version * 1_000).toISOString(),
      twenty_deleted_at: null,
    }));
    const p_read_started_at = new Date().toISOString();
    const { seconds } = await watchProcessor((client as unknown as { processID: number }).processID, () =>
      called(client, 'upsert_leads', { p_leads, p_source: 'twenty', p_read_started_at }),
    );
    spent += seconds;
  }
  await called(client, 'finish_sync_run', { p_run: { id: run.id, token: run.token }, p_status: 'succeeded' });
  return spent;
}

export interface HistoryFigures {
  /** Processor seconds of the database for a pull that keeps values for 30 days, by those of one that keeps none: the middle of five pairs in turn. */
  pull_ratio: number;
  /** Of the table and its indexes, for each lead that was changed. */
  bytes_per_change: number;
}

/** A pull that changes one field of each lead, with history and without, in turn. */
export async function measureHistory(client: Client, count: number): Promise<HistoryFigures> {
  const people = await peopleOf(client, count);
  const ratios: number[] = [];
  await pull(client, people, { job_title: 'Title' }); // the first one agrees on what was not known
  for (let round = 0; round < ROUNDS; round += 1) {
    const seconds: Record<number, number> = {};
    for (const days of round % 2 === 0 ? [0, 30] : [30, 0]) {
      await client.query('update lead_sync.settings set changes_days = $1', [days]);
      seconds[days] = await pull(client, people, { job_title: `Title ${round} ${days}` });
    }
    ratios.push(seconds[30] / seconds[0]);
    tell(`  ${seconds[30].toFixed(2)} s with history, ${seconds[0].toFixed(2)} s without`);
  }
  await client.query('update lead_sync.settings set changes_days = 30');
  const { rows } = await client.query<{ bytes: string; changes: string }>(
    `select sum(pg_total_relation_size(i.inhrelid)) as bytes, (select count(*) from lead_sync.lead_changes) as changes
     from pg_inherits as i where i.inhparent = 'lead_sync.lead_changes'::regclass`,
  );
  ratios.sort((a, b) => a - b);
  return {
    pull_ratio: Number(ratios[(ROUNDS - 1) / 2].toFixed(3)),
    bytes_per_change: Math.round(Number(rows[0].bytes) / Math.max(1, Number(rows[0].changes))),
  };
}

interface Undone {
  undo_id: string;
  leads: number;
  has_next: boolean;
  position: string | null;
}

/** A mapping that puts the wrong name into so many leads, and what it takes to see and undo it: first the preview, then the undo. */
export async function measureUndo(
  call: Call,
  client: Client,
  count: number,
): Promise<{ leads: number; seconds: number }> {
  const people = await peopleOf(client, count);
  await pull(client, people, {});
  const { rows } = await client.query<{ at: string }>('select clock_timestamp()::text as at');
  await pull(client, people, { first_name: 'Wrong' });
  const began = performance.now();
  let leads = 0;
  for (const p_apply of [false, true]) {
    leads = 0;
    let page: Undone | undefined;
    do {
      page = await call<Undone>('undo_sync', {
        p_from: rows[0].at,
        p_apply,
        p_position: page?.position ?? null,
        p_undo_id: page?.undo_id ?? null,
      });
      leads += page.leads;
    } while (page.has_next);
  }
  const seconds = Number(((performance.now() - began) / 1_000).toFixed(1));
  const { rows: wrong } = await client.query<{ count: string }>(
    `select count(*) from public.leads where first_name = 'Wrong'`,
  );
  if (wrong[0].count !== '0') throw new Error(`${wrong[0].count} names are still wrong.`);
  return { leads, seconds };
}
