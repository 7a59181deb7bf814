import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { forModel } from '../../tools/for-model';
import { connect } from '../transport/client';
import { alert } from './alert';
import { conflict } from './conflict';
import { deadLetter } from './deadLetter';
import { failedItem } from './each-item';
import { followUp } from './followUp';
import { inbox } from './inbox';
import { lead } from './lead';
import { monitoring } from './monitoring';
import { reconciliation } from './reconciliation';
import { scoringRules } from './scoringRules';
import { syncRun } from './syncRun';
import type { Resource } from './types';

export const resources: Record<string, Resource> = {
  alert,
  conflict,
  deadLetter,
  followUp,
  inbox,
  lead,
  monitoring,
  reconciliation,
  scoringRules,
  syncRun,
};

/** Runs the operation that the node's resource and operation name. What fails before any item is worked on fails them all. */
export async function router(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  try {
    return (await run(context)).map((items) => forModel(context, items));
  } catch (error) {
    return [[...context.getInputData().keys()].map((itemIndex) => failedItem(context, error, itemIndex))];
  }
}

async function run(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const resource = context.getNodeParameter('resource', 0) as string;
  const operation = context.getNodeParameter('operation', 0) as string;
  const action = resources[resource]?.operations[operation];
  if (action === undefined) {
    throw operationError(
      context.getNode(),
      `The operation "${operation}" of "${resource}" does not exist`,
      'Choose a resource and an operation in the node.',
    );
  }
  return 'branch' in action ? await action.branch(context) : [await action.execute(context, await connect(context))];
}
