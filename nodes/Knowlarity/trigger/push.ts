import type { RawCall } from '../calls/types';

/** Bytes; a push has a dozen short fields. */
export const LARGEST_PUSH = 100_000;
/** Calls of one push: what names more is none. */
const MOST_CALLS = 100;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The calls that a push names: fields in the query, a form, JSON or under `data` (an object, a list, or JSON as a text), as
 * accounts are set up. Null for a body that is none of these.
 * @param body parsed by n8n, or the text of one whose type said nothing of what it is
 */
export function callsIn(query: Record<string, unknown>, body: unknown): RawCall[] | null {
  const fields = fieldsIn(body);
  if (fields === null) return null;
  const { data, ...others } = fields as { data?: unknown };
  const nested = typeof data === 'string' ? fieldsIn(data) : data;
  const calls = (Array.isArray(nested) ? nested : [nested]).filter(isObject).slice(0, MOST_CALLS);
  const all = { ...flat(query), ...flat(others) };
  return calls.length === 0 ? [all] : calls.map((call) => ({ ...all, ...flat(call) }));
}

function fieldsIn(body: unknown): Record<string, unknown> | null {
  if (isObject(body)) return body;
  if (Array.isArray(body)) return { data: body };
  if (body === undefined || body === null || body === '') return {};
  if (typeof body !== 'string') return null;
  try {
    const json = JSON.parse(body) as unknown;
    return isObject(json) ? json : Array.isArray(json) ? { data: json } : null;
  } catch {
    return body.includes('=') ? Object.fromEntries(new URLSearchParams(body)) : null;
  }
}

/** A field that is there twice comes as a list: the first counts. */
function flat(fields: Record<string, unknown>): RawCall {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? (value[0] as unknown) : value]),
  );
}
