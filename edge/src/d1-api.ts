import type { Env } from './env';
import { HttpError, json, objectOf } from './http';

interface Query {
  sql: string;
  params?: unknown[];
}

/**
 * D1 as Cloudflare's own API answers (`/query`, `/raw`), so that n8n needs no token of the account.
 * @throws HttpError 404 unless the variable D1_API is on
 */
export async function answerD1(request: Request, { DB, D1_API: isOn }: Env, operation: string): Promise<Response> {
  if (isOn !== 'on') throw new HttpError(404, 'not_found', 'The variable D1_API is not "on".');
  const body = await objectOf(request);
  const queries = (Array.isArray(body.batch) ? body.batch : [body]) as Query[];
  if (queries.length === 0 || queries.some((query) => typeof query?.sql !== 'string'))
    return failure(400, 7400, 'The request is malformed: sql is missing');
  try {
    const results = await DB.batch<Record<string, unknown>>(
      queries.map(({ sql, params = [] }) =>
        DB.prepare(sql).bind(...params.map((value) => (value === null ? null : String(value)))),
      ),
    );
    const result =
      operation === 'query'
        ? results
        : results.map(({ results: rows, ...rest }) => ({ ...rest, results: rawOf(rows) }));
    return json({ result, errors: [], messages: [], success: true });
  } catch (error) {
    return failure(400, 7500, (error as Error).message.replace(/^D1_\w+: /, ''));
  }
}

function failure(status: number, code: number, message: string): Response {
  return json({ result: [], errors: [{ code, message }], messages: [], success: false }, status);
}

function rawOf(rows: Array<Record<string, unknown>>): object {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => columns.map((name) => row[name])) };
}
