import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SCHEMA_VERSION } from '../nodes/SupabaseLeads/schema-version';

/** One of the files from which `lead-sync.sql` is put together. */
export interface SchemaFile {
  /** Path in `migrations`, e.g. `values/clean.sql`. */
  file: string;
  sql: string;
}

const FOLDER = resolve('migrations');
const HEAD = `-- Version ${SCHEMA_VERSION} of the database's schema of n8n-nodes-lead-sync, printed by gulp buildSchema from the files of migrations/ that are named below.
-- Paste all of it into the SQL editor of Supabase, or run psql -1 -v ON_ERROR_STOP=1 -f lead-sync.sql. It may be applied again, and over an older
-- version. It needs PostgreSQL 15 or newer and the roles of Supabase. uninstall.sql takes everything back.
`;

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

/** The schema as one script, from the sources: what `lead-sync.sql` is. */
export async function schemaScript(folder = FOLDER): Promise<string> {
  return joinSchema(await readSchema(folder));
}

/** Without comments on lines of their own and behind code, blank lines and indentation. */
const withoutComments = (sql: string): string =>
  sql
    .replace(/^((?:[^'\n]|'[^'\n]*')*?) *-- .*$/gm, '$1')
    .replace(/^ +/gm, '')
    .replace(/^\n/gm, '');

/**
 * One script of all sources, for one transaction: they look first whether they may begin, and note their version last. Each source
 * is headed by its path, where its comments are: with them the script would be too large for the SQL editor of Supabase.
 */
function joinSchema(files: readonly SchemaFile[]): string {
  const begin = files.findIndex(({ file }) => !file.startsWith('install/'));
  const parts = files.map(({ file, sql }) => `-- ${file}\n${withoutComments(sql)}`);
  parts.splice(begin, 0, `select lead_sync.begin_migration(${SCHEMA_VERSION});\n`);
  parts.push(`select lead_sync.end_migration(${SCHEMA_VERSION});\n`, "notify pgrst, 'reload schema';\n");
  return [HEAD, ...parts].join('');
}
