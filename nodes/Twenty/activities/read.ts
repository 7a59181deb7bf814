import { boundFrom, type ChangedWindow } from '../leads/get-changed';
import { columnOf } from '../records/field-types';
import { findHolders } from '../records/holders';
import type { TwentyClient } from '../transport/client';
import { readObjects, type ObjectMetadata } from '../transport/metadata';
import { LIVE_AND_DELETED, readPage, type TwentyNode } from '../transport/paging';
import { READINGS, type ActivityKind, type Reading, type ReadingScope } from './readings';

/** A record as `store_activities` takes it; of one that was asked for and is not there, `{id, absent: true}`. */
export type ActivityRecord = Record<string, unknown> & { id: string };

export interface ActivityPage {
  records: ActivityRecord[];
  page: { from: string | null; until: string; position: string | null; has_next: boolean };
  /** Bytes of the answer. */
  bytes: number;
}

/** An object of the workspace that activities are read from. */
export interface ActivityObject {
  reading: Reading;
  metadata: ObjectMetadata;
}

/** Those of the chosen kinds' objects that the workspace has; a kind of which one is missing is left out as a whole. */
export async function activityObjects(client: TwentyClient, kinds: readonly ActivityKind[]): Promise<ActivityObject[]> {
  const known = new Map((await readObjects(client)).map((object) => [object.nameSingular, object]));
  const objects = READINGS.flatMap((reading) => {
    const metadata = known.get(reading.object);
    return metadata !== undefined && kinds.includes(reading.kind) ? [{ reading, metadata }] : [];
  });
  const whole = kinds.filter((kind) => objects.filter(({ reading }) => reading.kind === kind).length === 2);
  return objects.filter(({ reading }) => whole.includes(reading.kind));
}

/** One page of an object's window, records in the bin included: one call. */
export async function getActivityPage(
  client: TwentyClient,
  object: ActivityObject,
  scope: ReadingScope,
  { updatedSince, until, position, pageSize }: ChangedWindow,
): Promise<ActivityPage> {
  const changed = updatedSince === null ? [] : [{ updatedAt: { gte: updatedSince } }];
  const page = await readPage(client, {
    object: object.metadata,
    selection: selectionOf(object, scope),
    filter: { and: [...changed, LIVE_AND_DELETED] },
    position,
    pageSize,
  });
  return {
    records: page.records.map((record) => toRecord(record, object.reading, scope)),
    page: {
      from: updatedSince,
      until: until ?? boundFrom(page.date),
      position: page.position ?? position,
      has_next: page.hasNext,
    },
    bytes: page.bytes,
  };
}

/** Records by their ids, those in the bin included: one call for up to 1,000. */
export async function getActivitiesById(
  client: TwentyClient,
  object: ActivityObject,
  scope: ReadingScope,
  ids: readonly string[],
): Promise<ActivityRecord[]> {
  const found = await findHolders(client, object.metadata, selectionOf(object, scope), { ids, values: [] });
  const records = new Map(found.map((record) => [record.id, toRecord(record, object.reading, scope)]));
  return ids.map((id) => records.get(id) ?? { id, absent: true });
}

/** Twenty gives null for a field that it does not have, and refuses some filters on it: what is not there is not asked for. */
function selectionOf({ reading, metadata }: ActivityObject, scope: ReadingScope): string {
  const known = new Set(metadata.fields.flatMap((field) => columnOf(field) ?? []));
  const wanted = ['createdAt', 'updatedAt', 'deletedAt', ...reading.fields(scope)];
  const there = wanted.filter((field) => known.has(field.split('{')[0]));
  return [...new Set(['id', ...there])].join(' ');
}

function toRecord(record: TwentyNode, reading: Reading, scope: ReadingScope): ActivityRecord {
  const { id, updatedAt, deletedAt } = record;
  return { id, updated_at: updatedAt, deleted_at: deletedAt ?? null, ...reading.toWire(record, scope) };
}
