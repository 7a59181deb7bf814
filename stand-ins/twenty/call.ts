import { readOperation } from './graphql/document';
import { rootName } from './graphql/roots';
import { readGraphqlRequest } from './graphql/execute';
import type { Call, DoubleRequest } from './http';
import type { Json } from './json';
import type { Schema } from './metadata/schema';

/** Bodies beyond this are refused: 10 MB. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

export type Unreadable = { tooLarge: true } | { syntaxError: string };

function headersOf(request: DoubleRequest): Call['headers'] {
  const headers: Call['headers'] = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}

function bodyOf(raw: string, contentType: string): Json | undefined {
  if (raw === '') return undefined;
  return contentType.includes('json') ? (JSON.parse(raw) as Json) : raw;
}

/** Takes a request apart; tells why when its body cannot be read. */
export function readCall(request: DoubleRequest): Call | Unreadable {
  const headers = headersOf(request);
  const isText = typeof request.body === 'string';
  const raw = request.body === undefined ? '' : isText ? String(request.body) : JSON.stringify(request.body);
  if (raw.length > MAX_BODY_BYTES || Buffer.byteLength(raw) > MAX_BODY_BYTES) return { tooLarge: true };
  const url = new URL(request.path, 'http://double');
  try {
    return {
      method: request.method.toUpperCase(),
      path: url.pathname,
      segments: url.pathname.split('/').filter((segment) => segment !== ''),
      query: url.searchParams,
      headers,
      body: bodyOf(raw, headers['content-type'] ?? 'application/json'),
    };
  } catch (error) {
    return { syntaxError: error instanceof Error ? error.message : String(error) };
  }
}

function graphqlOperations(call: Call): string[] {
  const request = readGraphqlRequest(call.body);
  if (request === undefined) return [];
  try {
    return readOperation(request.query, request.variables, request.operationName).roots.map(({ name }) => name.value);
  } catch {
    return [];
  }
}

function restOperation(call: Call, schema: Schema): string | undefined {
  const [, first, second] = call.segments;
  const prefix = first === 'batch' || first === 'restore' ? first : undefined;
  const object = schema.plural((prefix === undefined ? first : second) ?? '');
  if (object === undefined) return undefined;
  const isOne = prefix === undefined && second !== undefined;
  const soft = call.query.get('soft_delete') === 'true';
  switch (call.method) {
    case 'GET':
      return rootName(isOne ? 'findOne' : 'findMany', object);
    case 'POST':
      return second === 'duplicates'
        ? rootName('duplicates', object)
        : rootName(prefix === 'batch' ? 'createMany' : 'createOne', object);
    case 'DELETE':
      return rootName(`${soft ? 'delete' : 'destroy'}${isOne ? 'One' : 'Many'}`, object);
    default:
      if (prefix === 'restore') return rootName('restoreMany', object);
      return rootName(isOne ? 'updateOne' : 'updateMany', object);
  }
}

/** The root operations that a request is about to run, by the names that statistics and faults use. */
export function operationsOf(call: Call, schema: Schema): string[] {
  if (call.path.startsWith('/graphql')) return graphqlOperations(call);
  const operation = call.segments[0] === 'rest' ? restOperation(call, schema) : undefined;
  return operation === undefined ? [] : [operation];
}
