import { NodeApiError, NodeError, NodeOperationError, type IDataObject, type INode } from 'n8n-workflow';
import { InputError } from './input-error';
import { operationError } from './operation-error';

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
