import {
  NodeApiError,
  NodeError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow';
import { errorItem } from '../../errors/error-item';

/** An item's error as n8n shows it. */
function nodeErrorOf(context: IExecuteFunctions, error: unknown, itemIndex: number): NodeError {
  return error instanceof NodeError ? error : new NodeOperationError(context.getNode(), error as Error, { itemIndex });
}

/**
 * The output for an item that failed; where the node does not continue on fail, the error is thrown.
 * @throws NodeApiError | NodeOperationError
 */
export function failedItem(context: IExecuteFunctions, error: unknown, itemIndex: number): INodeExecutionData {
  const shaped = nodeErrorOf(context, error, itemIndex);
  if (!context.continueOnFail()) throw shaped;
  const description = shaped instanceof NodeApiError ? shaped.description : null;
  return errorItem(shaped.message, itemIndex, description ? { description } : {});
}

/** Runs an operation once for each input item; one output item for one input item. */
export async function eachItem(
  context: IExecuteFunctions,
  run: (itemIndex: number) => Promise<IDataObject>,
): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (const itemIndex of context.getInputData().keys()) {
    try {
      output.push({ json: await run(itemIndex), pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}
