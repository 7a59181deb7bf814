import { createWorkspaceDouble, type TwentyWorkspaceDouble } from '../../dev/twenty-double';
import type { Supabase } from '../../dev/stack/supabase';
import { DEFAULT_CALLS_PER_MINUTE } from '../../nodes/Twenty/transport/rate-budget';
import { unwrap, type Send, type TwentyClient } from '../../nodes/Twenty/transport/client';
import { bundledWorkflow, configuredNumber } from '../bundled';
import { rateOf, type LimitFigures, type LimitRate } from '../figures';
import type { BenchOptions } from '../options';
import { peopleOf } from '../people';
import { tell, toldStep } from '../progress';
import { emptySupabase, seedLeads } from '../seed-supabase';
import { prepareTwenty, seedPeople } from '../seed-twenty';
import { clientOver } from '../twenty-double';
import { leadFunctions } from './lead-functions';
import { pullAll, pushAll } from './sync-loops';
import { WorkingClock } from './working-clock';

const SECONDS_PER_HOUR = 3_600;

/** A Twenty in this process, and the node's client to it, on one clock. */
interface Limited {
  clock: WorkingClock;
  double: TwentyWorkspaceDouble;
  client: TwentyClient;
}

/** Sends to the double without a socket; the latency passes on the clock. */
function inProcess(double: TwentyWorkspaceDouble, clock: WorkingClock): Send {
  return async ({ method, url, body }) => {
    const { pathname, search } = new URL(url);
    const answer = double.handle({
      method,
      path: `${pathname}${search}`,
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body,
    });
    await clock.sleep(answer.delayMs);
    return { status: answer.status, headers: answer.headers, text: answer.body };
  };
}

/** `name` tells the workspaces apart: the node keeps what it learned by address. */
async function limitedTwenty(name: string, prepare: (client: TwentyClient) => Promise<void>): Promise<Limited> {
  const clock = new WorkingClock();
  const epoch = Date.now() - clock.now();
  const double = createWorkspaceDouble({ rateLimit: false, clock: () => epoch + clock.now() });
  const url = `http://${name}.example`;
  const send = inProcess(double, clock);
  const unlimited = clientOver(url, send, clock, Number.MAX_SAFE_INTEGER);
  await prepareTwenty(unlimited);
  await prepare(unlimited);
  return { clock, double, client: clientOver(url, send, clock, DEFAULT_CALLS_PER_MINUTE) };
}

/** Spends what a rested workspace has at once, so that only the steady pace is measured. */
async function emptyTheBucket({ double, client }: Limited): Promise<void> {
  double.setRateLimit({ tokens: DEFAULT_CALLS_PER_MINUTE, windowMs: 60_000 });
  for (let call = 0; call < DEFAULT_CALLS_PER_MINUTE; call += 1) {
    unwrap(await client.graphql('people', { document: '{people(first:1){edges{node{id}}}}', variables: {} }));
  }
}

async function timed(
  limited: Limited,
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
  const call = leadFunctions(supabase);
  const pull = await toldStep(`Pull of ${leads} leads at Twenty's default limit`, async () => {
    await emptySupabase(supabase.databaseUrl);
    const limited = await limitedTwenty('pull', async (client) => {
      await seedPeople(client, peopleOf({ name: 'limit-people', size: leads }));
    });
    const pageSize = configuredNumber(await bundledWorkflow('twenty_to_supabase'), 'pageSize');
    return await timed(limited, leads, latencyMs, () => pullAll({ twenty: limited.client, call }, pageSize));
  });
  const push = await toldStep(`Push of ${leads} leads at Twenty's default limit`, async () => {
    await emptySupabase(supabase.databaseUrl);
    await seedLeads(supabase.databaseUrl, peopleOf({ name: 'limit-leads', size: leads }));
    const limited = await limitedTwenty('push', () => Promise.resolve());
    const claimSize = configuredNumber(await bundledWorkflow('supabase_to_twenty'), 'batchSize');
    return await timed(limited, leads, latencyMs, () => pushAll({ twenty: limited.client, call }, claimSize));
  });
  return { pull, push };
}
