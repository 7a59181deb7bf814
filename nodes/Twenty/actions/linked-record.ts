import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import type { JsonObject } from '../../lead';
import { derivedId } from '../records/derived-id';
import { DEFAULT_BATCH_SIZE } from '../records/limits';
import { createLinkedRecords, type LinkedInput, type LinkedKind } from '../records/linked-records';
import { memberIds } from '../records/members';
import type { WriteResult } from '../records/writer';
import type { TwentyClient } from '../transport/client';
import { countParameter, objectField, textParameter } from './parameters';
import { runBatched } from './record/batch';
import { batchNotice, recordIdField, writeOptions } from './record/common';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

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
export async function createForItems(
  context: IExecuteFunctions,
  client: TwentyClient,
  kind: LinkedKind,
  values: (itemIndex: number) => { values: JsonObject; assigneeEmail: string | null },
): Promise<INodeExecutionData[]> {
  const batchSize = countParameter(context, 'options.batchSize', 0, DEFAULT_BATCH_SIZE);
  return await runBatched<Draft>(context, client, {
    read: (itemIndex) => {
      const targetId = uuidParameter(context, 'recordId', itemIndex, `the record that the ${kind} is for`);
      const object = textParameter(context, 'object', itemIndex);
      const more = values(itemIndex);
      const title = titleOf(context, kind, itemIndex);
      const body = textParameter(context, 'body', itemIndex);
      const id = idOf(textParameter(context, 'key', itemIndex), kind, object, targetId);
      return {
        id,
        targetId,
        assigneeEmail: more.assigneeEmail,
        values: { title, ...(body === '' ? {} : { bodyV2: { markdown: body } }), ...more.values },
      };
    },
    run: async (target, drafts) => {
      const { known, strangers } = await withMembers(client, drafts);
      const made = await createLinkedRecords(client, kind, target, [...known.values()], batchSize);
      const results = new Map([...known.keys()].map((draft, index) => [draft, made[index]]));
      return drafts.map((draft) => results.get(draft) ?? noMember(strangers.get(draft) ?? ''));
    },
  });
}

function idOf(key: string, kind: LinkedKind, object: string, targetId: string): string {
  if (key === '') return randomUUID();
  return UUID.test(key) ? key.toLowerCase() : derivedId(kind, object, targetId, key);
}

function titleOf(context: IExecuteFunctions, kind: LinkedKind, itemIndex: number): string {
  const title = textParameter(context, 'title', itemIndex);
  if (title !== '') return title;
  throw operationError(context.getNode(), `The ${kind} has no title`, 'Enter one, or an expression.', itemIndex);
}

/** A parameter that must hold the UUID of a record. */
function uuidParameter(context: IExecuteFunctions, name: string, itemIndex: number, what: string): string {
  const id = textParameter(context, name, itemIndex);
  if (UUID.test(id)) return id.toLowerCase();
  throw operationError(
    context.getNode(),
    id === '' ? `There is no ID of ${what}` : `"${id.slice(0, 60)}" is not the ID of ${what}`,
    'Choose a record, or give the ID that Twenty shows for it, e.g. {{ $json.twenty_id }}.',
    itemIndex,
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
export function assigneeParameter(
  context: IExecuteFunctions,
  itemIndex: number,
): { assigneeId: string | null; assigneeEmail: string | null } {
  const text = textParameter(context, 'assignee', itemIndex);
  if (text.includes('@')) return { assigneeId: null, assigneeEmail: text };
  if (text === '') return { assigneeId: null, assigneeEmail: null };
  return { assigneeId: uuidParameter(context, 'assignee', itemIndex, 'a workspace member'), assigneeEmail: null };
}
