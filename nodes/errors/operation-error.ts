import { NodeOperationError, type INode } from 'n8n-workflow';
import { sentences } from './sentences';

/**
 * An error of a node's input or settings. What happened and what to do next are both in the message: it is all that
 * an error item, an alert or the caller of a sub-workflow gets to see.
 * @param itemIndex the input item it is about, where it is about one
 */
export function operationError(node: INode, happened: string, next: string, itemIndex?: number): NodeOperationError {
  const error = new NodeOperationError(node, happened, itemIndex === undefined ? {} : { itemIndex });
  // Set afterwards: the constructor replaces a message that holds a code such as ECONNREFUSED with a general one.
  error.message = sentences(happened, next);
  return error;
}
