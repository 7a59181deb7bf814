import {
  NodeError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INode,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';
import { errorItem } from '../../frame/failures';
import { operationError } from '../../errors/operation-error';
import { MappingError } from '../../lead';
import { ConditionError } from '../records/conditions';
import type { TwentyClient } from '../transport/client';
import { toNodeApiError } from '../transport/errors';
import { TwentyError } from '../transport/failures';

/** One operation of the node: its panel and what it does with the input items. */
export interface Operation {
  description: INodeProperties[];
  execute(context: IExecuteFunctions, client: TwentyClient): Promise<INodeExecutionData[]>;
}

/**
 * Runs the work for each input item in turn. A failed item stops the node with an error that names it, or,
 * where the node continues on fail, becomes an item with its `error`.
 */
export async function forEachItem(
  context: IExecuteFunctions,
  work: (itemIndex: number) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    const done = await work(itemIndex).catch((error: unknown) => failedItem(context, error, itemIndex));
    for (const item of done) output.push(item);
  }
  return output;
}

/** A lead that did not land: the message says why and what to do. */
export class LeadError extends Error {
  override name = 'LeadError';

  constructor(
    message: string,
    readonly details: IDataObject = {},
  ) {
    super(message);
  }
}

/**
 * The output for an item that failed. Throws unless the node continues on fail; callers that work in batches call it when
 * everything that could be done for the other items is done.
 */
export function failedItem(context: IExecuteFunctions, error: unknown, itemIndex: number): INodeExecutionData[] {
  const shaped = toNodeError(context.getNode(), error, itemIndex);
  if (!context.continueOnFail()) throw shaped;
  return [errorItem({ error: shaped, details: detailsOf(error) }, itemIndex)];
}

function detailsOf(error: unknown): IDataObject {
  if (error instanceof TwentyError) return { ...error.failure };
  return error instanceof LeadError ? error.details : {};
}

/** Any failure as n8n shows it. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeError {
  if (error instanceof TwentyError) return toNodeApiError(node, error.failure, itemIndex);
  if (error instanceof MappingError) {
    return operationError(
      node,
      error.message,
      'Correct the row in Field Mapping, or empty it to use the default mapping.',
      itemIndex,
    );
  }
  if (error instanceof ConditionError) return operationError(node, error.message, error.next, itemIndex);
  if (error instanceof LeadError) return operationError(node, error.message, '', itemIndex);
  if (error instanceof NodeError) return error;
  return new NodeOperationError(node, error as Error, { itemIndex });
}
