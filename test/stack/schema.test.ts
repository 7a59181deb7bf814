import { readFileSync } from 'node:fs';
import { readSchema, SCRIPTS, schemaScripts } from '../../stack/schema';

/** `values/clean.sql` → `clean` */
const nameOf = (file: string): string => file.replace(/^.*\/|\.sql$/g, '');

test('the two scripts are what their sources make: after a change run npx gulp buildSchema', async () => {
  expect(SCRIPTS.map((name) => readFileSync(`migrations/${name}`, 'utf8'))).toEqual(await schemaScripts());
});

test('the SQL editor of Supabase takes each: up to 0.98 MB, and its EXPLAIN of the first statement fails before anything runs', async () => {
  for (const script of await schemaScripts()) {
    // it is sent as JSON, in which a line break counts twice
    expect(Buffer.byteLength(JSON.stringify(script))).toBeLessThan(0.98 * 1024 * 1024);
    expect(script.replace(/^--.*\n|^\n/gm, '')).toMatch(/^set local /);
  }
});

test('a function or view is found by its name: its file has it and holds nothing else', async () => {
  for (const { file, sql } of await readSchema()) {
    const made = [
      ...sql.matchAll(/^create (?:or replace )?(?:materialized )?(?:function|view) (?:if not exists )?\w+\.(\w+)/gm),
    ];
    expect([file, ...new Set(made.map(([, name]) => name))]).toEqual(made.length > 0 ? [file, nameOf(file)] : [file]);
  }
});

test('each thing has its place: tables, triggers and first rows are not among the functions', async () => {
  for (const { file, sql } of await readSchema()) {
    const kinds = [
      ...new Set(
        [...sql.matchAll(/^(create (?:or replace )?(?:constraint )?(?:table|trigger|function)|insert)/gm)].map(
          ([kind]) => kind.split(' ').at(-1),
        ),
      ),
    ];
    if (kinds.includes('function')) expect([file, kinds]).toEqual([file, ['function']]);
    if (kinds.includes('trigger')) expect(file).toMatch(/\/triggers\.sql$/);
  }
});

test('no source is longer than 300 lines', async () => {
  const long = (await readSchema()).filter(({ sql }) => sql.split('\n').length > 301);

  expect(long.map(({ file }) => file)).toEqual([]);
});
