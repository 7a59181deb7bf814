import type { Statement, StatementResult } from './ports';
import type { EdgeSession } from './session';

/** Rows as texts that nobody parses, and the statements that take them, joined to an array, as their one parameter. */
export interface RowSet {
  sql: string[];
  rows: string[];
}

/** Key and version of a row that D1 refused, and its reason. */
export type Refused = [key: string, version: number, reason: string];

/** Rows with the key and version by which they are acknowledged. */
export interface VersionedRows {
  sql: string[];
  rows: Array<{ text: string; version: [string, number] }>;
}

interface Sent {
  applied: Array<[string, number]>;
  refused: Refused[];
  /** What the statements before the rows answered, the first time that they were sent. */
  first: StatementResult[];
}

/**
 * Sends rows in one transaction. What D1 refuses for what is in it is halved until the bad row stands alone: the others land.
 * @param around statements that go with the rows, however they are parted
 */
export async function sendRows(
  session: EdgeSession,
  sets: readonly VersionedRows[],
  around: { before: Statement[]; after: Statement[] },
): Promise<Sent> {
  const versions = sets.flatMap(({ rows }) => rows.map(({ version }) => version));
  if (versions.length === 0) return { applied: [], refused: [], first: [] };
  const outcome = await session.send([...around.before, ...sets.flatMap(statementsOf), ...around.after]).then(
    (results) => ({ results }),
    (error: unknown) => ({ error }),
  );
  if ('results' in outcome)
    return { applied: versions, refused: [], first: outcome.results.slice(0, around.before.length) };
  const reason = session.ports.control.refusalOf(outcome.error);
  if (reason === null) return await Promise.reject(outcome.error as Error);
  if (versions.length === 1) return { applied: [], refused: [[...versions[0], reason]], first: [] };
  const [left, right] = halves(sets, Math.ceil(versions.length / 2));
  const one = await sendRows(session, left, around);
  const other = await sendRows(session, right, around);
  return {
    applied: [...one.applied, ...other.applied],
    refused: [...one.refused, ...other.refused],
    first: one.first.length > 0 ? one.first : other.first,
  };
}

function statementsOf({ sql, rows }: VersionedRows): Statement[] {
  if (rows.length === 0) return [];
  const params = [`[${rows.map(({ text }) => text).join(',')}]`];
  return sql.map((text) => ({ sql: text, params }));
}

function halves(sets: readonly VersionedRows[], middle: number): [VersionedRows[], VersionedRows[]] {
  let left = middle;
  const cut = sets.map(({ sql, rows }) => {
    const here = rows.slice(0, left);
    left -= here.length;
    return [
      { sql, rows: here },
      { sql, rows: rows.slice(here.length) },
    ];
  });
  return [cut.map(([head]) => head), cut.map(([, tail]) => tail)];
}
