/** What D1 says where a row does not fit: its types, constraints and sizes. Anything else (a column that is missing, a syntax error) concerns all rows. */
const REFUSALS = [
  /cannot store \w+ value/i,
  /constraint failed/i,
  /datatype mismatch/i,
  /string or blob too big/i,
  /SQLITE_TOOBIG/,
];
const MISSING_COLUMN = /has no column named|no such column/i;
const DEPENDENT = /error in ((?:view|trigger) .+?)(?: after rename)?: /i;
const MISSING_TABLE = /no such table: "?(\w+)/i;

/** The reason in a message of D1 where it refused a batch for what is in it; null for any other message. */
export function refusalIn(message: string): string | null {
  return REFUSALS.some((pattern) => pattern.test(message)) ? message : null;
}

/** Whether a message of D1 says that a table lacks a column. */
export function tellsMissingColumn(message: string): boolean {
  return MISSING_COLUMN.test(message);
}

/** The view or trigger of D1 that keeps a table it reads from being replaced; null for any other message. */
export function dependentIn(message: string): string | null {
  return DEPENDENT.exec(message)?.[1] ?? null;
}

/** The table that D1 says it lacks; null for any other message, and where a view or trigger is what lacks it. */
export function missingTableIn(message: string): string | null {
  if (dependentIn(message) !== null) return null;
  return MISSING_TABLE.exec(message)?.[1] ?? null;
}
