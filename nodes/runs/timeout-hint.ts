import type { IExecuteFunctions } from 'n8n-workflow';
import { hint, workflowSettings } from '../frame';

/** Says when n8n would cancel the workflow before the node ends by itself. Only whoever tries it by hand gets to see it. */
export function hintAboutTimeout(context: IExecuteFunctions, maxMinutes: number): void {
  const { executionTimeout = 0 } = workflowSettings(context) ?? {};
  if (context.getMode() !== 'manual' || executionTimeout <= 0) return;
  if (maxMinutes > 0 && maxMinutes * 60 < executionTimeout) return;
  hint(
    context,
    `n8n cancels this workflow after ${executionTimeout} seconds (workflow settings, Timeout Workflow). Set Max Duration below that, so that runs end by themselves.`,
  );
}
