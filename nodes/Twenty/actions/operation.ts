import {
  NodeApiError,
  NodeError,
  NodeOperationError,
  type IExecuteFunctions,
  type INode,
  type INodeExecutionData,
  type INodeProperties,
  type JsonObject,
} from 'n8n-workflow';
import { MappingError } from '../../lead';
import type { TwentyClient } from '../transport/client';
import { toNodeApiError } from '../transport/errors';
import { TwentyError } from '../transport/failures';

/** One operation of the node: its panel and what it does with the input items. */
export interface Operation {
  description: INodeProperties[];
  execute(context: IExecuteFunctions, client: TwentyClient): Promise<INodeExecutionData[]>;
}

/**
 * Runs the work for each input item in turn. A failed item stops the node with an error that names it, or, with
 * Continue On Fail, becomes an item with its `error`.
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

/**
 * The output for an item that failed. Throws unless Continue On Fail is set; callers that work in batches call it when
 * everything that could be done for the other items is done.
 */
export function failedItem(context: IExecuteFunctions, error: unknown, itemIndex: number): INodeExecutionData[] {
  const shaped = toNodeError(context.getNode(), error, itemIndex);
  if (!context.continueOnFail()) throw shaped;
  const details = error instanceof TwentyError ? { ...error.failure } : {};
  return [
    {
      json: { error: shaped.message, ...(shaped.description ? { next: shaped.description } : {}), ...details },
      pairedItem: { item: itemIndex },
    },
  ];
}

/** Any failure as n8n shows it. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeError {
  if (error instanceof TwentyError) return toNodeApiError(node, error.failure, itemIndex);
  if (error instanceof MappingError) {
    return new NodeOperationError(node, error.message, {
      itemIndex,
      description: 'Correct the row in Field Mapping, or empty it to use the default mapping.',
    });
  }
  if (error instanceof NodeError) return error;
  return new NodeApiError(node, error as JsonObject, { itemIndex });
}
