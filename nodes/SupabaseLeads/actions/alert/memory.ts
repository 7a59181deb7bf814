import type { ICheckProcessedOptions, IExecuteFunctions } from 'n8n-workflow';

/** n8n's own memory of a workflow, which is there when Supabase is not. */
const SCOPE = 'workflow';
const OPTIONS: ICheckProcessedOptions = { mode: 'entries', maxEntries: 1000 };

/** A name that is new every hour. */
export function hourly(fingerprint: string, at: Date): string {
  return `${fingerprint} ${at.toISOString().slice(0, 13)}`;
}

/** Whether n8n does not know a key yet; from now on it does. Without its memory everything is new: told twice is better than never. */
export async function isNew(context: IExecuteFunctions, key: string): Promise<boolean> {
  try {
    return (await context.helpers.checkProcessedAndRecord([key], SCOPE, OPTIONS)).new.length > 0;
  } catch (error) {
    context.logger.warn('n8n does not remember what was told', { error });
    return true;
  }
}

/** Makes a key new again. */
export async function forget(context: IExecuteFunctions, key: string): Promise<void> {
  try {
    await context.helpers.removeProcessed([key], SCOPE, OPTIONS);
  } catch (error) {
    context.logger.warn('n8n does not forget what was told', { error });
  }
}
