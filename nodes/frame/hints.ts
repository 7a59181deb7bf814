import type { IExecuteFunctions, IWorkflowSettings } from 'n8n-workflow';

/** Tells whoever looks at the execution something that its items do not show. */
export function hint(context: IExecuteFunctions, message: string, type: 'info' | 'warning' = 'info'): void {
  context.addExecutionHints({ message, type, location: 'outputPane' });
}

/** The settings of the workflow; undefined in an n8n that does not tell nodes of them, as 1.100 does not. */
export function workflowSettings(context: Partial<IExecuteFunctions>): IWorkflowSettings | undefined {
  return context.getWorkflowSettings?.();
}

/**
 * Says when n8n keeps each successful execution of a workflow that runs often: importing a file in the editor drops the
 * setting. Only whoever tries the workflow by hand gets to see it.
 */
export function hintAboutSavedExecutions(context: IExecuteFunctions): void {
  const settings = workflowSettings(context);
  if (context.getMode() !== 'manual' || settings === undefined || settings.saveDataSuccessExecution === 'none') return;
  hint(
    context,
    'n8n keeps every successful execution of this workflow. Unless you want that, set Save successful production executions to Do not save in the workflow settings.',
  );
}
