import type { Client } from 'pg';
import type { Call } from '../../../nodes/SupabaseLeads/console/frame/page';
import { tell } from '../../progress';
import { batches } from '../lists';

const PAGE = 1_000;
const ROUNDS = 5;

interface Person {
  id: string;
  [field: string]: unknown;
}

/** Leads that Twenty has, as its node hands them over. */
async function peopleOf(client: Client, count: number): Promise<Person[]> {
  const { rows } = await client.query<Person>(
    `select id, first_name, last_name, email, phone, company_name from public.leads where sync_status = 'synced' order by id limit $1`,
    [count],
  );
  return rows;
}

let version = 0;

/** Pulls people of whom some field is another one, as a run. Returns the run and the seconds that the pages took. */
async function pull(call: Call, people: Person[], changes: object): Promise<{ run: string; seconds: number }> {
  version += 1;
  const run = await call<{ id: string; token: string }>('start_sync_run', { p_direction: 'twenty_to_supabase' });
  let seconds = 0;
  for (const page of batches(people, PAGE)) {
    const p_leads = page.map(({ id, ...values }) => ({
      ...values,
      ...changes,
      twenty_id: id,
      twenty_created_at: '2026-01-01T00:00:00Z',
      twenty_updated_at: new Date(Date.now() + version * 1_000).toISOString(),
      twenty_deleted_at: null,
    }));
    const began = performance.now();
    await call('upsert_leads', { p_leads, p_source: 'twenty', p_read_started_at: new Date().toISOString() });
    seconds += (performance.now() - began) / 1_000;
  }
  await call('finish_sync_run', { p_run: { id: run.id, token: run.token }, p_status: 'succeeded' });
  return { run: run.id, seconds };
}

export interface HistoryFigures {
  /** Seconds of a pull that keeps values for 30 days, by those of one that keeps none: the middle of five pairs in turn. */
  pull_ratio: number;
  /** Of the table and its indexes, for each lead that was changed. */
  bytes_per_change: number;
}

/** A pull that changes one field of each lead, with history and without, in turn. */
export async function measureHistory(call: Call, client: Client, count: number): Promise<HistoryFigures> {
  const people = await peopleOf(client, count);
  const ratios: number[] = [];
  await pull(call, people, { job_title: 'Title' }); // the first one agrees on what was not known
  for (let round = 0; round < ROUNDS; round += 1) {
    const seconds: Record<number, number> = {};
    for (const days of round % 2 === 0 ? [0, 30] : [30, 0]) {
      await client.query('update lead_sync.settings set changes_days = $1', [days]);
      seconds[days] = (await pull(call, people, { job_title: `Title ${round} ${days}` })).seconds;
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
  await pull(call, people, {});
  const { rows } = await client.query<{ at: string }>('select clock_timestamp()::text as at');
  await pull(call, people, { first_name: 'Wrong' });
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
