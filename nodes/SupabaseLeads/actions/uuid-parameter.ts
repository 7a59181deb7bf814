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
  return checkedLeadId(context, id, itemIndex);
}

/**
 * The IDs of leads, given as text with commas or as a list by an expression, each once.
 * @throws NodeOperationError when there is none, one is no UUID, or there are more than `maximum`
 */
export function leadIdsParameter(context: IExecuteFunctions, itemIndex: number, maximum: number): string[] {
  const value = context.getNodeParameter('leadIds', itemIndex, '') as unknown;
  const given = Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[\s,]+/);
  const ids = new Set(given.filter((id) => id !== '').map((id) => checkedLeadId(context, id.trim(), itemIndex)));
  if (ids.size > 0 && ids.size <= maximum) return [...ids];
  throw operationError(
    context.getNode(),
    ids.size === 0 ? 'There is no lead ID' : `These are ${ids.size} lead IDs`,
    `Give 1 to ${maximum} IDs, separated by commas or as a list, e.g. {{ $json.lead_id }}.`,
    itemIndex,
  );
}

function checkedLeadId(context: IExecuteFunctions, id: string, itemIndex: number): string {
  if (UUID.test(id)) return id.toLowerCase();
  throw operationError(
    context.getNode(),
    `"${id.slice(0, 60)}" is not the ID of a lead`,
    'Give the id of a row of the leads table, e.g. {{ $json.lead_id }}.',
    itemIndex,
  );
}
