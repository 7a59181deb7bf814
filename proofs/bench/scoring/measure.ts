import { performance } from 'node:perf_hooks';
import { createClient } from '@supabase/supabase-js';
import type { Client } from 'pg';
import type { Supabase } from '../../../stack/supabase';
import { rateOf } from '../figures';
import { leastYardstick } from '../yardstick';
import type { ScoringBenchOptions } from './options';

export interface SteppedMeasure {
  leads: number;
  sessions: number;
  seconds: number;
  leads_per_s: number;
  /** Time by the clock, all sessions at work, in yardsticks of the same minute. */
  yardsticks: number;
  /** The longest call of a step, over the API. */
  longest_statement_s: number;
}

interface StepAnswer {
  has_next: boolean;
  position: string | null;
}

type Step = (position: string | null) => Promise<StepAnswer>;

const seconds = (milliseconds: number): number => milliseconds / 1000;
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** A function of the database as a node calls it: over PostgREST, with its 8 s limit. */
function api({ url, serviceKey }: Supabase) {
  const client = createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } });
  return async (name: string, args: Record<string, unknown>): Promise<StepAnswer> => {
    const { data, error } = await client.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as StepAnswer;
  };
}

async function measureSteps(
  client: Client,
  leads: number,
  workers: Step[],
  until: Array<string | null>,
): Promise<SteppedMeasure> {
  const yardstick = await leastYardstick(client);
  let longest = 0;
  const startedAt = performance.now();
  await Promise.all(
    workers.map(async (step, index) => {
      for (let answer: StepAnswer = { has_next: true, position: null }; answer.has_next;) {
        const stepAt = performance.now();
        answer = await step(answer.position);
        longest = Math.max(longest, performance.now() - stepAt);
        const end = until[index];
        if (end !== null && answer.position !== null && answer.position >= end) break;
      }
    }),
  );
  const total = seconds(performance.now() - startedAt);
  return {
    ...rateOf(leads, total),
    yardsticks: round((total * 1_000_000) / leads / yardstick),
    sessions: workers.length,
    longest_statement_s: round(seconds(longest)),
  };
}

const scoringWorkers = (supabase: Supabase, step: number, sessions: number): Step[] => {
  const call = api(supabase);
  return Array.from(
    { length: sessions },
    () => () => call('calculate_lead_scores', { p_scope: 'stale', p_limit: step }),
  );
};

/** Scores every lead for the first time: each score changes and makes its lead due. */
export async function measureScoring(
  supabase: Supabase,
  client: Client,
  { leads, step, sessions }: Pick<ScoringBenchOptions, 'leads' | 'step' | 'sessions'>,
): Promise<SteppedMeasure & { rules: number }> {
  await client.query("update public.lead_scoring_rules set enabled = false where rule_key = 'income_high'");
  const { rows } = await client.query<{ rules: number }>(
    "select (public.publish_scoring_rules('bench') ->> 'rules')::integer as rules",
  );
  const workers = scoringWorkers(supabase, step, sessions);
  const figures = await measureSteps(
    client,
    leads,
    workers,
    workers.map(() => null),
  );
  await expectCount(client, leads, 'lead_score is not null', "lack a score after the bench's scoring");
  await expectCount(client, leads, "sync_status = 'pending'", 'are not due for the push after they were scored');
  return { ...figures, rules: rows[0].rules };
}

/** Holds every lead against the same rules, published again: no score changes. */
export async function measureScoringAgain(
  supabase: Supabase,
  client: Client,
  { leads, step, sessions }: Pick<ScoringBenchOptions, 'leads' | 'step' | 'sessions'>,
): Promise<SteppedMeasure> {
  await client.query('vacuum (analyze) public.leads');
  const { rows } = await client.query<{ last: string }>('select max(updated_at)::text as last from public.leads');
  await client.query("select public.publish_scoring_rules('bench again')");
  const workers = scoringWorkers(supabase, step, sessions);
  const figures = await measureSteps(
    client,
    leads,
    workers,
    workers.map(() => null),
  );
  await expectCount(client, leads, `updated_at <= '${rows[0].last}'`, 'were written although their scores stayed');
  return figures;
}

/** Classifies every lead; two sessions share the ids in the middle. */
export async function measureClassifying(
  supabase: Supabase,
  client: Client,
  { leads, step, sessions }: ScoringBenchOptions,
): Promise<SteppedMeasure> {
  const call = api(supabase);
  const middle = '80000000-0000-0000-0000-000000000000';
  const from = sessions === 1 ? [null] : [null, middle];
  const until = sessions === 1 ? [null] : [middle, null];
  const workers = from.map<Step>(
    (start) => (position) =>
      call('classify_lead_segments', { p_scope: 'all', p_limit: step, p_position: position ?? start }),
  );
  return await measureSteps(client, leads, workers, until);
}

/** What scoring adds to an edit of one lead: the same edits with its triggers on and off, in turns. */
export async function measureWrites(
  client: Client,
  { writes }: ScoringBenchOptions,
): Promise<{ p50: number; p95: number }> {
  const { rows } = await client.query<{ id: string }>('select id from public.leads order by id limit $1', [writes]);
  const times = { on: [] as number[], off: [] as number[] };
  for (const round of ['off', 'on', 'off', 'on'] as const) {
    await client.query(
      round === 'on'
        ? 'alter table public.leads enable trigger leads_assess, enable trigger leads_queue_updated'
        : 'alter table public.leads disable trigger leads_assess, disable trigger leads_queue_updated',
    );
    for (const { id } of rows) {
      const startedAt = performance.now();
      await client.query("update public.leads set job_title = coalesce(job_title, '') || ' CEO' where id = $1", [id]);
      times[round].push(performance.now() - startedAt);
    }
  }
  const at = (list: number[], share: number): number =>
    list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
  const added = (share: number): number => round(at(times.on, share) - at(times.off, share), 3);
  return { p50: added(0.5), p95: added(0.95) };
}

async function expectCount(client: Client, leads: number, condition: string, complaint: string): Promise<void> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::integer as count from public.leads where ${condition}`,
  );
  if (rows[0].count !== leads) throw new Error(`${leads - rows[0].count} of ${leads} leads ${complaint}.`);
}
