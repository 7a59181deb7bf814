import { resource } from '../resource';
import { answerRequest } from './answerRequest.operation';
import { checkAction } from './checkAction.operation';
import { checkAlerts } from './checkAlerts.operation';
import { checkIntegrity } from './checkIntegrity.operation';
import { confirmAlerts } from './confirmAlerts.operation';
import { describeFailure } from './describeFailure.operation';
import { getDashboard } from './getDashboard.operation';
import { getMetrics } from './getMetrics.operation';
import { runMaintenance } from './runMaintenance.operation';

export const monitoring = resource(
  'monitoring',
  [
    {
      name: 'Answer Dashboard Request',
      value: 'answerRequest',
      action: 'Answer a dashboard request',
      description: 'Answer a Webhook node with the page or the data, and carry out what its buttons ask for',
    },
    {
      name: 'Check Alerts',
      value: 'checkAlerts',
      action: 'Check alerts',
      description: 'Check all alert rules and get what is to be told, as messages for Telegram, Slack and email',
    },
    {
      name: 'Check Dashboard Action',
      value: 'checkAction',
      action: 'Check a dashboard action',
      description: 'Find out whether a request for an action comes from the dashboard',
    },
    {
      name: 'Check Integrity',
      value: 'checkIntegrity',
      action: 'Check integrity',
      description: 'Look for states that should not be, and repair what is safe',
    },
    {
      name: 'Confirm Alerts',
      value: 'confirmAlerts',
      action: 'Confirm alerts',
      description: 'Note that notifications were sent, so that they are not sent again',
    },
    {
      name: 'Describe Failed Execution',
      value: 'describeFailure',
      action: 'Describe a failed execution',
      description: 'Write what an Error Trigger gives as messages, without secrets and personal data',
    },
    {
      name: 'Get Dashboard',
      value: 'getDashboard',
      action: 'Get the dashboard',
      description: 'Get all figures, or a page that shows them',
    },
    {
      name: 'Get Metrics',
      value: 'getMetrics',
      action: 'Get metrics',
      description: 'Get how the sync is doing: health, freshness, backlog, failures, lag and drift',
    },
    {
      name: 'Run Maintenance',
      value: 'runMaintenance',
      action: 'Run maintenance',
      description: 'Archive old history, refresh the daily summary, release claims left behind',
    },
  ],
  {
    answerRequest,
    checkAction,
    checkAlerts,
    checkIntegrity,
    confirmAlerts,
    describeFailure,
    getDashboard,
    getMetrics,
    runMaintenance,
  },
);
