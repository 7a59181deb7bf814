import type { Json } from '../json';
import type { ObjectModel } from '../metadata/model';
import { isTimeField, type StoredRecord } from './stored-record';

/** A change of these alone is no change that anybody is told about. */
const UNTOLD = new Set(['updatedAt', 'updatedBy', 'searchVector', 'id']);

function same(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  return typeof left === 'object' && typeof right === 'object' && JSON.stringify(left) === JSON.stringify(right);
}

/** Names of the fields in which two states of a row differ, in the object's order. */
export function changedFields(object: ObjectModel, before: StoredRecord, after: StoredRecord): string[] {
  const changed: string[] = [];
  for (const field of object.fields) {
    const name = field.relation?.column ?? field.name;
    if (UNTOLD.has(name)) continue;
    const unchanged = isTimeField(name) ? before[name] === after[name] : same(before.values[name], after.values[name]);
    if (!unchanged) changed.push(name);
  }
  return changed;
}
