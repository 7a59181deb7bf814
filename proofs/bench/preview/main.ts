/**
 * `npm run bench:preview [-- --json --people 100000 --leads 100000]`: what a preview before the first sync costs, half of the people being
 * leads as well. Progress goes to stderr, the figures to stdout. Ends with 1 when it writes, or takes more memory than it may.
 */
import { parseArgs } from 'node:util';
import type { Shutdown } from '../../../stack/shutdown';
import { startTwenty } from '../../../stack/twenty';
import { toldStep } from '../../progress';
import { peopleOf } from '../people';
import { runBench } from '../run-bench';
import { seedLeads } from '../seed-supabase';
import { prepareTwenty, seedPeople } from '../seed-twenty';
import { startStore } from '../store';
import { TwentyDoubleProcess } from '../twenty-double';
import { measurePreview } from './measure';

const MOST_MB = 300;

async function bench(people: number, leads: number, isJson: boolean, shutdown: Shutdown): Promise<boolean> {
  const { supabase, client } = await startStore(shutdown);
  const service = await startTwenty({ env: { RATE_LIMIT: 'off' } });
  shutdown.add('Twenty', () => service.stop());
  const double = new TwentyDoubleProcess(service);
  await prepareTwenty(double.client);
  const inTwenty = peopleOf({ name: 'both', size: people });
  const alone = peopleOf({ name: 'leads', size: leads - Math.floor(leads / 2) });
  await toldStep(`${people} people in Twenty`, () => seedPeople(double.client, inTwenty));
  await toldStep(`${leads} leads`, () =>
    seedLeads(supabase.databaseUrl, [...inTwenty.slice(0, Math.floor(leads / 2)), ...alone]),
  );
  await client.query('vacuum (analyze)');
  const preview = await toldStep('Preview', () =>
    measurePreview({ supabase, twenty: { service, process: double }, client }),
  );
  process.stdout.write(`${isJson ? JSON.stringify({ preview }, null, 2) : Object.entries(preview).join('\n')}\n`);
  return preview.writes === 0 && preview.peak_mb <= MOST_MB;
}

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    leads: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
  },
});
void runBench((shutdown) => bench(Number(values.people), Number(values.leads), values.json, shutdown));
