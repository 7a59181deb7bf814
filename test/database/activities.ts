import { randomUUID } from 'node:crypto';
import type { Json, Store } from './store';

export interface Stored extends Json {
  stored: number;
  unchanged: number;
  absent: number;
  gone: number;
}

export interface Hint {
  object: string;
  record_id: string;
  hints: number;
}

export const NOON = '2026-01-01T12:00:00.000Z';
export const LATER = '2026-01-02T12:00:00.000Z';

export type Record = Json & { id: string };

/** A note as the reader hands it over. */
export const note = (values: Json = {}): Record => ({
  id: randomUUID(),
  updated_at: NOON,
  deleted_at: null,
  happened_at: NOON,
  author: 'Grace',
  title: 'Call',
  text: 'We talked about **prices**.',
  status: null,
  due_at: null,
  ...values,
});

/** What hangs a record on a person or an opportunity. */
export const link = (activity: Record, target: Json, values: Json = {}): Record => ({
  id: randomUUID(),
  updated_at: NOON,
  deleted_at: null,
  activity_id: activity.id,
  ...target,
  ...values,
});

export const absent = ({ id }: Record): Record => ({ id, absent: true });

/** What the reader of activities does with the database. */
export class Activities {
  constructor(private readonly store: Store) {}

  readonly save = async (object: string, records: Json[], args: Json = {}): Promise<Stored> => {
    const p_read_started_at = args.p_read_started_at ?? (await this.store.now());
    return this.store.rpc<Stored>('store_activities', {
      p_object: object,
      p_records: records,
      ...args,
      p_read_started_at,
    });
  };

  /** The list as people see it. */
  readonly list = (): Promise<Json[]> =>
    this.store.rows('select * from public.lead_activities order by happened_at, twenty_id, lead_id, opportunity_id');

  readonly hints = async (): Promise<Hint[]> => (await this.store.rpc<{ hints: Hint[] }>('get_activity_hints')).hints;

  /** A lead that is in Twenty, too. */
  readonly lead = async (): Promise<{ id: string; person: string }> => {
    const { twenty_id: person } = await this.store.linked();
    const [{ id }] = await this.store.rows('select id from public.leads where twenty_id = $1', [person]);
    return { id: String(id), person };
  };

  readonly noteOn = async (person: string, values: Json = {}): Promise<{ activity: Record; target: Record }> => {
    const activity = note(values);
    const target = link(activity, { person_id: person });
    await this.save('note', [activity]);
    await this.save('noteTarget', [target]);
    return { activity, target };
  };

  /** What waits until an absence can be confirmed is due, as if the allowance were over. */
  readonly letAllowancePass = async (): Promise<void> => {
    await this.store.sql.query(`
      update lead_sync.activities set absent_since = absent_since - interval '2 minutes' where absent_since is not null;
      update lead_sync.activity_links set absent_since = absent_since - interval '2 minutes' where absent_since is not null;
      update lead_sync.inbox set due_at = now()`);
  };

  /** Of one lead, as rules see it. */
  readonly summary = async (leadId: unknown): Promise<Json> =>
    (await this.store.rows('select * from public.lead_activity_summary where lead_id = $1', [leadId]))[0];
}
