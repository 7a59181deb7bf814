import { randomUUID } from 'node:crypto';
import { blankValue, initialValue } from './fields/blank';
import { phoneParts } from './fields/phones';
import { isJsonObject, type Json, type JsonObject } from './json';
import type { FieldInput, ObjectModel } from './metadata/model';
import { updateOne } from './operations/update';
import { removeOne } from './operations/remove';
import { showRecord } from './records/show';
import { isTimeField, type StoredRecord } from './records/stored-record';
import { parseMicros } from './time';
import type { Author, Workspace } from './workspace';

/** A record to be put in place: fields as the API shows them, times in ISO 8601 with up to microseconds. */
export type Seed = JsonObject;

const SEED_ACTOR = Object.freeze({ source: 'MANUAL', workspaceMemberId: null, name: 'System', context: null });

const UI_USER = {
  userId: '20202020-9e3b-46d4-a556-88b9ddc2b034',
  workspaceMemberId: '20202020-0687-4c41-b707-ed1bfca972a7',
};

/** A person at the screen, as whom a test may edit. */
export const UI_AUTHOR: Author = {
  actor: { source: 'MANUAL', workspaceMemberId: UI_USER.workspaceMemberId, name: 'Tim Apple', context: {} },
  user: UI_USER,
};

/**
 * Direct access to the rows, past HTTP, rate limit and validation. Objects go by either name: `person` or `people`.
 */
export class Store {
  constructor(private readonly workspace: Workspace) {}

  /**
   * Puts records in place, fast and untold (no webhooks). Composites may be given in part; a phone number with a
   * leading `+` is taken apart as the server would.
   * @returns their ids, in order
   */
  insert(objectName: string, seeds: Seed[]): string[] {
    const object = this.workspace.schema.object(objectName);
    const table = this.workspace.tableOf(object);
    const now = this.workspace.statementTime();
    return seeds.map((seed) => {
      const row = this.rowOf(object, seed, now);
      row.values.position ??= table.takePosition();
      table.insert(row);
      return row.id;
    });
  }

  /** A record by id as REST shows it, in the bin or not. */
  get(objectName: string, id: string): JsonObject | undefined {
    const object = this.workspace.schema.object(objectName);
    const record = this.workspace.tableOf(object).get(id);
    return record === undefined ? undefined : showRecord(object, record);
  }

  /** Every record, in id order. */
  list(objectName: string, options: { withDeleted?: boolean } = {}): JsonObject[] {
    const object = this.workspace.schema.object(objectName);
    const records = this.workspace.finder(object).matching({}, options.withDeleted);
    return records.map((record) => showRecord(object, record));
  }

  /** Number of live records. */
  count(objectName: string): number {
    let total = 0;
    for (const record of this.workspace.table(this.workspace.schema.object(objectName).name).all()) {
      if (record.deletedAt === null) total += 1;
    }
    return total;
  }

  /** Changes a record as a user at the screen does: validated, told to webhooks, `updatedAt` moved. */
  update(objectName: string, id: string, data: JsonObject, author: Author = UI_AUTHOR): JsonObject {
    const object = this.workspace.schema.object(objectName);
    return showRecord(object, updateOne(this.workspace, object, id, data, author));
  }

  /** Deletes (to the bin), restores or destroys a record as a user at the screen does. */
  remove(objectName: string, id: string, how: 'delete' | 'restore' | 'destroy' = 'delete', author = UI_AUTHOR): void {
    removeOne(this.workspace, this.workspace.schema.object(objectName), id, how, author);
  }

  /** Adds a custom field, as `POST /rest/metadata/fields` does. */
  addField(objectName: string, input: FieldInput): void {
    const { schema } = this.workspace;
    schema.addField(schema.object(objectName), input, this.workspace.statementTime());
  }

  /** Removes every record; objects and fields stay. */
  clear(): void {
    this.workspace.clear();
  }

  private rowOf(object: ObjectModel, seed: Seed, now: number): StoredRecord {
    const id = typeof seed.id === 'string' ? seed.id.toLowerCase() : randomUUID();
    const row: StoredRecord = { id, createdAt: now, updatedAt: now, deletedAt: null, values: {} };
    row.values.createdBy = SEED_ACTOR;
    row.values.updatedBy = SEED_ACTOR;
    for (const field of object.fields) {
      if (field.relation?.column !== undefined) row.values[field.relation.column] = null;
      else if (!field.isSystem && field.relation === undefined) row.values[field.name] = initialValue(field);
    }
    for (const [name, value] of Object.entries(seed)) {
      const field = object.field(name);
      if (isTimeField(name)) {
        const micros = typeof value === 'string' ? parseMicros(value) : undefined;
        if (micros !== undefined) row[name] = micros;
      } else if (field === undefined && object.columnOwner(name) === undefined) {
        throw new Error(`${object.name} has no field ${name}`);
      } else if (name !== 'id') {
        row.values[name] = field === undefined ? value : seedValue(field.type, blankValue(field), value);
      }
    }
    return row;
  }
}

function seedValue(type: string, blank: Json, value: Json): Json {
  if (type === 'DATE_TIME' && typeof value === 'string') return parseMicros(value) ?? null;
  if (!isJsonObject(blank) || !isJsonObject(value)) return value;
  const number = value.primaryPhoneNumber;
  if (typeof number === 'string' && number.startsWith('+')) return { ...blank, ...phoneParts(value) };
  return { ...blank, ...value };
}
