import type { Json } from './json';

/** A request as the double takes it, with or without a socket. `path` includes the query string. */
export interface DoubleRequest {
  method: string;
  path: string;
  headers?: Record<string, string | undefined>;
  /** Raw text, or a value to be sent as JSON. */
  body?: string | Json;
}

export interface DoubleResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** What becomes of the answer on its way: `drop` closes the connection unanswered, `cut` in the middle of the body. */
  fate?: 'drop' | 'cut';
  /** Milliseconds that the answer is held back, which only the socket does. */
  delayMs: number;
}

/** A request taken apart. */
export interface Call {
  method: string;
  /** Path without the query string, as sent. */
  path: string;
  segments: string[];
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: Json | undefined;
}

/** What a route answers. A body that is a string and no JSON is sent with its own content type. */
export interface Answer {
  status: number;
  body: Json;
  contentType?: string;
}

export function ok(body: Json): Answer {
  return { status: 200, body };
}

export function createdAnswer(body: Json): Answer {
  return { status: 201, body };
}

/** The answer to a path that no part of the server knows. */
export function cannot(call: Call): Answer {
  return {
    status: 404,
    body: { message: `Cannot ${call.method} ${call.path}`, error: 'Not Found', statusCode: 404 },
  };
}
