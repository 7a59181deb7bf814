import type { D1Database } from '@cloudflare/workers-types';
import { HttpError } from './http';

/** D1 takes 2,000,000 bytes a parameter. */
const LONGEST_PARAMETER_BYTES = 1_900_000;

/**
 * Rows as JSON lists, none of them longer than a parameter may be.
 * @throws HttpError 413 when a row alone is
 */
export function parametersOf(rows: readonly unknown[]): string[] {
  const lists: string[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const text = JSON.stringify(row);
    const length = new TextEncoder().encode(text).length + 1;
    if (length >= LONGEST_PARAMETER_BYTES)
      throw new HttpError(413, 'too_large', `One row is longer than ${LONGEST_PARAMETER_BYTES} bytes.`);
    if (bytes + length >= LONGEST_PARAMETER_BYTES) {
      lists.push([]);
      bytes = 0;
    }
    lists[lists.length - 1].push(text);
    bytes += length;
  }
  return lists.map((texts) => `[${texts.join(',')}]`);
}

/** Writes lists of rows in one transaction, by a statement that takes rows as its one parameter. Gives how many it returns. */
export async function writeRows(
  db: D1Database,
  sql: string,
  lists: ReadonlyArray<readonly unknown[]>,
): Promise<number> {
  const parameters = lists.flatMap(parametersOf);
  if (parameters.length === 0) return 0;
  const results = await db.batch(parameters.map((list) => db.prepare(sql).bind(list)));
  return results.reduce((sum, result) => sum + result.results.length, 0);
}
