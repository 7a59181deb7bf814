export interface Query {
  sql: string;
  params?: unknown[];
}

/** From Cloudflare's page of D1's limits; workerd itself enforces those of parameters, statement bytes and columns. */
const LONGEST_VALUE_BYTES = 2_000_000;
const MOST_ARGUMENTS = 32;

/** Production refuses what workerd takes. */
export class LimitExceeded extends Error {
  override name = 'LimitExceeded';
}

/** @throws LimitExceeded where D1 in production refuses what workerd takes: values over 2 MB, functions of more than 32 arguments */
export function assertProductionLimits({ sql, params = [] }: Query): void {
  for (const value of params) {
    if (typeof value === 'string' && Buffer.byteLength(value) > LONGEST_VALUE_BYTES)
      throw new LimitExceeded('string or blob too big: SQLITE_TOOBIG');
  }
  const name = widestCall(sql);
  if (name !== null) throw new LimitExceeded(`too many arguments on function ${name}: SQLITE_ERROR`);
}

/** The name of a function that is called with too many arguments; null for none. */
function widestCall(sql: string): string | null {
  const calls: Array<{ name: string | null; commas: number }> = [];
  const text = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*/g, 'x');
  for (const [token] of text.matchAll(/\w+\s*\(|[(),]/g)) {
    if (token === ')') {
      const call = calls.pop();
      if (call?.name && FUNCTIONS.test(call.name) && call.commas >= MOST_ARGUMENTS) return call.name;
    } else if (token === ',') {
      const call = calls.at(-1);
      if (call) call.commas += 1;
    } else {
      calls.push({ name: token === '(' ? null : token.replace(/\s*\($/, ''), commas: 0 });
    }
  }
  return null;
}

/** Names before a parenthesis that take many arguments; a column list or `values (…)` is no call. */
const FUNCTIONS = /^(json_array|json_object|coalesce|max|min|concat|concat_ws|printf|format)$/i;
