import type { IExecuteFunctions } from 'n8n-workflow';

/** Tells whoever looks at the execution something that its items do not show. */
export function hint(context: IExecuteFunctions, message: string, type: 'info' | 'warning' = 'info'): void {
  context.addExecutionHints({ message, type, location: 'outputPane' });
}

/**
 * Says when n8n keeps each successful execution of a workflow that runs often: importing a file in the editor drops the
 * setting. Only whoever tries the workflow by hand gets to see it.
 */
export function hintAboutSavedExecutions(context: IExecuteFunctions): void {
  if (context.getMode() !== 'manual' || context.getWorkflowSettings().saveDataSuccessExecution === 'none') return;
  hint(
    context,
    'n8n keeps every successful execution of this workflow. Unless you want that, set Save successful production executions to Do not save in the workflow settings.',
  );
}
