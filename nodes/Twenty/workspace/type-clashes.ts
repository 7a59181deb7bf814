import type { FieldMapping } from '../../lead';
import { wantedFields } from '../leads/prepare';
import type { ObjectMetadata } from '../transport/metadata';

/** A field of the mapping that Twenty has as another type than the sync needs. */
export interface TypeClash {
  field: string;
  label: string;
  is: string;
  needed: string;
  /** Whether some values come through all the same, e.g. those that are among the options of a SELECT. */
  bearable: boolean;
}

/** Types of fields that do as well as the one that would be made. */
const AS_GOOD: Readonly<Record<string, readonly string[]>> = {
  TEXT: ['TEXT', 'FULL_NAME'],
  NUMBER: ['NUMBER', 'NUMERIC', 'POSITION'],
  ARRAY: ['ARRAY', 'MULTI_SELECT'],
};
const BEARABLE: Readonly<Record<string, readonly string[]>> = {
  TEXT: ['SELECT', 'RATING', 'DATE'],
  NUMBER: ['RATING'],
};

/** Compares the types of the fields that the mapping names with those that would be made for it. */
export function typeClashes(object: ObjectMetadata, mapping: readonly FieldMapping[]): TypeClash[] {
  const present = new Map(object.fields.map((field) => [field.name, field]));
  return wantedFields(mapping).flatMap(({ name, type }) => {
    const field = present.get(name);
    if (field === undefined || field.type === type || AS_GOOD[type]?.includes(field.type)) return [];
    const bearable = BEARABLE[type]?.includes(field.type) ?? false;
    return [{ field: name, label: field.label, is: field.type, needed: type, bearable }];
  });
}
