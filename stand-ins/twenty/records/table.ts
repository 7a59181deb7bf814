import type { FieldModel, ObjectModel } from '../metadata/model';
import type { Micros } from '../time';
import { ByUpdate } from './by-update';
import { uniqueKey } from './unique-key';
import type { StoredRecord } from './stored-record';

/** Above this share of a table, going through it in id order finds a page sooner than sorting all that has changed. */
const FEW = 1 / 20;

/** The rows of one object: by id, in id order, by `updatedAt` and by every unique field. Rows in the bin are rows like others. */
export class Table {
  private readonly rows = new Map<string, StoredRecord>();
  private readonly byUpdate = new ByUpdate(this.rows);
  private readonly uniques = new Map<string, Map<string, string>>();
  private sorted: string[] = [];
  private added: string[] = [];
  private removed = 0;
  private firstPosition = 1;

  constructor(readonly object: ObjectModel) {}

  get size(): number {
    return this.rows.size;
  }

  get(id: string): StoredRecord | undefined {
    return this.rows.get(id);
  }

  all(): IterableIterator<StoredRecord> {
    return this.rows.values();
  }

  /** The position that puts a new row first: one less than the smallest, 0 in an empty table. */
  takePosition(): number {
    this.firstPosition -= 1;
    return this.firstPosition;
  }

  insert(record: StoredRecord): void {
    this.rows.set(record.id, record);
    this.byUpdate.add(record);
    this.added.push(record.id);
    for (const field of this.object.uniqueFields) this.index(field, record);
    const position = record.values.position;
    if (typeof position === 'number' && position < this.firstPosition) this.firstPosition = Math.floor(position);
  }

  /** Replaces a row by its new state; the id stays. */
  replace(record: StoredRecord): void {
    const before = this.rows.get(record.id);
    for (const field of this.object.uniqueFields) {
      if (before !== undefined) this.unindex(field, before);
      this.index(field, record);
    }
    this.rows.set(record.id, record);
    this.byUpdate.add(record);
  }

  remove(id: string): void {
    const record = this.rows.get(id);
    if (record === undefined) return;
    for (const field of this.object.uniqueFields) this.unindex(field, record);
    this.rows.delete(id);
    this.removed += 1;
  }

  /** The row that holds this value of a unique field, in the bin or not. */
  findUnique(field: FieldModel, key: string): string | undefined {
    return this.uniqueIndex(field).get(key);
  }

  /** Ids of the rows changed from then on, in no order; undefined when they are not few. */
  idsChangedSince(from: Micros): string[] | undefined {
    return this.byUpdate.since(from, this.rows.size * FEW);
  }

  /** All ids in order. New ids are sorted alone and merged, so that a page costs no sorting of the whole table. */
  idsInOrder(): readonly string[] {
    if (this.removed > 0) {
      this.sorted = this.sorted.filter((id) => this.rows.has(id));
      this.added = this.added.filter((id) => this.rows.has(id));
      this.removed = 0;
    }
    if (this.added.length > 0) {
      this.sorted = merge(this.sorted, [...new Set(this.added)].sort());
      this.added = [];
    }
    return this.sorted;
  }

  private uniqueIndex(field: FieldModel): Map<string, string> {
    let index = this.uniques.get(field.name);
    if (index === undefined) {
      index = new Map();
      this.uniques.set(field.name, index);
      for (const record of this.rows.values()) {
        const key = uniqueKey(field, record);
        if (key !== undefined) index.set(key, record.id);
      }
    }
    return index;
  }

  private index(field: FieldModel, record: StoredRecord): void {
    const key = uniqueKey(field, record);
    if (key !== undefined) this.uniqueIndex(field).set(key, record.id);
  }

  private unindex(field: FieldModel, record: StoredRecord): void {
    const key = uniqueKey(field, record);
    const index = this.uniqueIndex(field);
    if (key !== undefined && index.get(key) === record.id) index.delete(key);
  }
}

function merge(left: string[], right: string[]): string[] {
  if (left.length === 0) return right;
  const merged: string[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  while (leftIndex < left.length && rightIndex < right.length) {
    if (left[leftIndex] === right[rightIndex]) leftIndex += 1;
    else merged.push(left[leftIndex] < right[rightIndex] ? left[leftIndex++] : right[rightIndex++]);
  }
  while (leftIndex < left.length) merged.push(left[leftIndex++]);
  while (rightIndex < right.length) merged.push(right[rightIndex++]);
  return merged;
}
