import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SCHEMA_VERSION } from '../nodes/SupabaseLeads/schema-version';

/** One of the files from which the scripts are put together. */
export interface SchemaFile {
  /** Path in `migrations`, e.g. `values/clean.sql`. */
  file: string;
  sql: string;
}

const FOLDER = resolve('migrations');
/** What a user applies, one after the other: together they would be too large for the SQL editor of Supabase. */
export const SCRIPTS = ['lead-sync-1.sql', 'lead-sync-2.sql'] as const;
/** The theme with whose functions the second begins. */
const SECOND_FROM = 'dead_letters';

/** What comes before what: of a file, the first pattern counts that fits. A function's body may name what comes later, all else may not. */
const PHASES: readonly RegExp[] = [
  /^install\/opening\.sql$/,
  /^install\/(?!marks_of_older_install)/,
  /^install\//,
  /^upgrades\//,
  /^\d+_\w+\.sql$/,
  /\/tables\.sql$/,
  /^(?!monitoring\/).*\/(?!(indexes|triggers|rows)\.sql)/,
  /\/indexes\.sql$/,
  /^monitoring\//,
  /\/triggers\.sql$/,
  /\/rows\.sql$/,
];

/** The folders of functions, in the order in which `migrations/README.md` tells them. */
const THEMES: readonly string[] = (
  'audit settings values objects mappings changes history merge snapshots door intake touches hints sources hosts joins duplicates forgetting rate_limits runs approvals claims plan completion dead_letters conflicts inbox ' +
  'instant_push reconcile enrichment conditions filters scoring segments follow_ups assignment companies opportunities activities attribution events edge rollups measurements alerts doctor dashboard console upkeep integrity preview'
).split(' ');
const OTHER_FOLDERS: readonly string[] = ['', 'install', 'upgrades', 'monitoring'];

/** Where a file stands: its phase, its theme, its name. */
function placeOf(file: string): [phase: number, theme: number, name: string] {
  const [theme, name] = file.includes('/') ? file.split('/') : ['', file];
  if (![...THEMES, ...OTHER_FOLDERS].includes(theme))
    throw new Error(`migrations/${theme} has no place among the themes in stack/schema.ts.`);
  return [PHASES.findIndex((pattern) => pattern.test(file)), THEMES.indexOf(theme), name];
}

function compare(a: SchemaFile, b: SchemaFile): number {
  const [[phase, theme, name], [otherPhase, otherTheme, otherName]] = [placeOf(a.file), placeOf(b.file)];
  return phase - otherPhase || theme - otherTheme || name.localeCompare(otherName, 'en', { numeric: true });
}

/** Reads the sources, in the order in which they are applied. Rejects when one has no place in it. */
export async function readSchema(folder = FOLDER): Promise<SchemaFile[]> {
  const entries = await readdir(folder, { recursive: true });
  const files = entries
    .filter((file) => /^(\d+_\w+|.+[/\\].+)\.sql$/.test(file))
    .map((file) => file.replaceAll('\\', '/'));
  const read = files.map(async (file) => ({ file, sql: await readFile(join(folder, file), 'utf8') }));
  return (await Promise.all(read)).sort(compare);
}

/** The schema from its sources: what each of {@link SCRIPTS} holds. */
export async function schemaScripts(folder = FOLDER): Promise<[first: string, second: string]> {
  const files = await readSchema(folder);
  const cut = files.findIndex(({ file }) => file.startsWith(`${SECOND_FROM}/`) && !file.endsWith('/tables.sql'));
  const begin = files.findIndex(({ file }) => !file.startsWith('install/'));
  const [opening, first, second] = [files.slice(0, begin), files.slice(begin, cut), files.slice(cut)].map(printed);
  return [
    `${head(SCRIPTS[0])}${opening}${BEGIN}${first}select lead_sync.mark_what_is_new();\n`,
    `${head(SCRIPTS[1])}${FIRST_IS_THERE}${BEGIN}${second}select lead_sync.end_migration(${SCHEMA_VERSION});\nnotify pgrst, 'reload schema';\n`,
  ];
}

/** All of the schema, for one transaction. */
export async function schemaScript(folder = FOLDER): Promise<string> {
  return (await schemaScripts(folder)).join('');
}

const head = (script: string): string =>
  `-- ${script} of n8n-nodes-lead-sync, version ${SCHEMA_VERSION} of the database's schema, printed by gulp buildSchema from the files of migrations/ that are named below.
-- Paste all of ${SCRIPTS[0]} into the SQL editor of Supabase and run it, then all of ${SCRIPTS[1]}; or run psql -1 -v ON_ERROR_STOP=1 -f ${SCRIPTS[0]} -f ${SCRIPTS[1]}.
-- They may be applied again, and over an older version. They need PostgreSQL 15 or newer and the roles of Supabase. uninstall.sql takes everything back.
`;

/** Each script marks what it makes. */
const BEGIN = `select lead_sync.begin_migration(${SCHEMA_VERSION});\n`;

/** Both are of one version, and applied in their order. */
const FIRST_IS_THERE = `set local lock_timeout = '10s';
set local statement_timeout = '5min';
set local check_function_bodies = off;
do $$
declare
v_version integer := 0;
begin
if to_regprocedure('lead_sync.version_under_way()') is not null then
v_version := lead_sync.version_under_way();
end if;
if v_version <> ${SCHEMA_VERSION} then
raise exception '${SCRIPTS[0]} of this version was not applied yet.'
using errcode = 'object_not_in_prerequisite_state', detail = 'Nothing was changed.', hint = 'Apply ${SCRIPTS[0]}, then ${SCRIPTS[1]} again.';
end if;
end
$$;
`;

/** Without comments on lines of their own and behind code, blank lines and indentation. */
const withoutComments = (sql: string): string =>
  sql
    .replace(/^((?:[^'\n]|'[^'\n]*')*?) *-- .*$/gm, '$1')
    .replace(/^ +/gm, '')
    .replace(/^\n/gm, '');

/** Sources, each headed by its path, where its comments are. */
const printed = (files: readonly SchemaFile[]): string =>
  files.map(({ file, sql }) => `-- ${file}\n${withoutComments(sql)}`).join('');
