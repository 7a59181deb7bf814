import { Watch } from '../../runs/watch';
import type { PeopleToMerge } from '../../Twenty/leads/merge-people';
import { goOnWithMerges } from './merges';
import type { Ports } from './ports';
import { pushClaims } from './push-claims';
import { inRun, runAgain, type NotStarted, type SyncReport, type Synced, type Trigger } from './run';

export interface PushOrder extends Synced {
  trigger: Trigger;
  policy: string | null;
  /** Leads a claim. */
  batchSize: number;
  /** Whether people are written one a call and only as they were read; false for what the settings say. */
  strict: boolean;
}

/** A strict push writes one person a call: a claim must end within its lease. */
export const STRICT_BATCH_SIZE = 200;
/** Goes on with merges of leads, then carries what is due to Twenty, claim by claim. */
export async function push(
  ports: Ports,
  { trigger, object = null, policy, batchSize, strict }: PushOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const options = { object, policy, strict: strict || null };
  const order = { direction: 'supabase_to_twenty', mode: 'delta', trigger, options } as const;
  return await runAgain(ports, watch, () =>
    inRun(ports, watch, order, async (session, { settings, due, merges = 0 }) => {
      if (merges > 0) {
        const mergePeople = (people: PeopleToMerge) => session.write((twenty) => twenty.mergePeople(people));
        await goOnWithMerges({ store: ports.store, control: ports.control, mergePeople });
      }
      const size = settings.strict ? Math.min(batchSize, STRICT_BATCH_SIZE) : batchSize;
      return await pushClaims(session, { batchSize: size, strict: settings.strict, due, leaseSeconds: null });
    }),
  );
}
