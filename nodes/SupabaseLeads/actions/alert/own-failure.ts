import type { IExecuteFunctions } from 'n8n-workflow';

/** A failure of the workflow that the node is in, in the form of n8n's Error Trigger. */
export function ownFailure(context: IExecuteFunctions, node: string, message: unknown): object {
  return {
    workflow: { name: context.getWorkflow().name },
    execution: { id: context.getExecutionId(), lastNodeExecuted: node, error: { message } },
  };
}
