import type { Absence, PushResult, Snapshot, Write } from '../../../nodes/lead';
import { deletionFlows, type Conditions } from '../systems/conditions';
import type { Json } from '../systems/database';
import { COLUMNS, FIELDS, isListed, valuesOnTheWay, type Field, type Values } from '../systems/fields';
import type { Ledger } from './ledger';

/** What the door answers of one snapshot. */
export interface DoorResult {
  index: number | null;
  lead_id: string | null;
  result: string;
  /** What the lead took. */
  fields?: string[];
}

/** Snapshots that went through the door, to be sent again at the end. */
export interface Delivery {
  snapshots: Array<Snapshot | Absence>;
  readStartedAt: string;
  /** Ledger time of the read. */
  readAt: number;
}

/**
 * Notes what the leads of merged snapshots agree on with their people: what the snapshots showed, but for people outside, and for a
 * deletion that stays in Twenty.
 */
export function noteMerged(
  { ledger, conditions }: { ledger: Ledger; conditions: Conditions },
  { snapshots, readAt }: Delivery,
  results: DoorResult[],
  outside: ReadonlySet<number> = new Set(),
): void {
  for (const { index, lead_id: leadId, result } of results) {
    const snapshot = index === null || outside.has(index) ? undefined : snapshots[index];
    if (!snapshot || 'absent' in snapshot || leadId === null || ['stale', 'rejected'].includes(result)) continue;
    const { deleted, ...values } = valuesOnTheWay({ ...snapshot, deleted_at: snapshot.twenty_deleted_at });
    const isAgreed =
      deletionFlows(conditions, 'to_supabase') ||
      (ledger.lastWrite('local', leadId, 'deleted')?.value ?? null) === deleted;
    ledger.agree(leadId, isAgreed ? { ...values, deleted } : values, readAt);
  }
}

/** What a push sent, and what became of it. */
export interface Written {
  writes: readonly Write[];
  results: readonly PushResult[];
  /** The database's answer, lead by lead. */
  settled: Json[];
  /** Ledger time at which Twenty took the writes. */
  writtenAt: number;
}

/** Notes what the leads of completed writes agree on with their people: what was sent, as Twenty returned it. */
export function noteWritten(ledger: Ledger, { writes, results, settled, writtenAt }: Written): void {
  const stale = new Set(settled.filter((result) => result.stale === true).map((result) => result.lead_id));
  const sent = new Map(writes.map((write) => [write.lead_id, write]));
  for (const result of results) {
    const write = sent.get(result.lead_id);
    if (!write || !result.ok || stale.has(result.lead_id)) continue;
    const returned = valuesOnTheWay({ ...result.values, deleted_at: result.twenty_deleted_at });
    // a new person is blank where nothing was sent
    const fields = FIELDS.filter(
      (field) => !isListed(result.left_out, field) && (write.op === 'create' || isSent(field, write)),
    );
    const agreed = Object.fromEntries(fields.map((field) => [field, isSent(field, write) ? returned[field] : null]));
    ledger.agree(result.lead_id, agreed, writtenAt);
  }
}

/** The fields that a write sends, with their values in comparable form. */
export function sentValues(write: Write): Partial<Values> {
  const values = valuesOnTheWay({ ...write.values });
  return Object.fromEntries(FIELDS.filter((field) => isSent(field, write)).map((field) => [field, values[field]]));
}

function isSent(field: Field, { op, values }: Write): boolean {
  if (field === 'deleted') return op === 'delete' || op === 'restore';
  return COLUMNS[field].some((column) => column in values);
}
