/** What the dashboard's buttons and scripts can ask for. */
export const ACTIONS = [
  'sync',
  'full_resync',
  'reconcile',
  'replay_dead_letters',
  'check_integrity',
  'rebuild_edge',
] as const;

export type Action = (typeof ACTIONS)[number];

export const isAction = (value: unknown): value is Action => ACTIONS.some((action) => action === value);

/** What the page says after a button did its work. */
const DONE: Record<Action, string> = {
  sync: 'A sync both ways was started. Its figures show below.',
  full_resync: 'A full resync was started: all people are read again, and the ids of both sides compared.',
  reconcile: 'A reconciliation was started. Its figures show below, its findings when it is done.',
  replay_dead_letters: 'The dead letters are queued for a fresh try.',
  check_integrity: 'The integrity check ran. Its result stands under maintenance.',
  rebuild_edge: 'The edge is resynced by the next run from Supabase to D1; readers see what is there until then.',
};

/** Syncs are started after the answer: their runs say what became of them. */
const FAILED: Partial<Record<Action, string>> = {
  replay_dead_letters:
    'The dead letters could not be queued. Press the button again; if it fails again, look at the alerts.',
  rebuild_edge:
    'The resync of the edge could not be asked for. Press the button again; if it fails again, look at the alerts.',
  check_integrity: 'The integrity check failed. Press the button again; if it fails again, look at the alerts.',
};

const REFUSED = 'The button was refused: load the page again, then press it.';

export interface Notice {
  ok: boolean;
  text: string;
}

/** What the page says about the last button, from its address (`?done=sync`, `?failed=sync`); never in the address's own words. */
export function noticeOf({ done, failed }: { done?: unknown; failed?: unknown }): Notice | null {
  if (isAction(done)) return { ok: true, text: DONE[done] };
  if (failed === undefined || failed === null || failed === '') return null;
  return {
    ok: false,
    text: (isAction(failed) ? FAILED[failed] : undefined) ?? REFUSED,
  };
}
