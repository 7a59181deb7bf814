/**
 * `npm start [-- --once --sample]`: the whole product on this machine, with one sync each way, until Ctrl-C.
 * Local data is new on every start. TWENTY_URL and TWENTY_API_KEY, SUPABASE_URL and SUPABASE_SERVICE_KEY put real services in
 * the place of the local ones; sample data goes into local ones only, unless --sample is given.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sampleSet } from './sample-data';
import { addresses, figures } from './stack/summary';
import { lockFolder } from './stack/lock';
import { printedStep } from './stack/report';
import { seedSupabase, seedTwenty } from './stack/seed';
import { supabaseFromEnvironment, twentyFromEnvironment } from './stack/services';
import { Shutdown } from './stack/shutdown';
import { startStack, type Stack, type StackOptions } from './stack/stack';
import { runSync } from './stack/sync';

const FOLDER = resolve('.stack/start');
const PORTS = { postgres: 54322, gateway: 54321, twenty: 3000, n8n: 5678 };

interface Flags {
  once: boolean;
  sample: boolean;
}

async function seed(stack: Stack, options: StackOptions, flags: Flags): Promise<void> {
  const { people, leads } = sampleSet();
  if (!options.twenty || flags.sample) {
    await printedStep(`${people.length} sample people are in Twenty`, () => seedTwenty(stack.twenty, people));
  }
  if (!options.supabase || flags.sample) {
    await printedStep(`${leads.length} sample leads are in Supabase`, () => seedSupabase(stack.supabase, leads));
  }
}

async function start(flags: Flags, shutdown: Shutdown): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  shutdown.add('lock', lockFolder(FOLDER));
  const options: StackOptions = {
    folder: FOLDER,
    twenty: twentyFromEnvironment(),
    supabase: supabaseFromEnvironment(),
    ports: PORTS,
  };
  const stack = await startStack(options, printedStep, shutdown);
  await seed(stack, options, flags);
  const pull = await printedStep('Synced from Twenty to Supabase', () => runSync(stack, 'twenty_to_supabase'));
  const push = await printedStep('Synced from Supabase to Twenty', () => runSync(stack, 'supabase_to_twenty'));
  console.log(figures([pull, push]));
  console.log(addresses(stack, PORTS));
}

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { once: { type: 'boolean', default: false }, sample: { type: 'boolean', default: false } },
  });
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
