import { TwentyError } from '../../Twenty/transport/failures';
import type { MergeOutcome, PeopleToMerge } from '../../Twenty/leads/merge-people';
import { tried } from '../../runs/tried';
import type { Control, StorePort } from '../../runs/control';

/** People to merge, and what Twenty calls them: `person`. */
export type PeopleOfMerge = PeopleToMerge & { object: string };

/** A merge of two leads, as `merge_leads` and `continue_merges` give it. */
export interface Merge {
  id: number;
  keep_id: string;
  drop_id: string;
  step: 'asked' | 'twenty_merged' | 'joined' | 'refused' | 'undone';
  /** Whether it goes on by itself, later. */
  waits: boolean;
  problem: string | null;
  /** Whom Twenty has to merge now. */
  people: (PeopleOfMerge & { token: string; read_started_at: string; is_first: boolean }) | null;
}

/** What carrying on a merge takes of the world. */
export interface MergePorts {
  store: StorePort;
  control: Control;
  mergePeople(people: PeopleOfMerge): Promise<MergeOutcome>;
}

/** Merges a run goes on with at most; the next one takes others. */
const MOST = 20;

/** Goes on with merges that somebody asked for. What goes wrong with one is told, tried again by the next run, and holds up nothing else. */
export async function goOnWithMerges(ports: MergePorts): Promise<void> {
  const { control, store } = ports;
  const { merges, claimedAt } = await tried(control, async () => {
    const began = control.now();
    return { claimedAt: began, ...(await store.rpc<{ merges: Merge[] }>('continue_merges', { p_limit: MOST })) };
  });
  for (const merge of merges) {
    if (control.isCancelled()) return;
    await mergeInTwenty(ports, merge, claimedAt).catch((error: unknown) => {
      if (control.isHopeless(error)) throw error;
      control.warn(`Merge ${merge.id} waits for the next run: ${(error as Error).message}`);
    });
  }
}

/**
 * Has Twenty merge the people of a merge, where it has to, and joins their leads. Who is not there may have been merged by an
 * earlier try that nobody heard of, if there was one: the sync confirms that as it does any absence, and joins the leads.
 * @param claimedAt the control's time before the database was asked for the merge: its leads are claimed from then on
 * @returns the merge as it stands then
 * @throws TwentyError when Twenty does not answer or merge, or the claim would end before it does; the merge goes on later
 */
export async function mergeInTwenty(
  { store, control, mergePeople }: MergePorts,
  merge: Merge,
  claimedAt: number,
): Promise<Merge> {
  const { people } = merge;
  if (people === null) return merge;
  const { token, read_started_at: readStartedAt, lease_seconds: leaseSeconds, is_first: isFirst, ...asked } = people;
  const passed = (control.now() - claimedAt) / 1000;
  const outcome = await mergePeople({ ...asked, lease_seconds: leaseSeconds - passed });
  const settle = (p_problem: string | null, p_later = false) =>
    tried(control, () => store.rpc<Merge>('settle_merge', { p_id: merge.id, p_token: token, p_problem, p_later }));
  if (outcome.outcome === 'absent') {
    const problem = `${outcome.ids.join(' and ')} is not in Twenty: a later read confirms it`;
    // said before the absence is stored, which may join the leads: Twenty has merged nothing, so that the values are still to be handed over
    const waiting = isFirst ? await settle(problem, true) : { ...merge, people: null, waits: true, problem };
    const absences = outcome.ids.map((id) => ({ twenty_id: id, absent: true }));
    await tried(control, () =>
      store.rpc('upsert_leads', { p_leads: absences, p_source: 'twenty', p_read_started_at: readStartedAt }),
    );
    return waiting;
  }
  if (outcome.outcome === 'later') {
    await settle(outcome.failure.detail, true);
    throw new TwentyError(outcome.failure);
  }
  return await settle(outcome.outcome === 'refused' ? outcome.problem : null);
}
