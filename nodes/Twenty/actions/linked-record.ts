import type { INodeProperties } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import type { Item } from '../../frame';
import { asUuid, isFilterable, type JsonObject } from '../../lead';
import { derivedId } from '../records/derived-id';
import { createLinkedRecords, type LinkedInput, type LinkedKind } from '../records/linked-records';
import { memberIds } from '../records/members';
import type { WriteResult } from '../records/writer';
import type { TwentyClient } from '../transport/client';
import { objectField } from './fields';
import { inRecordBatches } from './record/batch';
import { batchNotice, recordIdField, writeOptions } from './record/common';
import type { Execute } from './types';

/** The fields of a panel that makes a task or a note for a record; `more` are those of its kind. */
export function linkedFields(kind: LinkedKind, more: INodeProperties[] = []): INodeProperties[] {
  return [
    { ...objectField, description: `The object of the record that the ${kind} is for` },
    {
      ...recordIdField,
      default: { mode: 'id', value: '={{ $json.twenty_id }}' },
      description: `The record that the ${kind} is for, e.g. a person`,
    },
    {
      displayName: 'Key',
      name: 'key',
      type: 'string',
      default: '',
      placeholder: 'e.g. first-call',
      description: `Makes the ${kind} only once: creating it again with the same key for the same record changes nothing, even if it was deleted since. A UUID becomes the ID of the ${kind}. Empty for a new ${kind} each time.`,
    },
    {
      displayName: 'Title',
      name: 'title',
      type: 'string',
      default: '',
      required: true,
      placeholder: kind === 'task' ? 'e.g. Call {{ $json.first_name }}' : 'e.g. What we know',
      description: `What Twenty shows as the name of the ${kind}`,
    },
    {
      displayName: 'Body',
      name: 'body',
      type: 'string',
      typeOptions: { rows: 4 },
      default: '',
      description: 'Text in Markdown',
    },
    ...more,
    batchNotice,
    writeOptions,
  ];
}

/** A record to make, with the email of the member who is to do it where only that is known. */
interface Draft extends LinkedInput {
  assigneeEmail: string | null;
}

/** Makes the tasks or notes of all items and links them; `values` reads what only this kind has. */
export function createLinked(
  kind: LinkedKind,
  values: (item: Item) => { values: JsonObject; assigneeEmail: string | null },
): Execute {
  return inRecordBatches<Draft>({
    read: (item) => {
      const targetId = uuidOf(item, 'recordId', `the record that the ${kind} is for`);
      const more = values(item);
      const title = titleOf(item, kind);
      const markdown = item.text('body');
      return {
        id: idOf(item, kind, targetId),
        targetId,
        assigneeEmail: more.assigneeEmail,
        values: { title, ...(markdown === null ? {} : { bodyV2: { markdown } }), ...more.values },
      };
    },
    run: async ({ client, object, inputs: drafts, batchSize }) => {
      const { known, strangers } = await withMembers(client, drafts);
      const made = await createLinkedRecords(client, kind, object, [...known.values()], batchSize);
      const results = new Map([...known.keys()].map((draft, index) => [draft, made[index]]));
      return drafts.map((draft) => results.get(draft) ?? noMember(strangers.get(draft) ?? ''));
    },
  });
}

function idOf(item: Item, kind: LinkedKind, targetId: string): string {
  const key = item.text('key');
  if (key === null) return randomUUID();
  return isFilterable(key) ? key.toLowerCase() : derivedId(kind, item.text('object') ?? '', targetId, key);
}

function titleOf(item: Item, kind: LinkedKind): string {
  const title = item.text('title');
  if (title !== null) return title;
  throw item.error(`The ${kind} has no title`, 'Enter one, or an expression.');
}

/** A parameter that must hold the UUID of a record. */
function uuidOf(item: Item, name: string, what: string): string {
  const given = item.text(name) ?? '';
  const id = asUuid(given);
  if (id !== null) return id;
  throw item.error(
    given === '' ? `There is no ID of ${what}` : `"${given.slice(0, 60)}" is not the ID of ${what}`,
    'Choose a record, or give the ID that Twenty shows for it, e.g. {{ $json.twenty_id }}.',
  );
}

/** The drafts by whether their assignee is a member; those who are get the member's id. */
async function withMembers(
  client: TwentyClient,
  drafts: readonly Draft[],
): Promise<{ known: Map<Draft, LinkedInput>; strangers: Map<Draft, string> }> {
  const ids = await memberIds(client, [...new Set(drafts.flatMap(({ assigneeEmail }) => assigneeEmail ?? []))]);
  const known = new Map<Draft, LinkedInput>();
  const strangers = new Map<Draft, string>();
  for (const draft of drafts) {
    const { assigneeEmail, values, ...rest } = draft;
    const assigneeId = assigneeEmail === null ? undefined : ids.get(assigneeEmail.toLowerCase());
    if (assigneeEmail !== null && assigneeId === undefined) strangers.set(draft, assigneeEmail);
    else known.set(draft, { ...rest, values: { ...values, ...(assigneeId ? { assigneeId } : {}) } });
  }
  return { known, strangers };
}

function noMember(email: string): WriteResult {
  const detail = `nobody in this workspace has the email ${email}`;
  return { ok: false, failure: { category: 'not_found', outcome: 'not_sent', detail, httpStatus: null } };
}

/** Who is to do it: an email to look up, or a member's ID, or nobody. */
export function assigneeOf(item: Item): { assigneeId: string | null; assigneeEmail: string | null } {
  const text = item.text('assignee');
  if (text?.includes('@')) return { assigneeId: null, assigneeEmail: text };
  return { assigneeId: text === null ? null : uuidOf(item, 'assignee', 'a workspace member'), assigneeEmail: null };
}
