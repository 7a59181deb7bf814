import { isObject, presentRows, twentyFieldOf } from '../../lead';
import type { TwentyClient } from '../transport/client';
import { settled } from '../transport/failures';
import { forgetObjects, missingFields, readObject, wereJustRead, type ObjectMetadata } from '../transport/metadata';
import type { TwentyNode } from '../transport/paging';
import type { LeadScope } from './scope';

/** Fields that read as null in all records of an answer, by the object as it was looked up after that. */
const LOOKED_FOR = new WeakMap<ObjectMetadata, ReadonlySet<string>>();

/**
 * The scope without the fields that are gone since the workspace was looked at. Twenty reads a field that it does not have
 * as null in every record, so where one is null in all of an answer, the workspace is looked at anew, at most every five
 * seconds, and once a minute for the same field. What is read of records goes on with this scope: a field that is gone is not blank.
 * @param records an answer to the scope's selection
 */
export async function scopeOfAnswer(
  client: TwentyClient,
  scope: LeadScope,
  records: readonly TwentyNode[],
): Promise<LeadScope> {
  const doubtful = nullInAll(scope, records);
  if (doubtful.length === 0) return scope;
  const name = scope.object.nameSingular;
  let object = await readObject(client, name);
  const lookedFor = LOOKED_FOR.get(object) ?? new Set<string>();
  if (!wereJustRead(client) && !doubtful.every((field) => lookedFor.has(field))) {
    forgetObjects(client);
    object = await readObject(client, name);
    LOOKED_FOR.set(object, new Set([...lookedFor, ...doubtful]));
  }
  const missing = await missingFields(client, object, scope.mapping);
  return missing.every((field) => scope.missing.includes(field))
    ? scope
    : { ...scope, missing: [...new Set([...scope.missing, ...missing])] };
}

/** The same for the answers to writes, whose results must be told: where the look fails, what is in doubt is not known. */
export async function scopeOfWritten(
  client: TwentyClient,
  scope: LeadScope,
  records: readonly TwentyNode[],
): Promise<LeadScope> {
  const known = await settled(scopeOfAnswer(client, scope, records));
  return known.ok ? known.value : { ...scope, missing: [...scope.missing, ...nullInAll(scope, records)] };
}

/** The fields, as the object or its company names them, that are null in all records; none where there is no record. */
function nullInAll({ mapping, missing }: LeadScope, records: readonly TwentyNode[]): string[] {
  if (records.length === 0) return [];
  const names = presentRows(mapping, missing).map((row) => {
    const field = twentyFieldOf(row);
    return field.place === 'company' ? `company.${field.path[0]}` : field.root;
  });
  return [...new Set(names)].filter((name) => records.every((record) => isNullAt(record, name)));
}

function isNullAt(record: TwentyNode, name: string): boolean {
  const [root, part] = name.split('.');
  const value = record[root];
  return part === undefined || !isObject(value) ? value === null : value[part] === null;
}
