import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { connect } from '../transport/client';
import { lead } from './lead';
import { syncRun } from './syncRun';
import type { Resource } from './types';

export const resources: Record<string, Resource> = { lead, syncRun };

/** Runs the operation that the node's resource and operation name. */
export async function router(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const resource = context.getNodeParameter('resource', 0) as string;
  const operation = context.getNodeParameter('operation', 0) as string;
  const action = resources[resource]?.operations[operation];
  if (action === undefined) {
    throw new NodeOperationError(context.getNode(), `The operation "${operation}" of "${resource}" does not exist`, {
      description: 'Choose a resource and an operation in the node.',
    });
  }
  return [await action.execute(context, await connect(context))];
}
