import type { Absence, LeadValues, PushResult, Snapshot, Write } from '../../lead';

/** What the door answers of one snapshot. */
export interface DoorResult {
  index: number | null;
  lead_id: string | null;
  twenty_id: string | null;
  result: string;
  fields: string[];
}

/** What the door answers as far as loops go by it. */
export interface Merged {
  results: DoorResult[];
  counts: { stale: number; rejected: number };
  read_started_at: string;
}

/** A lead that a run changed on one side. */
export interface ChangedLead {
  direction: 'twenty_to_supabase' | 'supabase_to_twenty';
  /** What happened to the lead, or to its person. */
  change: 'created' | 'updated' | 'deleted' | 'restored' | 'conflict';
  lead_id: string;
  twenty_id: string | null;
  /** Lead fields that changed. */
  changed_fields: string[];
  /** Lead fields as Twenty has them. */
  lead: LeadValues;
}

const MERGED = new Set(['created', 'updated', 'conflict']);
const DONE = { create: 'created', update: 'updated', delete: 'deleted', restore: 'restored' } as const;

/** What a merge changed in the database. */
export function mergedChanges(
  snapshots: ReadonlyArray<Snapshot | Absence>,
  results: readonly DoorResult[],
): ChangedLead[] {
  return results.flatMap(({ index, lead_id, twenty_id, result, fields }): ChangedLead[] => {
    const snapshot = index === null ? undefined : snapshots[index];
    if (!snapshot || lead_id === null || !MERGED.has(result)) return [];
    const lead: Partial<Snapshot> = { ...snapshot };
    delete lead.twenty_record;
    const deletion = lead.twenty_deleted_at === null ? 'restored' : 'deleted';
    const change = fields.includes('deleted') ? deletion : (result as ChangedLead['change']);
    return [{ direction: 'twenty_to_supabase', change, lead_id, twenty_id, changed_fields: fields, lead }];
  });
}

/** What a push changed in Twenty. */
export function pushedChanges(writes: readonly Write[], results: readonly PushResult[]): ChangedLead[] {
  const sent = new Map(writes.map((write) => [write.lead_id, write]));
  return results.flatMap((result): ChangedLead[] => {
    if (!result.ok) return [];
    const { lead_id, op, twenty_id, values } = result;
    const changed_fields = Object.keys(sent.get(lead_id)?.values ?? {});
    return [{ direction: 'supabase_to_twenty', change: DONE[op], lead_id, twenty_id, changed_fields, lead: values }];
  });
}
