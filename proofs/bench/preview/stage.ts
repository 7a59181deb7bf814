import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Shutdown } from '../../../stack/shutdown';
import { startTwenty } from '../../../stack/twenty';
import { toldStep } from '../../progress';
import { peopleOf } from '../people';
import { seedLeads } from '../seed-supabase';
import { prepareTwenty, seedPeople } from '../seed-twenty';
import { startStore } from '../store';
import { TwentyDoubleProcess } from '../twenty-double';
import { measurePreview, type PreviewFigures } from './measure';

/** The command as it is packed: one file, with the package above it. */
async function bundledCommand(): Promise<string> {
  const outfile = resolve('.stack/bench/lead-sync.js');
  await build({
    entryPoints: [resolve('cli/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['n8n-workflow', 'pg-native'],
    logLevel: 'error',
  });
  return outfile;
}

/** A preview before the first sync of so many people and as many leads, half of which have a person. */
export async function benchPreview(size: number, shutdown: Shutdown): Promise<PreviewFigures> {
  const { supabase, client } = await startStore(shutdown);
  const service = await startTwenty({ env: { RATE_LIMIT: 'off' } });
  shutdown.add('Twenty', () => service.stop());
  const double = new TwentyDoubleProcess(service);
  await prepareTwenty(double.client);
  const inTwenty = peopleOf({ name: 'both', size });
  const half = Math.floor(size / 2);
  const alone = peopleOf({ name: 'leads', size: size - half });
  await toldStep(`${size} people in Twenty`, () => seedPeople(double.client, inTwenty));
  await toldStep(`${size} leads`, () => seedLeads(supabase.databaseUrl, [...inTwenty.slice(0, half), ...alone]));
  await client.query('vacuum (analyze)');
  const command = [process.execPath, await bundledCommand()] as const;
  return await toldStep('Preview', () =>
    measurePreview({ command, supabase, twenty: { service, process: double }, client }),
  );
}
