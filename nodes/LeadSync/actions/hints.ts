import type { IExecuteFunctions } from 'n8n-workflow';
import { hintAboutSavedExecutions } from '../../frame/saved-executions';

export function tell(context: IExecuteFunctions, message: string): void {
  context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
}

/** Says which of the workflow's settings is not as it should be: importing a file in the editor drops them all. */
export function hintAboutSettings(context: IExecuteFunctions, maxMinutes: number): void {
  if (context.getMode() !== 'manual') return;
  const { executionTimeout = 0 } = context.getWorkflowSettings();
  if (executionTimeout > 0 && (maxMinutes === 0 || maxMinutes * 60 >= executionTimeout)) {
    tell(
      context,
      `n8n cancels this workflow after ${executionTimeout} seconds (workflow settings, Timeout Workflow). Set Max Duration below that, so that runs end by themselves.`,
    );
  }
  hintAboutSavedExecutions(context);
}
