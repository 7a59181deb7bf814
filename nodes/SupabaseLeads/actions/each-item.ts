import {
  NodeApiError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow';

/** An item for the error output, or for the flow that continues on failure. */
export function errorItem(message: string, itemIndex: number): INodeExecutionData {
  return { json: { error: message }, pairedItem: { item: itemIndex } };
}

/** The message of an error and, on one line with it, what to do. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const description = error instanceof NodeApiError || error instanceof NodeOperationError ? error.description : null;
  return description ? `${error.message}. ${description}` : error.message;
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
      if (!context.continueOnFail()) {
        throw error instanceof NodeApiError
          ? error
          : new NodeOperationError(context.getNode(), error as Error, { itemIndex });
      }
      output.push(errorItem(messageOf(error), itemIndex));
    }
  }
  return output;
}
