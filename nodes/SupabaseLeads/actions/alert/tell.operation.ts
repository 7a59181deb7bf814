import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { reportOfAlerts, type AlertsAnswer } from '../../alerts/alerts-answer';
import { readFailedExecution } from '../../alerts/failed-execution';
import { reportOfIntegrity, type IntegrityAnswer } from '../../alerts/integrity-answer';
import { toMessages, type Messages } from '../../alerts/messages';
import { hintAboutSavedExecutions } from '../../../hints/saved-executions';
import { connect } from '../../transport/client';
import { sourceField } from '../monitoring/checkAlerts.operation';
import { textParameter } from '../parameters';
import type { BranchingOperation } from '../types';
import { channelFields, TELLING_OUTPUTS, tellingItems } from './channel-fields';
import { ownFailure } from './own-failure';
import { tellingOfFailure } from './tell-failure';

/**
 * Checks all alert rules (`update_sync_alerts`), and integrity if wished (`check_sync_integrity`), and writes what is to
 * be told as messages for each channel. When the monitor cannot reach Supabase, that is what it tells, once an hour.
 */
export const tell: BranchingOperation = {
  properties: [
    sourceField,
    {
      displayName: 'Check Integrity',
      name: 'integrity',
      type: 'options',
      options: [
        { name: 'Check', value: 'check', description: 'Look for states that should not be' },
        {
          name: 'Check and Repair',
          value: 'fix',
          description: 'Look, and repair what can be repaired without touching data of a lead',
        },
        { name: 'No', value: 'no' },
      ],
      default: 'no',
      description: 'Whether to check integrity before the alerts',
    },
    {
      displayName: 'Tell What Integrity Found',
      name: 'tellFindings',
      type: 'boolean',
      default: true,
      description: 'Whether to tell what the integrity check found, besides the alerts',
      displayOptions: { show: { integrity: ['check', 'fix'] } },
    },
    ...channelFields,
  ],
  outputs: TELLING_OUTPUTS,
  async branch(context) {
    hintAboutSavedExecutions(context);
    const source = textParameter(context, 'source', 0);
    if (source !== 'monitor') return await check(context, source);
    try {
      return await check(context, source);
    } catch (error) {
      return await tellUnreachable(context, (error as Error).message);
    }
  },
};

async function check(context: IExecuteFunctions, source: string | null): Promise<INodeExecutionData[][]> {
  const database = await connect(context);
  const integrity = context.getNodeParameter('integrity', 0) as string;
  const found =
    integrity === 'no'
      ? null
      : ((await database.call('check_sync_integrity', { p_fix: integrity === 'fix' }, 0)) as IntegrityAnswer &
          IDataObject);
  const answer = (await database.call('update_sync_alerts', { p_source: source }, 0)) as AlertsAnswer & IDataObject;
  const isToldToo = found !== null && context.getNodeParameter('tellFindings', 0) === true;
  const alerts = toMessages(reportOfAlerts(answer));
  const messages = isToldToo ? together(toMessages(reportOfIntegrity(found)), alerts) : alerts;
  return tellingItems(
    context,
    { ...answer, ...(found === null ? {} : { integrity: found }), messages: { ...messages } },
    messages,
    {
      what: 'The alert',
      notification_ids: answer.notifications.map(({ id }) => id),
      remembered_as: null,
      stop: null,
      if_not_told: 'It will be sent by the next run.',
    },
  );
}

function together(first: Messages, second: Messages): Messages {
  return {
    telegram: [...first.telegram, ...second.telegram],
    slack: [...first.slack, ...second.slack],
    subject: second.subject || first.subject,
    text: [first.text, second.text].filter((text) => text !== '').join('\n\n'),
  };
}

/** Tells the failure of the check itself; the execution ends with it. */
async function tellUnreachable(context: IExecuteFunctions, message: string): Promise<INodeExecutionData[][]> {
  const failed = readFailedExecution(ownFailure(context, context.getNode().name, message));
  return await tellingOfFailure(context, failed, {
    what: 'The failure',
    stop: failed.error,
    if_not_told: 'No channel took this message: the next run tries again.',
    onceAnHour: true,
    nextStep: null,
  });
}
