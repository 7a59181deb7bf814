import type { Json } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';
import { fieldReader, isTime, partReader, type Reader } from '../query/paths';
import type { StoredRecord } from '../records/stored-record';
import { formatMicros } from '../time';

/** Makes one figure of records: `maxUpdatedAt`, `countEmptyDeletedAt`, `sumAmountAmountMicros`. */
export type Aggregate = (records: readonly StoredRecord[]) => Json;

interface Column {
  /** What names of aggregates end with: `UpdatedAt`, `AmountAmountMicros`. */
  suffix: string;
  read: Reader;
  isTime: boolean;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function columnOf(field: FieldModel): Column {
  const suffix = capitalised(field.name);
  if (field.type !== 'CURRENCY') return { suffix, read: fieldReader(field), isTime: isTime(field) };
  return { suffix: `${suffix}AmountMicros`, read: partReader(field, 'amountMicros'), isTime: false };
}

function isEmpty(value: Json): boolean {
  return value === null || value === '';
}

/** PostgreSQL's max and min pass over nulls, and give null for no rows. */
function extreme(values: Json[], isBetter: (value: Json, best: Json) => boolean): Json {
  return values.reduce<Json>((best, value) => {
    if (value === null) return best;
    return best === null || isBetter(value, best) ? value : best;
  }, null);
}

const FIGURES: Record<string, (values: Json[]) => Json> = {
  countEmpty: (values) => values.filter(isEmpty).length,
  countNotEmpty: (values) => values.filter((value) => !isEmpty(value)).length,
  max: (values) => extreme(values, (value, best) => Number(value) > Number(best)),
  min: (values) => extreme(values, (value, best) => Number(value) < Number(best)),
  sum: (values) => values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0),
};

/** The aggregate of that name; undefined for an object that has none such. */
export function findAggregate(object: ObjectModel, name: string): Aggregate | undefined {
  if (name === 'totalCount') return (records) => records.length;
  const columns = object.fields.filter(({ relation }) => relation === undefined).map(columnOf);
  for (const [verb, figure] of Object.entries(FIGURES)) {
    const column = columns.find(({ suffix }) => name === `${verb}${suffix}`);
    if (column === undefined) continue;
    const { read } = column;
    const showsTime = column.isTime && !verb.startsWith('count');
    return (records) => {
      const value = figure(records.map(read));
      return showsTime && typeof value === 'number' ? formatMicros(value) : value;
    };
  }
  return undefined;
}

/** Records by the values of some plain fields, in the order of the first record of each group. */
export function groupRecords(
  object: ObjectModel,
  fieldNames: readonly string[],
  records: readonly StoredRecord[],
): { values: Json[]; records: StoredRecord[] }[] {
  const readers = fieldNames.map((name) => object.field(name)).flatMap((field) => (field ? [fieldReader(field)] : []));
  const groups = new Map<string, { values: Json[]; records: StoredRecord[] }>();
  for (const record of records) {
    const values = readers.map((read) => read(record));
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, records: [] };
    group.records.push(record);
    groups.set(key, group);
  }
  return [...groups.values()];
}
