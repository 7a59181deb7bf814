import type { JsonObject } from '../../lead';
import type { TwentyClient } from '../transport/client';
import { TwentyError, type TwentyFailure } from '../transport/failures';
import { readObject, type ObjectMetadata } from '../transport/metadata';
import type { TwentyNode } from '../transport/paging';
import { derivedId } from './derived-id';
import { columnOf, fullSelection } from './field-types';
import { findHolders } from './holders';
import { createRecords } from './write-records';
import type { WriteResult } from './writer';

/** Records that hang on others by a link of their own: a `taskTarget` joins a task and, say, a person. */
export type LinkedKind = 'task' | 'note';

export interface LinkedInput {
  /** The record's id; whoever gives it again gets the record that is there. */
  id: string;
  values: JsonObject;
  /** The record that it is for. */
  targetId: string;
}

type RecordToEnsure = Pick<LinkedInput, 'id' | 'values'>;

type Ensured = { result: WriteResult; created: boolean };

/**
 * Makes tasks or notes and links each with its record, of one object. What is there already, deleted ones included, is
 * left as it is, so a run that broke off between record and link is completed by the next one. The records in the results
 * have `created` and `linked`: whether this call made the record, and its link.
 */
export async function createLinkedRecords(
  client: TwentyClient,
  kind: LinkedKind,
  target: ObjectMetadata,
  inputs: readonly LinkedInput[],
  batchSize: number,
): Promise<WriteResult[]> {
  const object = await readObject(client, kind);
  const link = await readObject(client, `${kind}Target`);
  const column = linkColumn(link, target, kind);
  const targets = await findByIds(
    client,
    target,
    'id deletedAt',
    inputs.map(({ targetId }) => targetId),
    batchSize,
  );
  const problems = inputs.map(({ targetId }) => targetProblem(target, targetId, targets.get(targetId)));

  const wanted = inputs.filter((_input, index) => problems[index] === null);
  const records = await ensureAll(client, object, wanted, batchSize);
  const links = new Map<string, RecordToEnsure>();
  for (const { id, targetId } of wanted) {
    const record = records.get(id)?.result;
    if (!record?.ok || record.record.deletedAt) continue;
    const linkId = linkIdOf(kind, id, target, targetId);
    links.set(linkId, { id: linkId, values: { [`${kind}Id`]: id, [column]: targetId } });
  }
  const linked = await ensureAll(client, link, [...links.values()], batchSize);

  return inputs.map(({ id, targetId }, index) => {
    const problem = problems[index];
    if (problem !== null) return { ok: false, failure: problem };
    return together(kind, records.get(id), linked.get(linkIdOf(kind, id, target, targetId)));
  });
}

function linkIdOf(kind: LinkedKind, id: string, target: ObjectMetadata, targetId: string): string {
  return derivedId(`${kind}Target`, id, target.nameSingular, targetId);
}

/** The link's column for records of an object: `targetPersonId`, in older workspaces `personId`. */
function linkColumn(link: ObjectMetadata, { nameSingular }: ObjectMetadata, kind: LinkedKind): string {
  const columns = link.fields.map(columnOf).filter((column) => column !== null);
  const name = `target${nameSingular[0].toUpperCase()}${nameSingular.slice(1)}Id`;
  const column = [name, `${nameSingular}Id`].find((candidate) => columns.includes(candidate));
  if (column !== undefined) return column;
  throw new TwentyError({
    category: 'validation',
    outcome: 'not_sent',
    detail: `in this workspace a ${kind} cannot be linked with a ${nameSingular}`,
    httpStatus: null,
  });
}

function targetProblem(target: ObjectMetadata, id: string, found: TwentyNode | undefined): TwentyFailure | null {
  if (found && !found.deletedAt) return null;
  const detail = found
    ? `the ${target.nameSingular} ${id} is deleted; restore it first`
    : `there is no ${target.nameSingular} ${id}`;
  return { category: 'not_found', outcome: 'not_sent', detail, httpStatus: null };
}

/** Finds the records by their ids and creates those that are missing; of two inputs with one id the first counts. */
async function ensureAll(
  client: TwentyClient,
  object: ObjectMetadata,
  inputs: readonly RecordToEnsure[],
  batchSize: number,
): Promise<Map<string, Ensured>> {
  const unique = new Map([...inputs].reverse().map((input) => [input.id, input]));
  const found = await findByIds(client, object, fullSelection(object), [...unique.keys()], batchSize);
  const ensured = new Map<string, Ensured>();
  for (const [id, record] of found) ensured.set(id, { result: { ok: true, record }, created: false });
  const missing = [...unique.values()].filter(({ id }) => !found.has(id)).reverse();
  const results = await createRecords(client, object, missing, batchSize);
  missing.forEach(({ id }, index) => ensured.set(id, madeOrThere(results[index])));
  return ensured;
}

/** Somebody else may have made the record since it was looked for. */
function madeOrThere(result: WriteResult): Ensured {
  if (result.ok) return { result, created: true };
  const { existing } = result;
  return { result: existing ? { ok: true, record: existing } : result, created: false };
}

function together(kind: LinkedKind, record: Ensured | undefined, link: Ensured | undefined): WriteResult {
  if (!record?.result.ok) return record?.result ?? { ok: false, failure: unanswered(kind) };
  if (link && !link.result.ok) {
    const { failure } = link.result;
    return { ok: false, failure: { ...failure, detail: `the ${kind} is there but not linked yet: ${failure.detail}` } };
  }
  const state = { created: record.created, linked: link?.created ?? false };
  return { ok: true, record: { ...record.result.record, ...state } };
}

function unanswered(kind: LinkedKind): TwentyFailure {
  return { category: 'server', outcome: 'unknown', detail: `Twenty gave no answer for the ${kind}`, httpStatus: null };
}

async function findByIds(
  client: TwentyClient,
  object: ObjectMetadata,
  selection: string,
  ids: readonly string[],
  batchSize: number,
): Promise<Map<string, TwentyNode>> {
  const unique = [...new Set(ids)];
  const found = new Map<string, TwentyNode>();
  for (let start = 0; start < unique.length; start += batchSize) {
    const batch = unique.slice(start, start + batchSize);
    for (const record of await findHolders(client, object, selection, { ids: batch, values: [] })) {
      found.set(record.id, record);
    }
  }
  return found;
}
