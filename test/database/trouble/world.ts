import { randomUUID } from 'node:crypto';
import type { Store } from '../store';

export type Direction = 'twenty_to_supabase' | 'supabase_to_twenty' | 'bidirectional';

export interface Notification {
  id: number;
  alert: string;
  kind: string;
  severity: string;
  message: string;
  since: string;
  at: string;
  examples: string[];
}

const SYNC_TYPES: Record<Direction, string> = {
  twenty_to_supabase: 'scheduled_pull',
  supabase_to_twenty: 'scheduled_push',
  bidirectional: 'reconcile',
};

/**
 * A sync whose clock the test sets: writes what runs, pushes and pulls leave behind, at the time it is told. Rows go in as the
 * writers put them in, so that the counts are kept; only the times are set past the triggers.
 */
export class World {
  now = '';

  constructor(readonly store: Store) {}

  /** Begins with no past: without the row that comes along. */
  async begin(): Promise<void> {
    await this.store.reset();
    await this.store.sql.query('truncate public.lead_sync_history, lead_sync.activity');
  }

  /** A finished run, five seconds long, ending now; with its own row of history. */
  async run(direction: Direction, figures: object = {}, error: string | null = null): Promise<void> {
    const status = error === null ? 'succeeded' : 'failed';
    const mode = direction === 'bidirectional' ? 'reconcile' : 'delta';
    await this.store.sql.query(
      `with run as (
         insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, figures, error, started_at, finished_at)
         values ($1, $2, 'scheduled', $3, $4, $5, $6, $4::timestamptz - interval '5 seconds', $4) returning id, started_at
       )
       insert into public.lead_sync_history (run_id, sync_type, sync_direction, sync_status, error_message, created_at, synced_at)
       select id, $7, $1, case $3 when 'failed' then 'error' else 'synced' end, $6, started_at, $4 from run`,
      [direction, mode, status, this.now, JSON.stringify(figures), error, SYNC_TYPES[direction]],
    );
  }

  /** Pushes of leads that were settled now, as many as said; with an error they were refused. */
  async pushes(count: number, error: string | null = null, lagSeconds = 30): Promise<void> {
    await this.store.sql.query(
      `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message, created_at, synced_at)
       select gen_random_uuid(), 'scheduled_push', 'supabase_to_twenty', case when $2::text is null then 'synced' else 'error' end, $2,
         $3::timestamptz - make_interval(secs => $4), $3
       from generate_series(1, $1)`,
      [count, error, this.now, lagSeconds],
    );
  }

  /** New leads that became due now. Returns their ids. */
  async dueLeads(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    await this.store.sql.query(
      `insert into public.leads (id, first_name, last_name, email)
       select id, 'Ada', 'Lovelace', 'ada.' || left(id::text, 8) || '@example.com' from unnest($1::uuid[]) as id`,
      [ids],
    );
    await this.stamp(ids, { due_at: this.now, due_since: this.now });
    return ids;
  }

  /** What a claim does to leads. */
  async claim(ids: string[]): Promise<void> {
    await this.setLeads(ids, `sync_status = 'syncing'`);
    await this.stamp(ids, { due_at: this.now, claim_token: randomUUID() });
  }

  /** What refusals do: after too many, no try is planned any more. */
  async refuse(ids: string[], errors: number, isDead: boolean): Promise<void> {
    const message = 'validation: Invalid phone of ada.lovelace@example.com';
    await this.setLeads(ids, `sync_status = 'error', sync_error_count = ${errors}, sync_error_message = '${message}'`);
    await this.stamp(ids, { due_at: isDead ? null : this.now, claim_token: null, error_category: 'validation' });
  }

  async settle(ids: string[]): Promise<void> {
    await this.setLeads(ids, `sync_status = 'synced', sync_error_count = 0, sync_error_message = null`);
    await this.stamp(ids, { due_at: null, due_since: null, claim_token: null, error_category: null });
  }

  async conflicts(count: number): Promise<void> {
    const [lead] = await this.dueLeads(1);
    await this.settle([lead]);
    await this.store.sql.query(
      `insert into public.lead_sync_conflicts (lead_id, field, winner, reason, created_at)
       select $1, 'phone', 'twenty', 'both sides changed', $2 from generate_series(1, $3)`,
      [lead, this.now, count],
    );
  }

  /** One round of the monitor; what it hands out counts as sent. */
  async monitor(source = 'monitor'): Promise<Notification[]> {
    const { notifications } = await this.store.rpc<{ notifications: Notification[] }>('update_sync_alerts', {
      p_now: this.now,
      p_source: source,
    });
    await this.store.rpc('confirm_alert_notifications', { p_ids: notifications.map(({ id }) => id) });
    return notifications;
  }

  private async setLeads(ids: string[], changes: string): Promise<void> {
    await this.store.sql.query(`begin; set local lead_sync.engine = 'on'`);
    await this.store.sql.query(`update public.leads set ${changes} where id = any ($1::uuid[])`, [ids]);
    await this.store.sql.query('commit');
  }

  private async stamp(ids: string[], state: Record<string, string | null>): Promise<void> {
    const columns = Object.keys(state);
    await this.store.sql.query(`begin; set local session_replication_role = 'replica'`);
    await this.store.sql.query('update public.leads set updated_at = $2 where id = any ($1::uuid[])', [ids, this.now]);
    await this.store.sql.query(
      `update lead_sync.lead_states set ${columns.map((column, i) => `${column} = $${i + 2}`).join(', ')} where lead_id = any ($1::uuid[])`,
      [ids, ...Object.values(state)],
    );
    await this.store.sql.query('commit');
  }
}
