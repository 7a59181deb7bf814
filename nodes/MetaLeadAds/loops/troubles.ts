import { MetaError, type MetaFailure } from '../transport/failures';
import type { Trouble } from './ports';

/** Ids that a report names for one reason. */
const NAMED = 10;

/** Adds to a report that a lead or a form could not be read or stored. */
export function addTrouble(report: { failed: number; troubles: Trouble[] }, reason: string, id: string): void {
  report.failed += 1;
  const known = report.troubles.find((trouble) => trouble.reason === reason);
  if (known === undefined) report.troubles.push({ reason, count: 1, ids: [id] });
  else {
    known.count += 1;
    if (known.ids.length < NAMED) known.ids.push(id);
  }
}

/** @throws MetaError for what does not go away by itself: somebody has to hear of it */
export function raiseFailure(failure: MetaFailure | null): void {
  if (failure !== null) throw new MetaError(failure);
}
