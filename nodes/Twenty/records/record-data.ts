import { isObject, parseLink, type JsonObject } from '../../lead';
import type { FieldMetadata, ObjectMetadata } from '../transport/metadata';
import type { UniqueValue } from './batch-plan';
import { columnOf, partsOf, uniquePaths } from './field-types';
import { keyAt } from './holders';

/**
 * A record's fields for Twenty from values by name (`jobTitle`), by part (`emails.primaryEmail`) or as whole composites.
 * Names that the object does not have are left out, as are fields that nobody may write.
 */
export function toRecordData(object: ObjectMetadata, values: JsonObject): JsonObject {
  const fields = new Map(object.fields.map((field) => [columnOf(field) ?? '', field]));
  const data: JsonObject = {};
  for (const [path, value] of Object.entries(values)) {
    const [root, part] = path.split('.');
    const field = fields.get(root);
    if (!field || !isWritable(field)) continue;
    const parts = partsOf(field);
    if (part === undefined) data[root] = value;
    else if (parts?.includes(part)) {
      const known = data[root];
      data[root] = { ...(isObject(known) ? known : {}), [part]: value };
    }
  }
  return data;
}

/** Fields that Twenty keeps itself. */
const KEPT_BY_TWENTY = new Set(['id', 'createdAt', 'updatedAt', 'deletedAt', 'searchVector', 'createdBy', 'updatedBy']);

/** Whether a field of a record can be set by a write. */
export function isWritable(field: FieldMetadata): boolean {
  return columnOf(field) !== null && !KEPT_BY_TWENTY.has(field.name);
}

/** Twenty erases the parts of a composite that an update leaves out: fills them from the record as just read. Of a rich text, it makes the part that is left out from the other. */
export function completeComposites(
  object: ObjectMetadata,
  data: JsonObject,
  current: Record<string, unknown>,
): JsonObject {
  const complete: JsonObject = { ...data };
  for (const field of object.fields) {
    if (field.type.startsWith('RICH_TEXT')) continue;
    const parts = partsOf(field);
    const given = data[field.name];
    const known = current[field.name];
    if (parts !== null && isObject(given) && isObject(known)) complete[field.name] = { ...known, ...given };
  }
  return complete;
}

/** The unique values of a record, blanks left out, as Twenty stores them. */
export function uniqueValuesOf(object: ObjectMetadata, record: Record<string, unknown>): UniqueValue[] {
  return uniquePaths(object).flatMap((path) => {
    const value = keyAt(record, path);
    if (value === null) return [];
    return [{ path, value: asStored(path, value) }];
  });
}

function asStored(path: string, value: string | number): string | number {
  if (typeof value === 'number') return value;
  if (path.endsWith('primaryEmail')) return value.trim().toLowerCase();
  // one without a scheme stays as it is
  return path.endsWith('primaryLinkUrl') && URL.canParse(value) ? (parseLink(value) ?? value) : value;
}
