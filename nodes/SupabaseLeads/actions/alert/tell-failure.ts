import type { INodeExecutionData } from 'n8n-workflow';
import type { Telling } from '../../alerts/channels';
import { type FailedExecution, reportOfFailure } from '../../alerts/failed-execution';
import { type Messages, toMessages } from '../../alerts/messages';
import type { NodeRun } from '../types';
import { tellingItems } from './channel-fields';
import { hourly, isNew } from './memory';

const NO_MESSAGES: Messages = { telegram: [], slack: [], subject: '', text: '' };

/** What follows from telling a failure, and how often it is told. */
export interface FailureTelling extends Pick<Telling, 'what' | 'stop' | 'if_not_told'> {
  onceAnHour: boolean;
  /** What to do about it, or what becomes of it; where to look is added. */
  nextStep: string | null;
}

/** The messages about a failed execution, channel by channel; none when it was told within the hour already. */
export async function tellingOfFailure(
  run: NodeRun,
  failed: FailedExecution,
  { onceAnHour, nextStep, ...telling }: FailureTelling,
): Promise<INodeExecutionData[][]> {
  const now = new Date();
  const key = onceAnHour ? hourly(failed.fingerprint, now) : null;
  const isTold = key !== null && !(await isNew(run.context, key));
  const messages = isTold ? NO_MESSAGES : toMessages(reportOfFailure(failed, now.toISOString(), nextStep));
  return tellingItems(run, { ...failed, messages: { ...messages } }, messages, {
    ...telling,
    notification_ids: [],
    remembered_as: isTold ? null : key,
  });
}
