import { startN8n } from '../../../stack/n8n';
import { runSync } from '../../../stack/sync';
import type { Shutdown } from '../../../stack/shutdown';
import { batches } from '../lists';
import { tell, toldStep } from '../../progress';
import { editPeople } from '../seed-twenty';
import type { Stand } from '../stand';
import type { Outage } from './figures';
import type { LeadTable } from './sides';

const EDIT_BATCH = 200;
const TITLE = 'Edited while n8n was down';

/** Stops n8n, edits people in Twenty, whose webhooks nobody answers, starts n8n and runs the pull as its schedule would. */
export async function measureOutage(
  stand: Stand,
  table: LeadTable,
  ids: readonly string[],
  events: number,
  shutdown: Shutdown,
): Promise<Outage> {
  return await toldStep(`${events} edits while n8n is down`, async () => {
    const edited = ids.slice(0, events);
    const { options, url } = stand.n8n;
    await stand.n8n.stop();
    for (const batch of batches(edited, EDIT_BATCH)) await editPeople(stand.twenty.client, batch, TITLE);
    const before = await table.countWithJobTitle(TITLE);
    if (before > 0) throw new Error(`${before} edits arrived while n8n was down.`);
    const n8n = await startN8n({ ...options, tarball: undefined, port: Number(new URL(url).port) });
    shutdown.add('n8n after the outage', () => n8n.stop());
    tell(`  n8n is back; ${await table.countWithJobTitle(TITLE)} edits arrived without the schedule`);
    await runSync({ n8n, supabase: stand.supabase }, 'twenty_to_supabase');
    return { events: edited.length, caught: await table.countWithJobTitle(TITLE) };
  });
}
