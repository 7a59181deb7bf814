/**
 * `npm run bench:realtime [-- --json --samples 60 --records 1000 --events 5000 --senders 20 --outage-events 500
 * --only latency,notes,burst,outage]`: how fast changes travel by webhooks, in real n8n on the local stack. Progress goes to
 * stderr, the figures to stdout. Ends with 1 when what is promised does not hold.
 */
import { importInstantPushCredential, startInstantPush } from '../../../stack/instant-push';
import type { Shutdown } from '../../../stack/shutdown';
import { runSync } from '../../../stack/sync';
import { publishActivities, publishBundle } from '../../../stack/workflows';
import { peopleOf } from '../people';
import { tell, toldStep } from '../../progress';
import { runProof } from '../../run-proof';
import { seedPeople } from '../seed-twenty';
import { emptyBothSides, startStand, type Stand } from '../stand';
import { measureBurst } from './burst';
import { missedBars, type RealtimeFigures } from './figures';
import { measureNotes, measureSupabaseToTwenty, measureTwentyToSupabase } from './latency';
import { readOptions, type RealtimeOptions } from './options';
import { measureOutage } from './outage';
import { LeadTable, untilSo } from './sides';

const QUIET_TIMEOUT_MS = 120_000;
/** Edits before the first measured one: n8n's first executions of a workflow take longer. */
const WARM_UP = 3;

/** Both sides with the same people, synced, and then webhooks in both directions. */
async function prepare(stand: Stand, records: number, shutdown: Shutdown): Promise<string[]> {
  await emptyBothSides(stand);
  const ids = await toldStep(`${records} people in Twenty`, () =>
    seedPeople(stand.twenty.client, peopleOf({ name: 'realtime', size: records })),
  );
  await toldStep('Synced', () => runSync(stand, 'twenty_to_supabase'));
  await toldStep('Webhooks are on', async () => {
    const secret = await importInstantPushCredential(stand.n8n.client);
    await publishBundle(stand.n8n.client, { schedules: false, twentyWebhook: true, instantPush: true });
    const listener = await startInstantPush(stand.supabase, stand.n8n, secret);
    shutdown.add('listener', () => listener.stop());
    // n8n makes webhooks some time after it says that a workflow is published
    const isThere = async (): Promise<boolean> => (await stand.twenty.countWebhooks()) > 0;
    await untilSo('The webhook in Twenty', isThere, QUIET_TIMEOUT_MS);
  });
  return ids;
}

async function measure(options: RealtimeOptions, shutdown: Shutdown): Promise<RealtimeFigures> {
  const stand = await startStand(shutdown);
  const ids = await prepare(stand, options.records, shutdown);
  const table = await LeadTable.open(stand.supabase.databaseUrl);
  shutdown.add('table', () => table.close());
  const quiet = async (): Promise<void> => {
    await untilSo('Quiet', () => table.isQuiet(), QUIET_TIMEOUT_MS);
  };
  const { parts, samples, outageEvents } = options;
  const figures: RealtimeFigures = {};
  if (parts.includes('latency')) {
    await measureTwentyToSupabase(stand, table, ids.slice(-1), WARM_UP);
    await measureSupabaseToTwenty(stand, table, ids.slice(-1), WARM_UP);
    await quiet();
    figures.twenty_to_supabase = await measureTwentyToSupabase(stand, table, ids, samples);
    await quiet();
    figures.supabase_to_twenty = await measureSupabaseToTwenty(stand, table, ids, samples);
    await quiet();
  }
  if (parts.includes('notes')) {
    await publishActivities(stand.n8n.client);
    await measureNotes(stand, table, ids.slice(-1), WARM_UP);
    figures.notes = await measureNotes(stand, table, ids, samples);
  }
  if (parts.includes('burst')) figures.burst = await measureBurst(stand, table, ids, options);
  if (parts.includes('outage')) figures.outage = await measureOutage(stand, table, ids, outageEvents, shutdown);
  return figures;
}

async function bench(options: RealtimeOptions, shutdown: Shutdown): Promise<boolean> {
  const figures = await measure(options, shutdown);
  if (options.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else for (const [part, values] of Object.entries(figures)) console.log(part, values);
  const missed = missedBars(figures);
  for (const bar of missed) tell(`Does not hold: ${bar}.`);
  return missed.length === 0;
}

void runProof((shutdown) => bench(readOptions(process.argv.slice(2)), shutdown));
