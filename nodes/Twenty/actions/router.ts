import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { forModel } from '../../frame/for-model';
import { connect } from '../transport/n8n-client';
import * as lead from './lead';
import * as note from './note';
import { failedItem, type Operation } from './operation';
import * as record from './record';
import * as task from './task';
import * as workspace from './workspace';

const RESOURCES: Record<string, { operations: Record<string, Operation> }> = {
  lead,
  note,
  record,
  task,
  workspace,
};

/** Runs the chosen operation on all input items. What fails before any item is worked on fails them all. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const output = await run(this).catch((error: unknown) =>
    this.getInputData().flatMap((_item, itemIndex) => failedItem(this, error, itemIndex)),
  );
  return [forModel(this, output)];
}

async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const resource = context.getNodeParameter('resource', 0);
  const name = context.getNodeParameter('operation', 0);
  const operation = RESOURCES[resource]?.operations[name];
  if (!operation) {
    throw operationError(
      context.getNode(),
      `The operation "${name}" of "${resource}" does not exist`,
      'Choose a resource and an operation in the node.',
    );
  }
  const options = context.getNodeParameter('options', 0, {}) as { timeout?: number; maxWait?: number };
  const client = await connect(context, {
    ...(options.timeout ? { timeoutMs: options.timeout * 1000 } : {}),
    ...(options.maxWait === undefined ? {} : { maxWaitMs: options.maxWait * 60_000 }),
  });
  return await operation.execute(context, client);
}
