import type { JsonObject } from '../../../nodes/lead';
import type { Planned } from '../runs/effects';
import { pickFrom } from '../users/pick-from';
import { OVERLAP_MS, type World } from '../world/world';
import { comparableValues, DEAL_FIELDS, OWN_FIELDS, valuesOfRecord, type DealField, type DealValues } from './values';

const ROWS = `select coalesce(json_agg(json_build_object(
    'id', o.id, 'twenty_id', o.twenty_id, 'lead_id', o.lead_id, 'contact_id', o.contact_id, 'sync_status', o.sync_status, 'error', o.sync_error_message, 'left_out', o.left_out,
    'values', lead_sync.opportunity_values(o), 'base_local', s.base_local, 'base_remote', s.base_remote) order by o.id), '[]') as rows
  from public.opportunities as o left join lead_sync.lead_states as s on s.lead_id = o.id`;

/** A deal as the database has it. */
export interface DealRow {
  id: string;
  twenty_id: string | null;
  lead_id: string | null;
  /** The person, while that is no lead here. */
  contact_id: string | null;
  sync_status: string;
  error: string | null;
  left_out: Record<string, string>;
  values: DealValues;
}

interface Told extends Omit<DealRow, 'values'> {
  values: Record<string, unknown>;
  base_local: Record<string, unknown> | null;
  base_remote: Record<string, unknown> | null;
}

export type Side = 'here' | 'there';

/** The last that somebody wrote into a field, and when. */
export interface DealWrite {
  value: string | null;
  at: number;
}

/** Deals on both sides, what people wrote into them, and since when both sides agree. */
export class Deals {
  rows: DealRow[] = [];
  /** Twenty's time, in milliseconds, when the latest window of deals was opened. */
  private latestWindow = 0;
  /** Records whose last change no delta sees: stamped in the past, or by a clock that was set back. */
  readonly unseen = new Set<string>();
  readonly destroyed = new Set<string>();
  /** Rows that somebody restored here after their record was destroyed: where restores do not go to Twenty, they stay so. */
  readonly restored = new Set<string>();
  /** People who were destroyed, and are not there, or were nobody's then: Twenty took them out of their deals. */
  readonly vanished = new Set<string>();
  private readonly strangers = new Set<string>();
  private people = new Set<string>();
  /** Records that the sync made. */
  private readonly created = new Set<string>();
  /** Ids of rows and records in order of appearance. */
  private readonly order: string[] = [];
  private readonly writes = new Map<string, DealWrite>();
  private readonly agreedAt = new Map<string, number>();
  private readonly agreedValues = new Map<string, string | null>();
  private readonly exempt = new Set<string>();
  /** Counts what happens, so that one thing can be told to be later than another. */
  now = 0;

  constructor(private readonly world: World) {
    world.onLagging = () => this.noteLagging();
  }

  records(): JsonObject[] {
    return this.world.twenty.double.store.list('opportunity', { withDeleted: true });
  }

  record(id: string | null): JsonObject | undefined {
    return id === null ? undefined : this.world.twenty.double.store.get('opportunity', id);
  }

  pickRow(nth: number, fits: (row: DealRow) => boolean): DealRow | undefined {
    return pickFrom(nth, this.inOrder(this.rows).filter(fits));
  }

  pickRecord(nth: number, fits: (record: JsonObject) => boolean): JsonObject | undefined {
    return pickFrom(nth, this.inOrder(this.records()).filter(fits));
  }

  private inOrder<T extends { id?: unknown }>(deals: readonly T[]): T[] {
    const place = ({ id }: T): number => this.order.indexOf(String(id));
    return [...deals].sort((a, b) => place(a) - place(b));
  }

  /** Reads the rows; notes who has appeared and what is agreed: what both sides hold, and the sync knows that they do. */
  async look(): Promise<void> {
    this.now += 1;
    const [{ rows }] = await this.world.database.read<{ rows: Told[] }>(ROWS);
    this.rows = rows.map((row) => ({ ...row, values: comparableValues(row.values) }));
    this.seePeople();
    const known = new Set(this.order);
    for (const { id } of [...this.rows, ...this.records()]) if (!known.has(String(id))) this.order.push(String(id));
    this.rows.forEach((row, index) => {
      const record = this.record(row.twenty_id);
      if (!record) return;
      const [here, there] = [row.values, valuesOfRecord(record)];
      const [local, remote] = [rows[index].base_local, rows[index].base_remote].map((base) =>
        comparableValues(base ?? {}),
      );
      for (const field of OWN_FIELDS) {
        const isAgreed = here[field] === there[field] && here[field] === local[field] && there[field] === remote[field];
        if (isAgreed) this.noteAgreed(row, field);
      }
    });
  }

  /** What both sides agree on, somebody wrote, or Twenty begins with. */
  private noteAgreed({ id, twenty_id, values }: DealRow, field: DealField): void {
    const recordId = String(twenty_id);
    const value = values[field];
    const known = this.agreedValues.get(`${recordId} ${field}`);
    const written = [this.lastWrite('here', id, field), this.lastWrite('there', recordId, field)];
    const isKnown = value === null || value === known || written.some((write) => write?.value === value);
    const isBegun = field === 'stage' && value === 'NEW';
    if (!isKnown && !isBegun && !this.isExempt(recordId, field))
      this.world.fail('No lost write', `${field} of deal ${id} is ${value} on both sides, which nobody wrote last`);
    this.agreedAt.set(`${id} ${field}`, this.now);
    this.agreedValues.set(`${recordId} ${field}`, value);
  }

