import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { eachItem } from '../../../frame';
import { type AlertsAnswer, reportOfAlerts } from '../../alerts/alerts-answer';
import { toMessages } from '../../alerts/messages';
import type { Operation } from '../types';

export const sourceField: INodeProperties = {
  displayName: 'Checked By',
  name: 'source',
  type: 'options',
  options: [
    { name: 'Monitor', value: 'monitor', description: 'Counts as a sign of life of the monitor' },
    {
      name: 'Watchdog',
      value: 'watchdog',
      description: 'Another workflow that looks after the monitor and notices when it went silent',
    },
  ],
  default: 'monitor',
  description: 'Who checks',
};

/**
 * Checks all alert rules, remembers their states (`update_sync_alerts`) and writes what is to be told as messages.
 * Adds `notification_ids` and `messages` to the function's answer.
 */
export const checkAlerts: Operation = {
  name: 'Check Alerts',
  action: 'Check alerts',
  description: 'Check all alert rules and get what is to be told, as messages for Telegram, Slack and email',
  fields: [sourceField],
  execute: eachItem(async (item, database) => {
    const args = { p_source: item.text('source') };
    const answer = (await database.call('update_sync_alerts', args, item.index)) as AlertsAnswer & IDataObject;
    return {
      ...answer,
      notification_ids: answer.notifications.map(({ id }) => id),
      messages: { ...toMessages(reportOfAlerts(answer)) },
    };
  }),
};
