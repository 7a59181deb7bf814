import {
  NodeApiError,
  NodeError,
  NodeOperationError,
  type IDataObject,
  type INode,
  type INodeExecutionData,
} from 'n8n-workflow';
import { InputError } from '../errors/input-error';
import { operationError } from '../errors/operation-error';

/** A failure as n8n shows it, and what its error item tells besides the message. */
export interface Explained {
  error: NodeError;
  details?: IDataObject;
}

/** How a node explains what its own parts throw. */
export type Explain = (node: INode, error: unknown, itemIndex?: number) => Explained;

/** Explains what any part may throw: n8n's own errors, and input that cannot be used. */
export function explain(node: INode, error: unknown, itemIndex?: number): Explained {
  if (error instanceof InputError) {
    return { error: operationError(node, error.message, error.next, itemIndex), details: error.details };
  }
  if (error instanceof NodeApiError && error.description) return { error, details: { description: error.description } };
  if (error instanceof NodeError) return { error };
  return { error: new NodeOperationError(node, error as Error, { itemIndex }) };
}

/**
 * The output item of an input item that failed. With "Continue (using error output)" n8n takes an item for a failed one
 * only when its JSON has no keys but `error`, `message` and `details`; it adds the input item's own fields to it.
 */
export function errorItem({ error, details = {} }: Explained, itemIndex: number): INodeExecutionData {
  const hasDetails = Object.keys(details).length > 0;
  return { json: { error: error.message, ...(hasDetails ? { details } : {}) }, pairedItem: { item: itemIndex } };
}
