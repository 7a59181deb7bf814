import isEqual from 'lodash/isEqual';
import { DatabaseError, type Client } from 'pg';
import { ownTable } from '../database/schema';
import { CliError } from '../failure';
import { keyOf } from './read';
import { CONFIG_TABLES, type Config, type ConfigTable, type Row } from './tables';

/** One row that differs between the file and the database. */
export interface Change {
  section: string;
  key: string;
  change: 'added' | 'changed' | 'removed';
  /** By column; of a changed row those that differ. */
  from: Row;
  to: Row;
}

const only = (row: Row, columns: string[]): Row => Object.fromEntries(columns.map((column) => [column, row[column]]));

/** What would make the database say what the file says. Sections that the file lacks, and columns that a row lacks, stay. */
export function changesTo(wanted: Config, present: Config, removes: boolean): Change[] {
  return CONFIG_TABLES.flatMap((table) => {
    const rows = wanted[table.section];
    if (rows === undefined) return [];
    const { section } = table;
    const there = new Map((present[section] ?? []).map((row) => [keyOf(table, row), row]));
    const changes = rows.flatMap((row): Change[] => {
      const key = keyOf(table, row);
      const old = there.get(key);
      there.delete(key);
      if (old === undefined) return [{ section, key, change: 'added', from: {}, to: row }];
      const columns = Object.keys(row).filter((column) => !isEqual(row[column], old[column]));
      if (columns.length === 0) return [];
      return [{ section, key, change: 'changed', from: only(old, columns), to: only(row, columns) }];
    });
    const gone = removes ? [...there] : [];
    return [...changes, ...gone.map(([key, row]): Change => ({ section, key, change: 'removed', from: row, to: {} }))];
  });
}

function statement(table: ConfigTable, change: Change, row: Row): { text: string; values: unknown[] } {
  const same = table.key.map((column) => `t.${column} = r.${column}`).join(' and ');
  const source = `jsonb_populate_record(null::${table.table}, $1::jsonb) as r`;
  const columns = Object.keys(change.change === 'added' ? row : change.to).map(
    (column) => `"${column.replaceAll('"', '')}"`,
  );
  const values = [JSON.stringify(row)];
  if (change.change === 'removed')
    return { text: `delete from ${table.table} as t using ${source} where ${same}`, values };
  if (change.change === 'added') {
    const from = columns.map((column) => `r.${column}`).join(', ');
    return { text: `insert into ${table.table} (${columns.join(', ')}) select ${from} from ${source}`, values };
  }
  const set = columns.map((column) => `${column} = r.${column}`).join(', ');
  return { text: `update ${table.table} as t set ${set} from ${source} where ${same}`, values };
}

/** Makes the changes, all or none. @throws CliError that names the row that the database refuses */
export async function applyChanges(client: Client, changes: readonly Change[], wanted: Config): Promise<void> {
  await client.query('begin');
  for (const change of changes) {
    const table = CONFIG_TABLES.find(({ section }) => section === change.section);
    if (table === undefined) continue;
    const row =
      change.change === 'removed'
        ? change.from
        : wanted[change.section].find((other) => keyOf(table, other) === change.key);
    try {
      await client.query(statement({ ...table, table: await ownTable(client, table.table) }, change, row ?? {}));
    } catch (error) {
      await client.query('rollback');
      if (!(error instanceof DatabaseError)) throw error;
      throw new CliError(
        `The database refuses ${change.key} of "${change.section}": ${error.message}.`,
        'Correct this row of the file. Nothing was changed.',
      );
    }
  }
  await client.query('commit');
}
