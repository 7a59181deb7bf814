import type { WorkflowRunOptions } from './harness';
import { CHAT_ID } from './telegram-double';

type Edit = WorkflowRunOptions['edit'];

const TELLING = ['tell', 'tellNew', 'tellFailure', 'storeAiAnswers'];

/** Fills in fields of the node that gives the messages to the channels. */
export function setAddresses(values: Record<string, string>): Edit {
  return (_node, nodes = []) => {
    const telling = nodes.find(({ parameters }) => TELLING.includes(String(parameters.operation)));
    if (!telling) throw new Error('The workflow has no node that tells.');
    Object.assign(telling.parameters, values);
  };
}

/** Several edits, one after the other. */
export function all(...edits: Edit[]): Edit {
  return (node, nodes) => edits.forEach((edit) => edit?.(node, nodes));
}

/** Enables the node of a channel, as a user does who has chosen a credential. */
export function enable(name: string): Edit {
  return (node) => {
    node(name).disabled = false;
  };
}

/** What a user does who wants alerts by Telegram. */
export const withTelegram = all(enable('Send Telegram message'), setAddresses({ telegramChatId: CHAT_ID }));

/** The same, where failures alone are told. */
export const withAlerts = all(enable('Send Telegram alert'), setAddresses({ telegramChatId: CHAT_ID }));

/** What a user does who wants Slack. */
export const withSlack = all(enable('Send Slack message'), setAddresses({ slackChannel: '#sales-ops' }));

/** What a user does who wants e-mails. */
export const withMail = all(
  enable('Send e-mail'),
  setAddresses({ emailFrom: 'n8n@example.com', emailTo: 'ops@example.com' }),
);
