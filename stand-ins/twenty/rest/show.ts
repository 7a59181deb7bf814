import type { JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import { groupBy } from '../graphql/projection';
import { showRecord } from '../records/show';
import type { StoredRecord } from '../records/stored-record';
import type { Workspace } from '../workspace';

/** Shows records as REST does: at depth 1 with the records that they are related to. */
export function showRecords(
  workspace: Workspace,
  object: ObjectModel,
  records: StoredRecord[],
  depth: 0 | 1,
): JsonObject[] {
  const shown = records.map((record) => showRecord(object, record));
  if (depth === 0) return shown;
  for (const field of object.fields) {
    const { relation } = field;
    if (relation === undefined) continue;
    const table = workspace.table(relation.target);
    if (relation.column !== undefined) {
      const { column } = relation;
      records.forEach((record, index) => {
        const id = record.values[column];
        const other = typeof id === 'string' ? table.get(id) : undefined;
        shown[index][field.name] =
          other === undefined || other.deletedAt !== null ? null : showRecord(table.object, other);
      });
    } else {
      const groups = groupBy(table.all(), `${relation.inverse}Id`);
      records.forEach((record, index) => {
        shown[index][field.name] = (groups.get(record.id) ?? []).map((other) => showRecord(table.object, other));
      });
    }
  }
  return shown;
}
