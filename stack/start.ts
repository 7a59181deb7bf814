/**
 * `npm start [-- --once --sample --prepare --workers 2]`: the whole product on this machine, with one sync each way, until Ctrl-C.
 * Local data is new on every start. TWENTY_URL and TWENTY_API_KEY, SUPABASE_URL and SUPABASE_SERVICE_KEY put real services in
 * the place of the local ones. With a real one among them there is no sample data unless --sample is given; missing fields
 * are made in a real Twenty only when --prepare is given. WEBHOOK_URL is a public address that leads to this n8n, if there is
 * one: through it a Twenty elsewhere can call. --workers starts n8n in queue mode, with so many workers.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sampleSet } from './sample-data';
import { importInstantPushCredential, startInstantPush } from './instant-push';
import { startKnowlarity } from './knowlarity';
import { lockFolder } from './lock';
import { startMeta } from './meta';
import { thingsToTry } from './next-steps';
import { onLine, reachOf, removeTwentyWebhook, turnOnStarters } from './reach';
import { printedStep } from './report';
import { publishScoring } from './scoring';
import { seedSupabase, seedTwenty } from './seed';
import { supabaseFromEnvironment, twentyFromEnvironment } from './services';
import { runSetUp } from './set-up';
import { Shutdown } from './shutdown';
import { startStack, type Stack, type StackOptions } from './stack';
import { addresses, figures } from './summary';
import { runSync, type SyncRun } from './sync';

const FOLDER = resolve('.stack/start');
const PORTS = { postgres: 54322, gateway: 54321, twenty: 3000, meta: 3001, knowlarity: 3002, n8n: 5678 };

interface Flags {
  once: boolean;
  sample: boolean;
  prepare: boolean;
  workers: number;
}

/** The sync carries samples to the other side, so one real service is enough to leave them away. */
async function seed(stack: Stack, flags: Flags): Promise<void> {
  if (!(stack.localTwenty && stack.localSupabase) && !flags.sample) return;
  const { people, leads } = sampleSet();
  await printedStep(`${people.length} sample people are in Twenty`, () => seedTwenty(stack.twenty, people));
  await printedStep(`${leads.length} sample leads are in Supabase`, () => seedSupabase(stack.supabase, leads));
}

/** Somebody's own Twenty gets new fields only when asked for. */
async function setUp(stack: Stack, flags: Flags): Promise<void> {
  if (!stack.localTwenty && !flags.prepare) return;
  const { summary } = await printedStep('"Set up lead sync" ran', () => runSetUp(stack.n8n.client));
  console.log(`  ${summary}`);
}

/** What the runs did, and how to get the fields that a real Twenty lacks. */
function report(runs: SyncRun[], stack: Stack, flags: Flags): void {
  console.log(figures(runs));
  if (!stack.localTwenty && !flags.prepare && runs.some(({ warnings }) => warnings.length > 0)) {
    console.log('To create missing fields in your Twenty: npm start -- --prepare\n');
  }
}

/** Schedules, and what makes changes travel at once, as far as others can call this n8n; says what is on. */
async function turnOn(stack: Stack, shutdown: Shutdown): Promise<void> {
  const { n8n, localTwenty, localSupabase } = stack;
  const secret = await importInstantPushCredential(n8n.client);
  const reach = await reachOf(stack);
  const turnedOn = await turnOnStarters(n8n.client, n8n.url, reach);
  if (!localTwenty && reach.twenty !== 'none') shutdown.add("Twenty's webhook", () => removeTwentyWebhook(n8n.client));
  if (localSupabase) {
    const listener = await startInstantPush(localSupabase, n8n, secret);
    shutdown.add('listener', () => listener.stop());
  }
  console.log(`✓ ${onLine(turnedOn)}`);
  for (const remark of turnedOn.remarks) console.log(`  ${remark}`);
}

async function start(flags: Flags, shutdown: Shutdown): Promise<void> {
  const startedAt = Date.now();
  mkdirSync(FOLDER, { recursive: true });
  shutdown.add('lock', lockFolder(FOLDER));
  const options: StackOptions = {
    folder: FOLDER,
    twenty: twentyFromEnvironment(),
    supabase: supabaseFromEnvironment(),
    ports: PORTS,
    workers: flags.workers,
  };
  const stack = await startStack(options, printedStep, shutdown);
  await seed(stack, flags);
  if (stack.localSupabase) {
    const samples = stack.localTwenty !== undefined;
    await printedStep('Leads are scored', () => publishScoring(stack.supabase, { samples }));
  }
  await setUp(stack, flags);
  const pull = await printedStep('Synced from Twenty to Supabase', () => runSync(stack, 'twenty_to_supabase'));
  const push = await printedStep('Synced from Supabase to Twenty', () => runSync(stack, 'supabase_to_twenty'));
  report([pull, push], stack, flags);
  if (flags.once) return;
  await turnOn(stack, shutdown);
  console.log(`\n${addresses(stack, PORTS)}\n`);
  if (stack.localTwenty && stack.localSupabase) {
    const meta = await startMeta(stack.n8n.client, { schedules: true, port: PORTS.meta });
    shutdown.add('Meta', () => meta.stop());
    const knowlarity = await startKnowlarity(stack.n8n.client, { schedules: true, port: PORTS.knowlarity });
    shutdown.add('Knowlarity', () => knowlarity.stop());
    console.log(await thingsToTry(stack, { meta, knowlarity }));
  }
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(`Ready after ${seconds} s. Ctrl-C stops everything; the next start begins with new local data.`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      sample: { type: 'boolean', default: false },
      prepare: { type: 'boolean', default: false },
      workers: { type: 'string', default: '0' },
    },
  });
  const flags = { ...values, workers: Number(values.workers) };
  if (!Number.isInteger(flags.workers) || flags.workers < 0) throw new Error('--workers takes a whole number.');
  const shutdown = new Shutdown();
  const stopped = new Promise<void>((resolveStopped) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolveStopped());
  });
  const work = start(flags, shutdown).then(() => (flags.once ? undefined : stopped));
  try {
    await Promise.race([work, stopped]);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  console.log('Stopping …');
  await shutdown.run();
  console.log('Everything is stopped.');
  process.exit();
}

void main();
