import { failureOfAnswer } from '../../../nodes/CloudflareD1/transport/failures';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const said = (code: number, message: string) => ({ result: [], errors: [{ code, message }], success: false });

test.each([
  ['D1 DB is overloaded. Requests queued for too long.', 'overloaded'],
  ['D1 DB storage operation exceeded timeout which caused object to be reset.', 'server'],
  ['D1 DB reset because its code was updated.', 'server'],
  ['Network connection lost.', 'server'],
  ['internal error; reference = e_1', 'server'],
  ['Exceeded maximum DB size: SQLITE_FULL', 'full'],
  ['no such table: prospects: SQLITE_ERROR', 'missing_table'],
  ['error in view hot: no such table: main.prospects: SQLITE_ERROR', 'statement'],
  ['no such column: nmae at offset 7: SQLITE_ERROR', 'statement'],
  ['near "selct": syntax error at offset 0: SQLITE_ERROR', 'statement'],
  ['UNIQUE constraint failed: pets.name: SQLITE_CONSTRAINT', 'refused'],
  ['cannot store TEXT value in INTEGER column pets.age: SQLITE_CONSTRAINT', 'refused'],
  ['string or blob too big: SQLITE_TOOBIG', 'refused'],
])('%j is %s, under the one code that all of these have', (message, kind) => {
  expect(failureOfAnswer(answer(400, said(7500, message)))).toEqual({ kind, detail: message, httpStatus: 400 });
});

test('a database ID that is none is told apart from a bad query', () => {
  const invalid = answer(400, said(7400, 'Invalid property: databaseId => Invalid uuid'));

  expect(failureOfAnswer(invalid).kind).toBe('not_found');
});

test.each([
  [
    429,
    said(971, 'Please wait and consider throttling your request speed'),
    { 'retry-after': '7' },
    'throttled',
    7_000,
  ],
  [429, 'Too many requests', {}, 'throttled', undefined],
])('%i is throttling, with its pause where one is named', (status, body, headers, kind, retryAfterMs) => {
  expect(failureOfAnswer(answer(status, body, headers as Record<string, string>))).toMatchObject({
    kind,
    ...(retryAfterMs ? { retryAfterMs } : {}),
  });
});

test.each([
  ['a redirect', 302, '', 'wrong_url'],
  ['a page of another server', 404, '<!doctype html><title>Not found</title>', 'wrong_url'],
  ['a challenge', 403, '<html>Just a moment...</html>', 'firewall'],
  ['an error page of the gateway', 502, '<html>cloudflare: bad gateway</html>', 'server'],
  ['half an answer', 200, '{"result": [{"resul', 'cut_off'],
  [
    'a Worker whose D1_API is off',
    404,
    { error: { code: 'not_found', message: 'The variable D1_API is not "on".' } },
    'not_found',
  ],
  [
    'a Worker with another token',
    401,
    { error: { code: 'unauthorized', message: 'The bearer token is missing.' } },
    'auth',
  ],
])('%s is told apart', (_what, status, body, kind) => {
  expect(failureOfAnswer(answer(status, body)).kind).toBe(kind);
});
