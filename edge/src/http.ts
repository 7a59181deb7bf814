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
  const body: unknown = await textOf(request)
    .then(JSON.parse)
    .catch((error: unknown) => {
      if (error instanceof HttpError) throw error;
      return null;
    });
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpError(400, 'bad_request', 'The body must be a JSON object.');
  return body as Record<string, unknown>;
}

/** The body as text. Its bytes are counted as they come: one that is sent in chunks does not tell its length. */
async function textOf(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  if (request.body === null) return text;
  const reader = request.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const chunk = read.value as Uint8Array;
    bytes += chunk.byteLength;
    if (bytes > LONGEST_BODY_BYTES) {
      await reader.cancel();
      throw new HttpError(413, 'too_large', `The body is longer than ${LONGEST_BODY_BYTES} bytes.`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
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
