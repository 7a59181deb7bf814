import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { connect } from '../transport/n8n-client';
import * as lead from './lead';
import { failedItem, type Operation } from './operation';
import * as record from './record';
import * as workspace from './workspace';

const RESOURCES: Record<string, { operations: Record<string, Operation> }> = { lead, record, workspace };

/** Runs the chosen operation on all input items. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const resource = this.getNodeParameter('resource', 0);
  const name = this.getNodeParameter('operation', 0);
  const operation = RESOURCES[resource]?.operations[name];
  if (!operation) throw new NodeOperationError(this.getNode(), `There is no operation "${name}" on "${resource}"`);
  const options = this.getNodeParameter('options', 0, {}) as { timeout?: number; maxWait?: number };
  const run = async (): Promise<INodeExecutionData[]> => {
    const client = await connect(this, {
      ...(options.timeout ? { timeoutMs: options.timeout * 1000 } : {}),
      ...(options.maxWait === undefined ? {} : { maxWaitMs: options.maxWait * 60_000 }),
    });
    return await operation.execute(this, client);
  };
  const output = await run().catch((error: unknown) =>
    this.getInputData().flatMap((_item, itemIndex) => failedItem(this, error, itemIndex)),
  );
  return [output];
}
