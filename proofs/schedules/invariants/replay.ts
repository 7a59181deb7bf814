import type { Absence, Snapshot } from '../../../nodes/lead';
import { Violation } from '../violation';
import type { World } from '../world/world';

const MOST_REPLAYED = 24;
const DAY_MS = 86_400_000;

/** Every page and every hint again, as read then: nothing changes. */
export async function assertReplayChangesNothing(world: World): Promise<void> {
  const before = JSON.stringify(await world.database.fingerprint());
  const known = new Set(world.leads.map(({ twenty_id }) => twenty_id));
  const isKnown = ({ twenty_id: id }: Snapshot | Absence): boolean => known.has(id) && !world.unseenPeople.has(id);
  /** Whether Twenty's clock was set back since: a version stamped before the one that it replaced cannot be told from an older one. */
  const isAhead = (snapshot: Snapshot | Absence): boolean => {
    if ('absent' in snapshot) return false;
    const ahead =
      Date.parse(String(snapshot.twenty_updated_at)) -
      Date.parse(String(world.twenty.person(snapshot.twenty_id)?.updatedAt));
    return ahead > 0 && ahead < DAY_MS; // a stamp of years ahead tells nothing, which is known
  };
  for (const { snapshots, readStartedAt } of world.deliveries.slice(-MOST_REPLAYED).reverse()) {
    // people of leads that somebody removed for good are news again: nothing remembers them
    const again = snapshots.filter((snapshot) => isKnown(snapshot) && !isAhead(snapshot));
    if (again.length === 0) continue;
    await world.database.rpc('upsert_leads', { p_leads: again, p_source: 'twenty', p_read_started_at: readStartedAt });
  }
  const after = JSON.stringify(await world.database.fingerprint());
  if (after !== before)
    throw new Violation('Replay', `pages that were merged before changed something: ${before} → ${after}`);
}
