import { onTestClock, readMigrations, applySql } from '../schedules/systems/migrations-on-test-clock';
import { replaceAll, type Replacement } from '../schedules/rules/bundle';

/** Pages of two rows, so that few rows make several. */
const SMALL_PAGES: ReadonlyArray<Omit<Replacement, 'file'>> = [
  {
    find: "coalesce((p_request ->> 'limit')::integer, 2000)",
    replace: "coalesce((p_request ->> 'limit')::integer, 2)",
  },
  {
    find: 'using p_state.edge_table, p_state.rebuild_position, 2000,',
    replace: 'using p_state.edge_table, p_state.rebuild_position, 2,',
  },
  { find: 'order by seq limit 1000)', replace: 'order by seq limit 2)' },
];

/** The SQL in which something is replaced, by file name. Rejects when a text to be replaced is not in exactly one file. */
export async function replacedMigrations(sql: ReadonlyArray<Omit<Replacement, 'file'>>): Promise<Map<string, string>> {
  const migrations = await readMigrations();
  const replaced = new Map<string, string>();
  for (const { find, replace } of sql) {
    const files = [...migrations.keys()].filter((file) => migrations.get(file)?.includes(find));
    if (files.length !== 1) throw new Error(`${files.length} migrations, not one, hold: ${find}`);
    const [file] = files;
    replaced.set(file, replaceAll(replaced.get(file) ?? migrations.get(file) ?? '', [{ file, find, replace }]));
  }
  return replaced;
}

/** Makes pages small in a migrated database, and turns off what a mutant turns off. */
export async function prepareDatabase(
  url: string,
  mutations: ReadonlyArray<Omit<Replacement, 'file'>> = [],
): Promise<void> {
  const replaced = await replacedMigrations([...SMALL_PAGES, ...mutations]);
  await applySql(
    url,
    [...replaced].map(([file, sql]): [string, string] => [file, onTestClock(sql)]),
  );
}
