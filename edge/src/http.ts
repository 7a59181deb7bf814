/** What a caller did wrong, or what did not work; carried up to the one place that answers. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const json = (body: unknown, status = 200): Response => Response.json(body, { status });

/** The longest body that is read. */
const LONGEST_BODY_BYTES = 8_000_000;

/**
 * The body as a JSON object.
 * @throws HttpError 400 when it is none, 413 when it is too long
 */
export async function objectOf(request: Request): Promise<Record<string, unknown>> {
  if (Number(request.headers.get('content-length') ?? 0) > LONGEST_BODY_BYTES)
    throw new HttpError(413, 'too_large', `The body is longer than ${LONGEST_BODY_BYTES} bytes.`);
  const body: unknown = await request.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpError(400, 'bad_request', 'The body must be a JSON object.');
  return body as Record<string, unknown>;
}

/**
 * A list in the body, of objects.
 * @throws HttpError 400 when it is none, or too long
 */
export function listIn(body: Record<string, unknown>, name: string, longest: number): Array<Record<string, unknown>> {
  const list = body[name];
  if (!Array.isArray(list) || list.length > longest || list.some((item) => typeof item !== 'object' || item === null))
    throw new HttpError(400, 'bad_request', `${name} must be a list of at most ${longest} objects.`);
  return list as Array<Record<string, unknown>>;
}

/** A whole number of the query or the body, within bounds; `otherwise` where it is left out. */
export function numberIn(value: unknown, name: string, bounds: { otherwise: number; most: number }): number {
  if (value === null || value === undefined) return bounds.otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > bounds.most)
    throw new HttpError(400, 'bad_request', `${name} must be a whole number from 1 to ${bounds.most}.`);
  return number;
}
