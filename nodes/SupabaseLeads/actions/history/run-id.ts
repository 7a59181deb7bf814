import type { Item } from '../../../frame';
import { asUuid } from '../../../lead';

/**
 * The ID of a run, or of an undo; `null` when it is empty.
 * @throws NodeOperationError when it is no UUID
 */
export function runIdOf(item: Item): string | null {
  const text = item.text('runId');
  if (text === null) return null;
  const id = asUuid(text);
  if (id !== null) return id;
  throw item.error(`"${text.slice(0, 60)}" is not the ID of a run`, 'Give the id of a row of lead_sync_runs.');
}
