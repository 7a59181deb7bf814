import type { DoorAnswer, Json, Store } from './store';

interface Added {
  added: number;
  coalesced: number;
  ignored: number;
  waiting: number;
}

export interface Drain {
  started: boolean;
  reason?: string;
  run: { id: string; token: string };
}

export interface Hints {
  claimed: number;
  leads: Array<{ twenty_id: string }>;
  remaining: number;
  read_started_at: string;
}

export const hint = (record_id: string, object = 'person'): Json => ({ object, record_id, event: `${object}.updated` });
export const absence = (twenty_id: string): Json => ({ twenty_id, absent: true });

/** What the webhook's workflow and a drain do with the inbox. */
export class Inbox {
  constructor(private readonly store: Store) {}

  readonly rows = (): Promise<Json[]> => this.store.rows('select * from lead_sync.inbox order by object, record_id');

  readonly add = (...events: unknown[]): Promise<Added> => this.store.rpc<Added>('add_to_inbox', { p_events: events });

  readonly startDrain = (p_trigger = 'webhook'): Promise<Drain> =>
    this.store.rpc<Drain>('start_sync_run', { p_direction: 'twenty_to_supabase', p_mode: 'inbox', p_trigger });

  readonly claim = (run: Drain['run'], p_limit = 200): Promise<Hints> =>
    this.store.rpc<Hints>('claim_inbox', { p_run: run, p_limit });

  readonly merge = (run: Drain['run'], hints: Hints, snapshots: Json[]): Promise<DoorAnswer> =>
    this.store.pull(snapshots, { p_run: { ...run, calls: 1 }, p_read_started_at: hints.read_started_at });

  readonly finish = (run: Drain['run'], p_status = 'succeeded'): Promise<Json> =>
    this.store.rpc('finish_sync_run', { p_run: run, p_status });

  /** A drain that is started and has claimed all that waits. */
  readonly claimed = async (): Promise<{ run: Drain['run']; hints: Hints }> => {
    const { run } = await this.startDrain();
    return { run, hints: await this.claim(run) };
  };
}
