import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { SCHEMA_VERSION, schemaAdvice } from '../../nodes/SupabaseLeads/schema-version';
import { isObject } from '../../nodes/lead';
import { ownTable, schemaVersion } from '../database/schema';
import { CliError } from '../failure';
import { CONFIG_TABLES, type Config, type ConfigTable, type Row } from './tables';

/** What the file holds besides the sections. */
export interface ConfigFile {
  schema_version: number;
  config: Config;
}

async function rowsOf(client: Client, { table, key, leftOut }: ConfigTable): Promise<Row[]> {
  const { rows } = await client.query<{ row: Row }>(
    `select to_jsonb(t) - $1::text[] as row from ${await ownTable(client, table)} as t order by ${key.join(', ')}`,
    [leftOut],
  );
  return rows.map(({ row }) => row);
}

/** What the database holds. @throws CliError where its schema is not the one of this package */
export async function readConfig(client: Client): Promise<Config> {
  const held = await schemaVersion(client);
  if (held === null) throw new CliError('The database holds no lead sync.', 'Run setup first.');
  const advice = schemaAdvice(held.version);
  if (advice !== null) throw new CliError(advice, '');
  const config: Config = {};
  for (const table of CONFIG_TABLES) config[table.section] = await rowsOf(client, table);
  return config;
}

export function configText(config: Config): string {
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, config } satisfies ConfigFile, null, 2)}\n`;
}

/** Reads a file that `configText` wrote and a person may have edited. @throws CliError that names what is wrong */
export async function readConfigFile(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}).`, 'Give the path of a file that export-config wrote.');
  });
  return parseConfig(text, file);
}

export function parseConfig(text: string, file: string): Config {
  const next = 'Correct it, or write a new one with export-config.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${file} is no JSON: ${(error as Error).message}`, next);
  }
  if (!isObject(json) || !isObject(json.config)) throw new CliError(`${file} has no "config".`, next);
  if (json.schema_version !== SCHEMA_VERSION) {
    throw new CliError(
      `${file} is of version ${String(json.schema_version)} of the schema, this is version ${SCHEMA_VERSION}.`,
      'Apply it with the version of the package that wrote it, run upgrade, and export it anew.',
    );
  }
  for (const [section, rows] of Object.entries(json.config)) {
    const table = CONFIG_TABLES.find((known) => known.section === section);
    if (table === undefined) throw new CliError(`${file} has a section "${section}" that there is not.`, next);
    if (!Array.isArray(rows)) throw new CliError(`${file}: "${section}" is no list.`, next);
    const seen = new Set<string>();
    for (const [index, row] of rows.entries()) {
      const missing = isObject(row) ? table.key.find((column) => row[column] === undefined) : table.key[0];
      if (missing !== undefined)
        throw new CliError(`${file}: row ${index + 1} of "${section}" has no "${missing}".`, next);
      const name = keyOf(table, row as Row);
      if (seen.has(name)) throw new CliError(`${file}: "${section}" has ${name} twice.`, next);
      seen.add(name);
    }
  }
  return json.config as Config;
}

export const keyOf = ({ key }: ConfigTable, row: Row): string => key.map((column) => String(row[column])).join(' ');
