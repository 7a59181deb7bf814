import { setTimeout as delay } from 'node:timers/promises';
import { addNote, editPeople } from '../seed-twenty';
import { toldStep } from '../../progress';
import type { Stand } from '../stand';
import { latencyOf, type Latency } from './figures';
import { untilSo, type LeadTable } from './sides';

const PAUSE_MS = 1_000;
/** An edit that takes longer was not carried by its webhook. */
const TIMEOUT_MS = 60_000;

async function paced(samples: number, edit: (n: number) => Promise<number>): Promise<Latency> {
  const milliseconds: number[] = [];
  for (let n = 0; n < samples; n += 1) {
    const startedAt = performance.now();
    milliseconds.push(await edit(n));
    await delay(Math.max(0, PAUSE_MS - (performance.now() - startedAt)));
  }
  return latencyOf(milliseconds);
}

/** Edits people in Twenty, one a second, and times each from the edit to the lead's row. */
export async function measureTwentyToSupabase(
  { twenty }: Stand,
  table: LeadTable,
  ids: readonly string[],
  samples: number,
): Promise<Latency> {
  return await toldStep(`${samples} edits in Twenty, one a second`, () =>
    paced(samples, async (n) => {
      const id = ids[n % ids.length];
      const title = `Edited in Twenty ${n}`;
      const startedAt = performance.now();
      await editPeople(twenty.client, [id], title);
      await untilSo(`"${title}" in Supabase`, async () => (await table.jobTitleOf(id)) === title, TIMEOUT_MS);
      return performance.now() - startedAt;
    }),
  );
}

/** Edits leads in Supabase, one a second, and times each from the edit to the person in Twenty. */
export async function measureSupabaseToTwenty(
  { twenty }: Stand,
  table: LeadTable,
  ids: readonly string[],
  samples: number,
): Promise<Latency> {
  return await toldStep(`${samples} edits in Supabase, one a second`, () =>
    paced(samples, async (n) => {
      const id = ids[n % ids.length];
      const title = `Edited in Supabase ${n}`;
      const startedAt = performance.now();
      await table.setJobTitle(id, title);
      await untilSo(`"${title}" in Twenty`, async () => (await twenty.jobTitleOf(id)) === title, TIMEOUT_MS);
      return performance.now() - startedAt;
    }),
  );
}

/** Writes notes about people in Twenty, one a second, and times each from the note to the lead's activities. */
export async function measureNotes(
  { twenty }: Stand,
  table: LeadTable,
  ids: readonly string[],
  samples: number,
): Promise<Latency> {
  return await toldStep(`${samples} notes in Twenty, one a second`, () =>
    paced(samples, async (n) => {
      const id = ids[n % ids.length];
      const title = `Note ${n} about ${id}`;
      const startedAt = performance.now();
      await addNote(twenty.client, id, title);
      await untilSo(`"${title}" in Supabase`, () => table.hasActivity(id, title), TIMEOUT_MS);
      return performance.now() - startedAt;
    }),
  );
}
