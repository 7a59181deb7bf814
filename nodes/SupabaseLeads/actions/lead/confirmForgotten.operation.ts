import { NodeOperationError, type IDataObject } from 'n8n-workflow';
import { allTogether, type Item } from '../../../frame';
import type { LeadDatabase } from '../../transport/client';
import type { Operation } from '../types';

/** Notes which records of forgotten people Twenty has no longer (`confirm_forgotten`), so that Forget does not name them again. */
export const confirmForgotten: Operation = {
  name: 'Confirm Forgotten',
  action: 'Confirm forgotten records',
  description: 'Note which records of forgotten people are destroyed in Twenty',
  fields: [
    {
      displayName: 'Record ID',
      name: 'recordId',
      type: 'string',
      default: '',
      required: true,
      placeholder: "e.g. {{ $('Records in Twenty').item.json.record_id }}",
      description:
        'The record that the Twenty node before was to destroy. Its item says whether it did, or that there was no such record.',
    },
  ],
  hint: {
    message: 'Twenty still has records of forgotten people: run Forget again, which names them.',
    when: 'afterExecution',
    condition: '$nodeOutputItem?.json?.left > 0',
  },
  afterFailure: 'Nothing is lost: Forget names these records again.',
  execute: allTogether(confirmItems),
};

/** Why a record is not known to be gone; null for one that is. */
function reasonOf({ input }: Item, recordId: string | null): string | null {
  const { id, error, details } = input as { id?: unknown; error?: IDataObject | string; details?: IDataObject };
  if (recordId === null) return 'The item before has no record ID';
  if (id === recordId || details?.category === 'not_found') return null;
  return error ? String((error as IDataObject).message ?? error) : 'The Twenty node did not give the record back';
}

/**
 * All items go in one call, and one item answers for them.
 * @throws NodeOperationError with the first reason when a record may still be there, after the others are confirmed
 */
async function confirmItems(items: Item[], database: LeadDatabase): Promise<object> {
  const records = items.map((item) => {
    const recordId = item.text('recordId');
    return { recordId, reason: reasonOf(item, recordId) };
  });
  const gone = records.flatMap(({ recordId, reason }) => (reason === null ? [recordId] : []));
  const answer = await database.call('confirm_forgotten', { p_record_ids: gone }, 0);
  const left = records.filter(({ reason }) => reason !== null);
  if (left.length === 0) return answer;
  throw new NodeOperationError(
    items[0].context.getNode(),
    `${left.length} of ${records.length} records could not be destroyed in Twenty. The first reason: ${left[0].reason}`,
  );
}
