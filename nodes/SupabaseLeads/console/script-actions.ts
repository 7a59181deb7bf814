import { addressOf } from './frame/address';
import type { Action } from './frame/page';
import { defineAction } from './frame/page';
import { pushOf, runsOfAll } from './objects';
import type { Replayed } from './pages/dead-letters';

const started = async (call: Parameters<Action['run']>[0], action: string): Promise<{ started: true }> => {
  await call('note_action', { p_action: action });
  return { started: true };
};

/** Where one sees how far it is. */
const to = addressOf('health', { watch: true });

/** What scripts can ask for at `/webhook/lead-sync/status`, and buttons of the pages. */
export const SCRIPT_ACTIONS = {
  sync: defineAction({
    title: 'Sync now',
    fields: {},
    run: async (call) => ({
      text: 'A sync both ways was started.',
      starts: await runsOfAll(call, { Pull: { mode: 'delta' }, Push: {} }),
      result: await started(call, 'sync'),
      to,
    }),
    failed: 'The sync was not started.',
  }),
  full_resync: defineAction({
    title: 'Full resync',
    fields: {},
    run: async (call) => ({
      text: 'A full resync was started: all records are read again, and the ids of both sides compared.',
      starts: await runsOfAll(call, { Pull: { mode: 'full' }, Reconcile: {} }),
      result: await started(call, 'full_resync'),
      to,
    }),
    failed: 'The full resync was not started.',
  }),
  reconcile: defineAction({
    title: 'Reconcile now',
    fields: {},
    run: async (call) => ({
      text: 'A reconciliation was started. When it is done, Activity shows what it found.',
      starts: await runsOfAll(call, { Reconcile: {} }),
      result: await started(call, 'reconcile'),
      to,
    }),
    failed: 'The reconciliation was not started.',
  }),
  replay_dead_letters: defineAction({
    title: 'Replay dead letters',
    fields: {},
    run: async (call) => {
      const { replayed, by_object } = await call<Replayed>('replay_dead_letters', { p_kind: 'dead', p_limit: 10_000 });
      return {
        text: 'The dead letters are queued for a fresh try.',
        starts: pushOf(by_object.map(({ object }) => object)),
        result: { replayed },
      };
    },
    failed: 'The dead letters could not be queued.',
  }),
  check_integrity: defineAction({
    title: 'Check integrity',
    fields: {},
    run: async (call) => {
      const { ok, fixed } = await call('check_sync_integrity', { p_fix: true });
      return { text: 'The integrity check ran: Activity shows its result under maintenance.', result: { ok, fixed } };
    },
    failed: 'The integrity check failed.',
  }),
  rebuild_edge: defineAction({
    title: 'Resync the edge',
    fields: {},
    run: async (call) => {
      const { requested } = await call('request_edge_rebuild');
      return {
        text: 'The edge is resynced by the next run from Supabase to D1; readers see what is there until then.',
        result: { requested },
      };
    },
    failed: 'The resync of the edge could not be asked for.',
  }),
} satisfies Record<string, Action>;

export const isScriptAction = (value: unknown): boolean =>
  typeof value === 'string' && Object.hasOwn(SCRIPT_ACTIONS, value);
