import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { type AlertsAnswer, reportOfAlerts } from '../../alerts/alerts-answer';
import { readFailedExecution } from '../../alerts/failed-execution';
import { type IntegrityAnswer, reportOfIntegrity } from '../../alerts/integrity-answer';
import { type Messages, toMessages } from '../../alerts/messages';
import { sourceField } from '../monitoring/checkAlerts.operation';
import type { Approvals } from '../../approvals/approval';
import { questionOf, type Question } from '../../approvals/question';
import type { LeadDatabase } from '../../transport/client';
import type { NodeRun, Operation } from '../types';
import { channelFields, TELLING_OUTPUTS, tellingItems } from './channel-fields';
import { ownFailure } from './own-failure';
import { tellingOfFailure } from './tell-failure';

/**
 * Checks all alert rules (`update_sync_alerts`), and integrity if wished (`check_sync_integrity`), and writes what is to
 * be told as messages for each channel. When the monitor cannot reach Supabase, that is what it tells, once an hour.
 */
export const tell: Operation = {
  name: 'Check and Tell',
  action: 'Check alerts and tell them',
  description: 'Check all alert rules, and give what is to be told to the outputs of the channels',
  fields: [
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
    {
      displayName: 'Ask in Telegram',
      name: 'askInTelegram',
      type: 'boolean',
      default: false,
      description:
        'Whether the alert that something waits for a yes brings buttons for it. Enable the nodes behind the Telegram Trigger, too.',
    },
  ],
  outputs: TELLING_OUTPUTS,
  isScheduled: true,
  async execute(run) {
    const source = run.first.text('source');
    if (source !== 'monitor') return await check(run, source);
    try {
      return await check(run, source);
    } catch (error) {
      return await tellUnreachable(run, (error as Error).message);
    }
  },
};

async function check(run: NodeRun, source: string | null): Promise<INodeExecutionData[][]> {
  const database = await run.connect();
  const integrity = run.first.text('integrity') ?? 'no';
  const found =
    integrity === 'no'
      ? null
      : ((await database.call('check_sync_integrity', { p_fix: integrity === 'fix' }, 0)) as IntegrityAnswer &
          IDataObject);
  const answer = (await database.call('update_sync_alerts', { p_source: source }, 0)) as AlertsAnswer & IDataObject;
  const isToldToo = found !== null && run.first.boolean('tellFindings');
  const alerts = toMessages(reportOfAlerts(answer));
  const messages = isToldToo ? together(toMessages(reportOfIntegrity(found)), alerts) : alerts;
  return tellingItems(
    run,
    { ...answer, ...(found === null ? {} : { integrity: found }), messages: { ...messages } },
    messages,
    {
      what: 'The alert',
      about: 'alerts',
      notification_ids: answer.notifications.map(({ id }) => id),
      remembered_as: null,
      stop: null,
      if_not_told: 'It will be sent by the next run.',
    },
    await questionsOf(run, answer, database),
  );
}

/** What is asked besides the alert that something waits. */
async function questionsOf(run: NodeRun, { notifications }: AlertsAnswer, database: LeadDatabase): Promise<Question[]> {
  const waits = notifications.some(({ alert, kind }) => alert === 'approvals' && kind !== 'recovered');
  if (!waits || !run.first.boolean('askInTelegram')) return [];
  const { approvals } = (await database.call('get_approvals', { p_status: 'open' }, 0)) as unknown as Approvals;
  return approvals.map(questionOf);
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
async function tellUnreachable(run: NodeRun, message: string): Promise<INodeExecutionData[][]> {
  const failed = readFailedExecution(ownFailure(run.context, run.context.getNode().name, message));
  return await tellingOfFailure(run, failed, {
    what: 'The failure',
    stop: failed.error,
    if_not_told: 'No channel took this message: the next run tries again.',
    onceAnHour: true,
    nextStep: null,
  });
}
