import { pullActivities, type ActivityReport } from '../../../nodes/LeadSync/loops/activities';
import { activitiesPort } from '../../../nodes/LeadSync/n8n-ports';
import type { Shutdown } from '../../../stack/shutdown';
import type { Supabase } from '../../../stack/supabase';
import type { TwentyDouble } from '../../../stand-ins/twenty';
import { toldStep } from '../../progress';
import { QUIET } from '../../quiet-control';
import type { Store } from '../store';
import { clientOf, startTwenty, storeOf } from './sides';

export interface ActivityFigures {
  /** Notes in Twenty and in the database, each on a person, before the delta. */
  activities: number;
  /** New ones since, 1 %, each with its link. */
  changed: number;
  /** Calls of Twenty that a pull of all four kinds took to find them. */
  delta_calls: number;
  delta_seconds: number;
}

/** At most 2 calls, and 1 for each 1,000 records that changed. */
export const mostDeltaCalls = ({ changed }: ActivityFigures): number => 2 + Math.ceil(changed / 1_000);

const KINDS = ['note', 'task', 'message', 'meeting'] as const;
const SEEDED_AT_ONCE = 10_000;
const LONG_AGO = '2025-01-01T00:00:00.000Z';

/** A pull of what changed among many activities: of the node's own loop, client and functions. */
export async function measureActivities(
  { supabase, client }: Store,
  shutdown: Shutdown,
  activities: number,
): Promise<ActivityFigures> {
  const twenty = await startTwenty(shutdown);
  await toldStep(`${activities} notes on both sides`, async () => {
    for (let start = 0; start < activities; start += SEEDED_AT_ONCE) {
      const size = Math.min(SEEDED_AT_ONCE, activities - start);
      seedNotes(twenty, size, { createdAt: LONG_AGO, updatedAt: LONG_AGO });
    }
    await client.query(SEED_DATABASE, [activities]);
    await client.query('vacuum (analyze) lead_sync.activities, lead_sync.activity_links');
  });
  const changed = Math.ceil(activities / 100);
  const ids = seedNotes(twenty, changed, {});
  twenty.store.insert(
    'noteTargets',
    ids.map((noteId) => ({ noteId })),
  );
  const startedAt = performance.now();
  const report = await toldStep(`Pull of ${changed} of them`, () => pull(supabase, twenty));
  if (report.stored !== 2 * changed) throw new Error(`The pull stored ${report.stored} records, not ${2 * changed}.`);
  return {
    activities,
    changed,
    delta_calls: report.calls,
    delta_seconds: Number(((performance.now() - startedAt) / 1000).toFixed(1)),
  };
}

/** The same many notes, read long ago; all objects were read up to now. */
const SEED_DATABASE = `
  with note as (
    insert into lead_sync.activities (kind, twenty_id, happened_at, author, title, excerpt, updated_at, read_at)
    select 'note', gen_random_uuid(), now() - i * interval '1 minute', 'Grace', 'Call ' || i, 'We talked about prices', now() - interval '1 year', now() - interval '1 year'
    from generate_series(1, $1::integer) as i
    returning twenty_id
  ),
  link as (
    insert into lead_sync.activity_links (kind, twenty_id, activity_id, person_id, updated_at, read_at)
    select 'note', gen_random_uuid(), n.twenty_id, gen_random_uuid(), now() - interval '1 year', now() - interval '1 year' from note as n
  )
  insert into lead_sync.activity_cursors (object, read_until) select o.object, now() from lead_sync.activity_objects() as o`;

function seedNotes(twenty: TwentyDouble, size: number, times: object): string[] {
  return twenty.store.insert(
    'notes',
    Array.from({ length: size }, (_, n) => ({
      title: `Call ${n}`,
      bodyV2: { markdown: 'We talked about **prices**, and will again next week.' },
      ...times,
    })),
  );
}

async function pull(supabase: Supabase, twenty: TwentyDouble): Promise<ActivityReport> {
  const client = clientOf(twenty);
  return await pullActivities(
    { store: storeOf(supabase), control: QUIET, twenty: (scope) => activitiesPort(client, scope) },
    { read: 'changed', kinds: KINDS, overlapMinutes: 5 },
  );
}
