import type { IExecuteFunctions } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { textParameter } from './parameters';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A lead's ID; `null` when it is empty. One that is none would make the database refuse all leads of the call.
 * @throws NodeOperationError when it is no UUID
 */
export function leadIdParameter(context: IExecuteFunctions, itemIndex: number): string | null {
  const id = textParameter(context, 'leadId', itemIndex)?.trim() ?? '';
  if (id === '') return null;
  if (UUID.test(id)) return id.toLowerCase();
  throw operationError(
    context.getNode(),
    `"${id.slice(0, 60)}" is not the ID of a lead`,
    'Give the id of a row of the leads table, e.g. {{ $json.lead_id }}.',
    itemIndex,
  );
}
