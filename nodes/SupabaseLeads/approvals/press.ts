import { isObject } from '../../lead';

/** A press of a button in Telegram. */
export interface Press {
  /** To which Telegram wants an answer. */
  queryId: string;
  /** The chat of the message with the button, as Telegram names it: its ID, and its name where it is public. */
  chats: string[];
  messageId: number;
  data: unknown;
  /** Who pressed, for the record: first what nobody can choose. */
  by: string;
}

const LONGEST_NAME = 80;
/** What breaks a line, cannot be seen or turns the direction of writing. */
const INVISIBLE = /[\s\p{C}]+/gu;

const textOf = (value: unknown): string => (typeof value === 'string' ? value.replace(INVISIBLE, ' ').trim() : '');

/** "Telegram 4711 @ada (Ada Lovelace)". */
function byOf(from: Record<string, unknown>): string {
  const name = [...[from.first_name, from.last_name].map(textOf).filter(Boolean).join(' ')].slice(0, LONGEST_NAME);
  const user = textOf(from.username);
  return [
    'Telegram',
    String(from.id),
    ...(user === '' ? [] : [`@${user}`]),
    ...(name.length ? [`(${name.join('')})`] : []),
  ].join(' ');
}

/**
 * A press in an update of Telegram (https://core.telegram.org/bots/api#callbackquery); null where it is none of a message in a chat.
 */
export function pressIn(update: unknown): Press | null {
  const query = isObject(update) ? update.callback_query : null;
  if (!isObject(query) || !isObject(query.from) || !isObject(query.message) || !isObject(query.message.chat))
    return null;
  const { id, username } = query.message.chat;
  return {
    queryId: String(query.id),
    chats: [String(id), ...(typeof username === 'string' ? [`@${username.toLowerCase()}`] : [])],
    messageId: Number(query.message.message_id),
    data: query.data,
    by: byOf(query.from),
  };
}
