import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Addresses, CHANNEL_NAMES, CHANNELS, messagesFor, type Telling } from '../../alerts/channels';
import type { Messages } from '../../alerts/messages';
import type { Question } from '../../approvals/question';
import type { NodeRun } from '../types';

/** What was found and what is to be told, then the messages of each channel. */
export const TELLING_OUTPUTS = ['Result', ...CHANNELS.map((channel) => CHANNEL_NAMES[channel])];

/** Where messages go. */
export const channelFields: INodeProperties[] = [
  {
    displayName: 'Telegram Chat ID',
    name: 'telegramChatId',
    type: 'string',
    default: '',
    placeholder: 'e.g. -1001234567890',
    description: 'Chat that gets the messages; empty for none. Enable the Telegram node behind this one, too.',
  },
  {
    displayName: 'Slack Channel',
    name: 'slackChannel',
    type: 'string',
    default: '',
    placeholder: 'e.g. #sales-ops',
    description: 'Channel that gets the messages; empty for none. Enable the Slack node behind this one, too.',
  },
  {
    displayName: 'Email To',
    name: 'emailTo',
    type: 'string',
    default: '',
    placeholder: 'e.g. sales-ops@example.com',
    description: 'Address that gets the messages; empty for none. Enable the email node behind this one, too.',
  },
  {
    displayName: 'Email From',
    name: 'emailFrom',
    type: 'string',
    default: '',
    placeholder: 'e.g. n8n@example.com',
    description: 'Address that emails come from',
  },
];

/** The addresses that the node is given. */
function addressesOf({ first }: NodeRun): Addresses {
  const read = (name: string): string => first.text(name) ?? '';
  return {
    telegram: read('telegramChatId'),
    slack: read('slackChannel'),
    email: read('emailTo'),
    emailFrom: read('emailFrom'),
  };
}

/** The items of the outputs that TELLING_OUTPUTS names, for all input items at once. */
export function tellingItems(
  run: NodeRun,
  result: IDataObject,
  messages: Messages,
  telling: Omit<Telling, 'channels'>,
  questions: Question[] = [],
): INodeExecutionData[][] {
  const pairedItem = run.items.map(({ index }) => ({ item: index }));
  const byChannel = messagesFor(messages, addressesOf(run), questions);
  const channels = CHANNELS.filter((channel) => byChannel[channel].length > 0);
  return [[{ ...result, telling: { ...telling, channels } }], ...CHANNELS.map((channel) => byChannel[channel])].map(
    (items) => items.map((json) => ({ json, pairedItem })),
  );
}
