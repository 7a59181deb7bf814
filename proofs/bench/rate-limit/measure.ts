import type { Supabase } from '../../../stack/supabase';
import { bundledWorkflow, configuredNumber } from '../bundled';
import { rateOf, type LimitFigures, type LimitRate } from '../figures';
import type { BenchOptions } from '../options';
import { peopleOf } from '../people';
import { tell, toldStep } from '../../progress';
import { emptySupabase, seedLeads } from '../seed-supabase';
import { seedPeople } from '../seed-twenty';
import { leadFunctions, type CallFunction } from './lead-functions';
import { emptyTheBucket, limitedTwenty, type LimitedTwenty } from './limited-twenty';
import { pullAll, pushAll } from './sync-loops';

const SECONDS_PER_HOUR = 3_600;

async function timed(
  limited: LimitedTwenty,
  leads: number,
  latencyMs: number,
  work: () => Promise<number>,
): Promise<LimitRate> {
  const { clock, double } = limited;
  await emptyTheBucket(limited);
  double.latencyMs = latencyMs;
  double.stats.reset();
  const startedAt = clock.now();
  const done = await work();
  const seconds = (clock.now() - startedAt) / 1_000;
  if (done !== leads) throw new Error(`${done} leads have landed at Twenty's default limit, not ${leads}.`);
  const { calls, limited: refused } = double.stats.snapshot();
  const leadsPerHour = Math.round((leads / seconds) * SECONDS_PER_HOUR);
  tell(`  ${leadsPerHour} leads/hour, ${calls} calls in ${seconds.toFixed(1)} s of the clock, ${refused} refused`);
  return { ...rateOf(leads, seconds), leads_per_hour: leadsPerHour, twenty_calls: calls, refused };
}

/**
 * Measures what Twenty's default limit lets through: the nodes' own code and the real database against the double's
 * limiter, on one clock on which work takes its real time and waiting is skipped.
 */
export async function measureAtDefaultLimit(
  supabase: Supabase,
  { limitLeads: leads, latencyMs }: Pick<BenchOptions, 'limitLeads' | 'latencyMs'>,
): Promise<LimitFigures> {
  const functions = leadFunctions(supabase);
  const callsOn =
    ({ clock }: LimitedTwenty): CallFunction =>
    async (name, args) =>
      await clock.during(functions(name, args));
  const pull = await toldStep(`Pull of ${leads} leads at Twenty's default limit`, async () => {
    await emptySupabase(supabase.databaseUrl);
    const limited = await limitedTwenty('pull', async (client) => {
      await seedPeople(client, peopleOf({ name: 'limit-people', size: leads }));
    });
    const pageSize = configuredNumber(await bundledWorkflow('twenty_to_supabase'), 'pageSize');
    return await timed(limited, leads, latencyMs, () => pullAll(limited, callsOn(limited), pageSize));
  });
  const push = await toldStep(`Push of ${leads} leads at Twenty's default limit`, async () => {
    await emptySupabase(supabase.databaseUrl);
    await seedLeads(supabase.databaseUrl, peopleOf({ name: 'limit-leads', size: leads }));
    const limited = await limitedTwenty('push', () => Promise.resolve());
    const claimSize = configuredNumber(await bundledWorkflow('supabase_to_twenty'), 'batchSize');
    return await timed(limited, leads, latencyMs, () => pushAll(limited, callsOn(limited), claimSize));
  });
  return { pull, push };
}
