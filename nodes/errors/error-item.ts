import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/**
 * The output item of an input item that failed. With "Continue (using error output)" n8n takes an item for a failed one
 * only when its JSON has no keys but `error`, `message` and `details`; it adds the input item's own fields to it.
 */
export function errorItem(message: string, itemIndex: number, details: IDataObject = {}): INodeExecutionData {
  const hasDetails = Object.keys(details).length > 0;
  return { json: { error: message, ...(hasDetails ? { details } : {}) }, pairedItem: { item: itemIndex } };
}
