import { textAt } from '../records/holders';
import type { TwentyNode } from '../transport/paging';

/** What people did about leads: each kind is an object of its own, and another one says on whom its records hang. */
export type ActivityKind = 'note' | 'task' | 'message' | 'meeting';

/** How much of what people wrote is kept: the setting `texts` of the database. */
export type KeptTexts = 'none' | 'title' | 'excerpt' | 'body';

/** What of an object's records is read, and what the database gets of each (docs/data-contract.md). */
export interface Reading {
  object: string;
  kind: ActivityKind;
  isLink: boolean;
  /** GraphQL fields besides id and times; those that the workspace lacks are left out. */
  fields(scope: ReadingScope): string[];
  toWire(record: TwentyNode, scope: ReadingScope): Record<string, unknown>;
}

export interface ReadingScope {
  /** Singular name of the object that is synced as leads, e.g. `person`. */
  leadObject: string;
  texts: KeptTexts;
}

/** What Twenty puts in the place of a text that the key may not see. */
const RESTRICTED = 'FIELD_RESTRICTED_ADDITIONAL_PERMISSIONS_REQUIRED';

/** A text as Twenty shows it: null where it is empty or hidden. */
function shown(text: string | null): string | null {
  return text === RESTRICTED ? null : text;
}

interface Written {
  /** Paths in the record. */
  title: string;
  text: string | null;
  happenedAt: string;
  status?: (record: TwentyNode) => string | null;
  more?: string[];
}

function activity(
  object: string,
  kind: ActivityKind,
  { title, text, happenedAt, status, more = [] }: Written,
): Reading {
  const [textField] = text?.split('.') ?? [];
  return {
    object,
    kind,
    isLink: false,
    fields: ({ texts }) => [
      happenedAt,
      'createdBy{name}',
      ...more,
      ...(texts === 'none' ? [] : [title]),
      ...(text !== null && (texts === 'excerpt' || texts === 'body')
        ? [text === textField ? text : text.replace('.', '{') + '}']
        : []),
    ],
    toWire: (record) => {
      const texts = { title: textAt(record, title), text: text === null ? null : textAt(record, text) };
      return {
        happened_at: textAt(record, happenedAt) ?? record.createdAt,
        author: textAt(record, 'createdBy.name'),
        title: shown(texts.title),
        text: shown(texts.text),
        status: status?.(record) ?? null,
        due_at: record.dueAt ?? null,
        restricted: Object.values(texts).includes(RESTRICTED),
      };
    },
  };
}

/** The column of a link for records of an object: `targetPersonId`, in older workspaces `personId`. */
function columnsOf(object: string): string[] {
  return [`target${object[0].toUpperCase()}${object.slice(1)}Id`, `${object}Id`];
}

function firstOf(record: TwentyNode, columns: string[]): unknown {
  return columns.map((column) => record[column]).find((value) => typeof value === 'string') ?? null;
}

function target(object: string, kind: ActivityKind): Reading {
  return {
    object,
    kind,
    isLink: true,
    fields: ({ leadObject }) => [`${kind}Id`, ...columnsOf(leadObject), ...columnsOf('opportunity')],
    toWire: (record, { leadObject }) => ({
      activity_id: record[`${kind}Id`] ?? null,
      person_id: firstOf(record, columnsOf(leadObject)),
      opportunity_id: firstOf(record, columnsOf('opportunity')),
    }),
  };
}

function participant(object: string, kind: ActivityKind, activityColumn: string): Reading {
  return {
    object,
    kind,
    isLink: true,
    fields: () => [activityColumn, 'personId', 'role', 'handle'],
    toWire: (record) => ({
      activity_id: record[activityColumn] ?? null,
      person_id: record.personId ?? null,
      author: textAt(record, 'role')?.toUpperCase() === 'FROM' ? textAt(record, 'handle') : null,
    }),
  };
}

/** In the order in which they are read: links last, so that an activity mostly comes before them. */
export const READINGS: readonly Reading[] = [
  activity('note', 'note', { title: 'title', text: 'bodyV2.markdown', happenedAt: 'createdAt' }),
  target('noteTarget', 'note'),
  activity('task', 'task', {
    title: 'title',
    text: 'bodyV2.markdown',
    happenedAt: 'createdAt',
    status: (record) => textAt(record, 'status'),
    more: ['status', 'dueAt'],
  }),
  target('taskTarget', 'task'),
  activity('message', 'message', { title: 'subject', text: 'text', happenedAt: 'receivedAt' }),
  participant('messageParticipant', 'message', 'messageId'),
  activity('calendarEvent', 'meeting', {
    title: 'title',
    text: null,
    happenedAt: 'startsAt',
    status: (record) => (record.isCanceled === true ? 'CANCELED' : null),
    more: ['isCanceled'],
  }),
  participant('calendarEventParticipant', 'meeting', 'calendarEventId'),
];
