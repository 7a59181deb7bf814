import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';

/** The committed one, which a test compares. */
export const SNAPSHOT = 'migrations/schema-snapshot.txt';

/** The schema as a database holds it, as text from its catalog. */
export async function schemaSnapshot(client: Client): Promise<string> {
  const query = await readFile(join(__dirname, 'snapshot.sql'), 'utf8');
  await client.query("begin; set local search_path = ''");
  const { rows } = await client.query<{ text: string }>(query);
  await client.query('rollback');
  return rows.map(({ text }) => `${text}\n`).join('');
}
