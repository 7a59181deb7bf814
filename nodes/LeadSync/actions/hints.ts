import type { IExecuteFunctions } from 'n8n-workflow';

export function tell(context: IExecuteFunctions, message: string): void {
  context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
}

/** Says which of the workflow's settings is not as it should be: importing a file in the editor drops them all. */
export function hintAboutSettings(context: IExecuteFunctions, maxMinutes: number): void {
  if (context.getMode() !== 'manual') return;
  const { executionTimeout = 0, saveDataSuccessExecution } = context.getWorkflowSettings();
  if (executionTimeout > 0 && (maxMinutes === 0 || maxMinutes * 60 >= executionTimeout)) {
    tell(
      context,
      `n8n cancels this workflow after ${executionTimeout} seconds (workflow settings, Timeout Workflow). Set Max Duration below that, so that runs end by themselves.`,
    );
  }
  if (saveDataSuccessExecution !== 'none') {
    tell(
      context,
      'n8n keeps every successful execution of this workflow. Unless you want that, set Save successful production executions to Do not save in the workflow settings.',
    );
  }
}
