import { TELEGRAM } from '../alerts/markup';
import { fitted } from '../alerts/pack';
import { type Approval, sentenceOf } from './approval';

/** A message in Telegram's HTML with two buttons, and what Telegram sends back for each. */
export interface Question {
  text: string;
  yes: string;
  no: string;
}

/** Fields that the message names; the page has all. */
const MOST_FIELDS = 8;
const LONGEST_FIELD = 60;

/** What a button stands for: an approval, the answer, and what the message told: how many leads, and of which version. */
export interface Pressed {
  id: number;
  isYes: boolean;
  leads: number;
  /** Null of a button that an older package sent. */
  version: string | null;
}

/** At most 55 of the 64 bytes that Telegram allows; n8n keeps `nhitl1|` for itself. */
const buttonData = ({ id, leads, version }: Approval, answer: 'yes' | 'no'): string =>
  ['approval', id, answer, leads, ...(version ? [version] : [])].join(':');

const DATA = /^approval:(\d{1,15}):(yes|no):(\d{1,9})(?::([0-9a-f]{16}))?$/;

/** What a button stands for; null for any other text. Members of a chat can send any text as a button's. */
export function pressedIn(data: unknown): Pressed | null {
  const [, id, answer, leads, version = null] = DATA.exec(typeof data === 'string' ? data : '') ?? [];
  return id === undefined ? null : { id: Number(id), isYes: answer === 'yes', leads: Number(leads), version };
}

/** An open approval as a question. */
export function questionOf(approval: Approval): Question {
  const fields = Object.entries(approval.fields).sort(([, a], [, b]) => b - a);
  const named = fields
    .slice(0, MOST_FIELDS)
    .map(([field, leads]) => `${fitted(field.replaceAll('_', ' '), LONGEST_FIELD, TELEGRAM)} of ${leads}`);
  const more = fields.length > MOST_FIELDS ? [`${fields.length - MOST_FIELDS} more fields`] : [];
  return {
    text: [
      TELEGRAM.bold(`${sentenceOf(approval)} (${approval.id})`),
      ...(approval.kind === 'deletions' ? [] : [[...named, ...more].join(', ')]),
    ].join('\n'),
    yes: buttonData(approval, 'yes'),
    no: buttonData(approval, 'no'),
  };
}
