import type { RecordFilter } from '../transport/paging';

/** Some of an object's records, as the database names them (`start_sync_run`, `compare_lead_ids`); null for no bound. */
export interface IdRange {
  /** Ids above this one. */
  after: string | null;
  /** Ids up to this one. */
  through: string | null;
  changed_since: string | null;
  changed_before: string | null;
}

/** The conditions of a range, each of its own: Twenty takes one operator a field. */
export function rangeConditions({ after, through, changed_since, changed_before }: IdRange): RecordFilter[] {
  const conditions: RecordFilter[] = [
    { id: { gt: after } },
    { id: { lte: through } },
    { updatedAt: { gte: changed_since } },
    { updatedAt: { lt: changed_before } },
  ];
  return conditions.filter((condition) =>
    Object.values(condition).every((bound) => Object.values(bound as object)[0] !== null),
  );
}
