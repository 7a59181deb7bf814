import { randomUUID } from 'node:crypto';
import {
  person,
  written,
  type Claim,
  type Completion,
  type DoorAnswer,
  type Json,
  type Snapshot,
  type Store,
} from '../store';

export interface Run extends Json {
  run: { id: string; token: string };
  due: number;
  mode: string;
  started: boolean;
}

/** A snapshot of an opportunity as the Twenty node hands it over: every mapped field, blanks as null. */
export function deal(values: Json = {}): Snapshot {
  return person({
    name: 'Fleet of pads',
    amount: { amount: '1234.56', currency: 'EUR' },
    stage: 'NEW',
    close_date: '2026-12-31T00:00:00.000Z',
    contact_id: null,
    company_id: null,
    owner_id: null,
    ...values,
  });
}

/** The runs of another object than leads, as the nodes drive them. */
export class ObjectRuns {
  constructor(
    private readonly store: Store,
    private readonly object = 'opportunity',
    private readonly table = 'public.opportunities',
  ) {}

  start(p_direction: string, p_mode = 'delta'): Promise<Run> {
    return this.store.rpc<Run>('start_sync_run', { p_direction, p_mode, p_options: { object: this.object } });
  }

  finish({ run }: Run): Promise<Json> {
    return this.store.rpc('finish_sync_run', { p_run: run });
  }

  /** A run from start to end, of that direction. */
  private async during<T>(direction: string, act: (run: Run['run']) => Promise<T>): Promise<T> {
    const run = await this.start(direction);
    try {
      return await act(run.run);
    } finally {
      await this.finish(run);
    }
  }

  pull(snapshots: Json[], args: Json = {}): Promise<DoorAnswer> {
    return this.during('twenty_to_supabase', (p_run) => this.store.pull(snapshots, { p_run, ...args }));
  }

  /** Two reads that miss a record, far enough apart: it is gone for good. */
  async destroy(twenty_id: string): Promise<void> {
    await this.pull([{ twenty_id, absent: true }]);
    await this.store.sql.query(
      `update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes' where absent_since is not null`,
    );
    await this.pull([{ twenty_id, absent: true }]);
  }

  /** What a push claims. */
  async claim(): Promise<{ claim: Claim; run: Run }> {
    const run = await this.start('supabase_to_twenty');
    return { claim: await this.store.rpc<Claim>('get_leads_for_sync', { p_limit: 200, p_run: run.run }), run };
  }

  plan({ claim, run }: { claim: Claim; run: Run }, snapshots: Json[] = []): Promise<DoorAnswer> {
    return this.store.pull(snapshots, {
      p_read_started_at: claim.read_started_at,
      p_claim_token: claim.claim_token,
      p_run: run.run,
    });
  }

  /** A push up to its writes, and what its caller needs to settle them. */
  async beginPush(snapshots: Json[] = []): Promise<DoorAnswer & { claim: Claim; run: Run }> {
    const claimed = await this.claim();
    return { ...(await this.plan(claimed, snapshots)), ...claimed };
  }

  complete({ claim, run }: { claim: Claim; run: Run }, p_results: Json[]): Promise<Completion> {
    return this.store.rpc('update_sync_status', { p_claim_token: claim.claim_token, p_results, p_run: run.run });
  }

  /** A whole push whose writes all land. */
  async push(snapshots: Json[] = []): Promise<DoorAnswer & { claim: Claim }> {
    const begun = await this.beginPush(snapshots);
    const results = begun.writes.map((write) => written(write));
    if (results.length > 0) await this.complete(begun, results);
    await this.finish(begun.run);
    return begun;
  }

  async row(id: string): Promise<Json> {
    const [row] = await this.store.rows(`select * from ${this.table} where id = $1`, [id]);
    return row;
  }

  async add(values: Json): Promise<string> {
    const columns = Object.keys(values);
    const [row] = await this.store.rows<{ id: string }>(
      `insert into ${this.table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning id`,
      Object.values(values),
    );
    return row.id;
  }

  async edit(id: string, values: Json): Promise<void> {
    await this.store.sql.query(
      `update ${this.table} set ${Object.keys(values)
        .map((column, i) => `${column} = $${i + 2}`)
        .join(', ')} where id = $1`,
      [id, ...Object.values(values)],
    );
  }

  /** A deal that is in both systems and settled; gives its snapshot. */
  async linked(values: Json = {}): Promise<Snapshot> {
    const snapshot = deal(values);
    await this.pull([snapshot]);
    return snapshot;
  }

  stages(id: string): Promise<Json[]> {
    return this.store.rows(
      'select from_stage, to_stage, moved_at, moved_by from public.opportunity_stages where opportunity_id = $1 order by id',
      [id],
    );
  }
}

/** A later version of a snapshot. */
export function edited(snapshot: Snapshot, values: Json): Snapshot {
  return { ...snapshot, twenty_updated_at: new Date().toISOString(), ...values };
}

export const aUuid = (): string => randomUUID();