  private seePeople(): void {
    const now = new Set(this.world.twenty.people().map(({ id }) => String(id)));
    const known = new Set(this.world.leads.map(({ twenty_id }) => twenty_id));
    for (const id of this.people) {
      if (now.has(id)) continue;
      this.vanished.add(id);
      if (!known.has(id)) this.strangers.add(id);
    }
    for (const id of now) if (!this.strangers.has(id)) this.vanished.delete(id);
    this.people = now;
  }

  /** Notes what somebody changed on a side. */
  note(side: Side, id: string, before: DealValues | null, after: DealValues): void {
    this.now += 1;
    for (const field of [...DEAL_FIELDS, 'deleted' as const]) {
      const was = before === null ? null : before[field];
      if (after[field] !== was) this.writes.set(`${side} ${id} ${field}`, { value: after[field], at: this.now });
    }
  }

  /** A pull of deals begins: what is stamped far before now, no delta sees. */
  openWindow(): void {
    this.latestWindow = Math.max(this.latestWindow, this.world.twenty.now());
  }

  /** A delta sees a record again when its stamp lies within the next window. */
  noteVisible({ id, updatedAt }: JsonObject): void {
    if (Date.parse(String(updatedAt)) < this.latestWindow - OVERLAP_MS) this.unseen.add(String(id));
    else this.unseen.delete(String(id));
  }

  /** As of people: what was created just now, and is stamped long ago, no later delta sees. */
  private noteLagging(): void {
    const { twenty } = this.world;
    for (const { id, createdAt, updatedAt } of this.records()) {
      const isOld = Date.parse(String(updatedAt)) < twenty.now() - OVERLAP_MS;
      if (isOld && twenty.isLagging(String(createdAt))) this.unseen.add(String(id));
    }
  }

  forget(side: Side, id: string): void {
    this.now += 1;
    for (const field of [...DEAL_FIELDS, 'deleted']) this.writes.delete(`${side} ${id} ${field}`);
  }

  /** What a record has of a row that somebody removed for good comes here again with the next read. */
  noteLeft(recordId: string): void {
    const record = this.record(recordId);
    if (!record) return;
    const values = valuesOfRecord(record);
    for (const field of OWN_FIELDS) this.agreedValues.set(`${recordId} ${field}`, values[field]);
  }

  lastWrite(side: Side, id: string, field: DealField | 'deleted'): DealWrite | undefined {
    return this.writes.get(`${side} ${id} ${field}`);
  }

  agreed(rowId: string, field: DealField): number {
    return this.agreedAt.get(`${rowId} ${field}`) ?? 0;
  }

  isExempt(recordId: string, field: DealField | 'deleted'): boolean {
    return this.exempt.has(recordId) || this.exempt.has(`${recordId} ${field}`);
  }

  /** Judges a write of the sync: no record but those it was planned for, none made twice; and notes which honest limit it met. */
  judge(planned: Pick<Planned, 'updates' | 'creates' | 'readAt'>, before: ReadonlyMap<string, DealValues>): void {
    const { world } = this;
    this.now += 1;
    for (const record of this.records()) {
      const id = String(record.id);
      const [was, is] = [before.get(id), valuesOfRecord(record)];
      if (was && [...DEAL_FIELDS, 'deleted' as const].every((field) => was[field] === is[field])) continue;
      const isMeant = planned.updates.has(id) || planned.creates.has(id);
      if (!isMeant) world.fail('Bijection', `deal ${id} was written, and nothing was planned for it`);
      else if (!was) this.judgeNew(id, planned.creates.has(id));
      else this.judgeChange(id, was, is, planned.readAt);
    }
  }

  private judgeNew(id: string, isCreate: boolean): void {
    const { world, created, destroyed } = this;
    if (isCreate && created.has(id) && !destroyed.has(id)) world.fail('Bijection', `deal ${id} was made twice`);
    if (!isCreate && !destroyed.has(id)) world.fail('Bijection', `deal ${id} was made by an update`);
    if (isCreate) created.add(id);
    else {
      // destroyed between the read and the write
      world.exemptions.honestLimits += 1;
      this.exempt.add(id);
    }
    destroyed.delete(id);
    this.forget('there', id);
    if (!this.rows.some((row) => row.id === id)) this.noteLeft(id);
  }

  private judgeChange(id: string, was: DealValues, is: DealValues, readAt: number): void {
    for (const field of [...DEAL_FIELDS, 'deleted' as const]) {
      const write = this.lastWrite('there', id, field);
      if (was[field] === is[field] || !write || write.value !== was[field] || write.at <= readAt) continue;
      this.world.exemptions.honestLimits += 1;
      this.exempt.add(`${id} ${field}`);
    }
  }

  /** All records' values. */
  snapshot(): Map<string, DealValues> {
    return new Map(this.records().map((record) => [String(record.id), valuesOfRecord(record)]));
  }
}
