import type { Item } from '../../../frame';
import { checkedId } from '../lead-ids';

/**
 * The ID of a run, or of an undo; `null` when it is empty.
 * @throws NodeOperationError when it is no UUID
 */
export function runIdOf(item: Item): string | null {
  const id = item.text('runId');
  return id === null ? null : checkedId(item, id, { of: 'a run', from: 'lead_sync_runs' });
}
