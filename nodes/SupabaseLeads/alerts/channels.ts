import type { IDataObject } from 'n8n-workflow';
import { sentences } from '../../errors/sentences';
import { safeLine } from './lines';
import type { Question } from '../approvals/question';
import type { Messages } from './messages';

/** Where messages can go, in the order of the outputs that carry them. */
export const CHANNELS = ['slack', 'email', 'telegram'] as const;

export type Channel = (typeof CHANNELS)[number];

export const CHANNEL_NAMES: Record<Channel, string> = { telegram: 'Telegram', slack: 'Slack', email: 'Email' };

/** Addresses as a user sets them; a channel without one is left alone. */
export interface Addresses {
  telegram: string;
  slack: string;
  email: string;
  emailFrom: string;
}

/**
 * What the nodes of the channels are given, an item for a message; questions go where there are buttons, to Telegram. All items say `unsent`: a node that is disabled passes
 * them on as they are, and so tells that it sent nothing.
 */
export function messagesFor(
  messages: Messages,
  addresses: Addresses,
  questions: Question[] = [],
): Record<Channel, IDataObject[]> {
  const toChat = { unsent: true, chat_id: addresses.telegram };
  const telegram = [...messages.telegram.map((text) => ({ text })), ...questions].map((each) => ({
    ...toChat,
    ...each,
  }));
  const slack = { unsent: true, channel: addresses.slack, text: messages.slack.join('\n\n') };
  const email = {
    unsent: true,
    from: addresses.emailFrom,
    to: addresses.email,
    subject: messages.subject,
    text: messages.text,
  };
  const isEmpty = messages.text === '';
  return {
    telegram: addresses.telegram === '' ? [] : telegram,
    slack: addresses.slack === '' || isEmpty ? [] : [slack],
    email: addresses.email === '' || isEmpty ? [] : [email],
  };
}

/** What is told, and what follows from who took it. */
export interface Telling extends IDataObject {
  /** The beginning of a sentence, e.g. "The alert". */
  what: string;
  /** The channels that were given messages. */
  channels: Channel[];
  /** Of what it is: alerts of the sync, or leads; nothing that the database keeps when left out. */
  about?: 'alerts' | 'leads';
  /** What the database wants to hear of when a channel took it. */
  notification_ids: number[];
  /** Under which key n8n remembers that it was told; null when the database remembers. */
  remembered_as: string | null;
  /** The error with which the execution ends, even when it was told. */
  stop: string | null;
  /** A sentence for a message that no channel took. */
  if_not_told: string;
}

const NOT_ENABLED = 'its node is not enabled, or has no credential. Choose a credential in it and enable it';
const LONGEST_REASON = 300;

/** Why a channel did not take a message, from what its node gave; null when it took it. */
export function refusalOf({ error, unsent }: IDataObject): string | null {
  if (error) return safeLine(String((error as IDataObject).message ?? error), LONGEST_REASON);
  return unsent === true ? NOT_ENABLED : null;
}

/** How it went: who took it, and who did not and why. */
export interface Outcome {
  told_by: Channel[];
  refused_by: Array<{ channel: Channel; reason: string }>;
}

/** @param answers what the nodes of the channels gave, for each message */
export function outcomeOf({ channels }: Telling, answers: Record<Channel, IDataObject[]>): Outcome {
  const reasons = channels.map((channel) => ({
    channel,
    reason: answers[channel].length === 0 ? NOT_ENABLED : answers[channel].map(refusalOf).find((reason) => reason),
  }));
  return {
    told_by: reasons.filter(({ reason }) => !reason).map(({ channel }) => channel),
    refused_by: reasons.flatMap(({ channel, reason }) => (reason ? [{ channel, reason }] : [])),
  };
}

const LIST = new Intl.ListFormat('en');

/** The error that an outcome ends with; null when all is well. */
export function errorOf(
  { what, stop, channels, if_not_told }: Telling,
  { told_by, refused_by }: Outcome,
): string | null {
  const names = (list: readonly Channel[]): string => LIST.format(list.map((channel) => CHANNEL_NAMES[channel]));
  const isLost = channels.length > 0 && told_by.length === 0;
  if (stop !== null) return isLost ? sentences(stop, if_not_told) : stop;
  if (refused_by.length === 0) return null;
  const refusals = refused_by.map(({ channel, reason }) => `${CHANNEL_NAMES[channel]} (${reason})`).join(', ');
  return `${what} was not told by ${refusals}. ${isLost ? if_not_told : `${names(told_by)} took it.`}`;
}
