import type { INode } from 'n8n-workflow';
import { toNodeApiError } from '../../../../nodes/Twenty/transport/errors';
import { describeFailure } from '../../../../nodes/Twenty/transport/failure-texts';
import { graphqlFailure, statusFailure, unreadableAnswer } from '../../../../nodes/Twenty/transport/failures';
import { thrownFailure } from '../../../../nodes/http/network-failures';

const answer = (status: number, body: unknown) => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const NODE: INode = { id: '1', name: 'Twenty', type: 'twenty', typeVersion: 1, position: [0, 0], parameters: {} };
const thrown = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });

describe('classifying answers of the REST API', () => {
  it.each([
    [401, { statusCode: 401, messages: ['Token invalid.'], error: 'UNAUTHENTICATED' }, 'auth'],
    [401, { statusCode: 401, messages: ['Token has expired.'], error: 'UNAUTHENTICATED' }, 'auth'],
    [403, { statusCode: 403, messages: ['Missing authentication token'], error: 'FORBIDDEN_EXCEPTION' }, 'auth'],
    [403, { statusCode: 403, messages: ['This API Key is revoked'], error: 'FORBIDDEN_EXCEPTION' }, 'auth'],
    [
      400,
      {
        statusCode: 400,
        error: 'Error',
        messages: ['Entity performing the request does not have permission'],
        code: 'PERMISSION_DENIED',
      },
      'permission',
    ],
    [404, { statusCode: 404, error: 'NotFoundException', messages: ['Record not found'] }, 'not_found'],
    [
      429,
      { statusCode: 429, error: 'HttpException', messages: ['Limit reached (100 tokens per 60000 ms)'] },
      'rate_limit',
    ],
    [400, { statusCode: 400, error: 'BadRequestException', messages: ['A duplicate entry was detected'] }, 'duplicate'],
    [
      400,
      {
        statusCode: 400,
        error: 'BadRequestException',
        messages: ['Object person doesn\'t have any "bogus" field.'],
      },
      'missing_field',
    ],
    [400, { statusCode: 400, error: 'BadRequestException', messages: ['Invalid string value 123'] }, 'validation'],
    [500, 'request entity too large', 'validation'],
    [500, { statusCode: 500, error: 'InternalServerErrorException', messages: ['Data validation error.'] }, 'server'],
    [404, { message: 'Cannot POST /nope/graphql', error: 'Not Found', statusCode: 404 }, 'wrong_url'],
    [404, '<html>nginx</html>', 'wrong_url'],
    [502, '<html>Bad Gateway</html>', 'server'],
    [403, '<!DOCTYPE html><title>Just a moment...</title>', 'firewall'],
    [503, '<!DOCTYPE html><title>Just a moment...</title>', 'firewall'],
    [403, '<html><title>Attention Required! | Cloudflare</title></html>', 'firewall'],
    [522, '<html><title>522: Connection timed out | Cloudflare</title></html>', 'server'],
    [403, '<html><form action="/login"></form></html>', 'wrong_url'],
    [401, '<html><form action="/login"></form></html>', 'wrong_url'],
    [429, '<html>Too Many Requests</html>', 'rate_limit'],
    [402, { statusCode: 402, messages: ['Subscription required'] }, 'quota'],
    [402, 'Payment Required', 'quota'],
    [307, '', 'wrong_url'],
  ])('%i %j is %s', (status, body, category) => {
    expect(statusFailure(answer(status, body)).category).toBe(category);
  });

  it('takes a server error for unknown: the write may have landed', () => {
    expect(statusFailure(answer(503, 'Service Unavailable')).outcome).toBe('unknown');
  });

  it('names the fields that the metadata API refused', () => {
    const failure = statusFailure(
      answer(400, {
        statusCode: 400,
        error: 'METADATA_VALIDATION_ERROR',
        message: 'Multiple validation errors occurred while creating fields',
        errors: { fieldMetadata: [{ errors: [{ code: 'NOT_AVAILABLE', message: 'Name "x" is not available' }] }] },
      }),
    );

    expect(failure.detail).toBe('Name "x" is not available');
  });
});

describe('classifying errors of the GraphQL API, which come with status 200', () => {
  it.each([
    [{ message: 'Token invalid.', extensions: { code: 'UNAUTHENTICATED', subCode: 'UNAUTHENTICATED' } }, 'auth'],
    [{ message: 'This API Key is revoked', extensions: { code: 'FORBIDDEN', subCode: 'FORBIDDEN_EXCEPTION' } }, 'auth'],
    [
      { message: 'Entity performing the request does not have permission', extensions: { code: 'FORBIDDEN' } },
      'permission',
    ],
    [
      {
        message: 'Limit reached (100 tokens per 60000 ms)',
        extensions: { code: 'BAD_USER_INPUT', subCode: 'LIMIT_REACHED' },
      },
      'rate_limit',
    ],
    [{ message: 'Record not found', extensions: { code: 'NOT_FOUND', subCode: 'RECORD_NOT_FOUND' } }, 'not_found'],
    [{ message: 'Cannot query field "bogus" on type "Query".' }, 'not_found'],
    [{ message: 'Syntax Error: Unexpected <EOF>.' }, 'validation'],
    [{ message: 'Data validation error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }, 'server'],
    [{ message: 'An error occurred.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }, 'server'],
  ])('%j is %s', (error, category) => {
    expect(graphqlFailure([error], 200).category).toBe(category);
  });

  it('keeps the record that holds a unique value', () => {
    const failure = graphqlFailure(
      [
        {
          message: 'A duplicate entry was detected',
          extensions: { code: 'BAD_USER_INPUT', conflictingRecordId: '665541f3-5fb8-4d4e-ace7-84aa0b1f7429' },
        },
      ],
      200,
    );

    expect(failure).toMatchObject({
      category: 'duplicate',
      outcome: 'refused',
      conflictingRecordId: '665541f3-5fb8-4d4e-ace7-84aa0b1f7429',
    });
    expect(describeFailure(failure)).toContain('665541f3-5fb8-4d4e-ace7-84aa0b1f7429');
  });

  it('reads how many records the server takes', () => {
    const failure = graphqlFailure([{ message: 'Maximum number of records to upsert is 60.' }], 200);

    expect(failure.maxRecords).toBe(60);
  });

  it('sees a relation to a record that is gone', () => {
    const message =
      'insert or update on table "person" violates foreign key constraint "FK_ee066ddacfce46c9a7cb90edd1a"';

    expect(graphqlFailure([{ message }], 200)).toMatchObject({ category: 'validation', staleReference: true });
  });
});

it('takes what the database of Twenty fails with for a refusal, not for a fault of the data', () => {
  const message = 'Data validation error.';
  const failed = { category: 'server', outcome: 'refused', detail: message };

  expect(graphqlFailure([{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }], 200)).toMatchObject(failed);
  expect(statusFailure(answer(500, { statusCode: 500, messages: [message] }))).toMatchObject(failed);
});

describe('classifying requests without an answer', () => {
  it.each([
    ['ECONNREFUSED', 'network', 'not_sent'],
    ['ENOTFOUND', 'network', 'not_sent'],
    ['ECONNRESET', 'cut_off', 'unknown'],
    ['EPROTO', 'network', 'unknown'],
    ['ECONNABORTED', 'timeout', 'unknown'],
    ['ETIMEDOUT', 'timeout', 'unknown'],
    ['ERR_CANCELED', 'cancelled', 'unknown'],
  ])('%s is %s and %s', (code, category, outcome) => {
    expect(thrownFailure(thrown(code))).toMatchObject({ category, outcome });
  });

  it('keeps the codes out of the detail, because n8n replaces messages that hold one', () => {
    const { detail, networkError } = thrownFailure(thrown('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9'));

    expect(detail).toBe('nothing listens at this address');
    expect(networkError).toBe('connect ECONNREFUSED 127.0.0.1:9, ECONNREFUSED');
  });

  it('finds the code below wrappers', () => {
    const wrapped = new Error('wrapped', { cause: new Error('wrapped again', { cause: thrown('ECONNREFUSED') }) });

    expect(thrownFailure(wrapped)).toMatchObject({ category: 'network', outcome: 'not_sent' });
  });

  it('takes JSON that breaks off for a lost answer, and a web page for a wrong URL', () => {
    expect(unreadableAnswer(answer(200, '{"data":{"peop'))).toMatchObject({ category: 'cut_off', outcome: 'unknown' });
    expect(unreadableAnswer(answer(200, '<!doctype html>'))).toMatchObject({ category: 'wrong_url' });
    expect(unreadableAnswer(answer(200, '<html>Just a moment...'))).toMatchObject({ category: 'firewall' });
  });

  it('tells whoever repeats a write without an answer to read first', () => {
    const messageAfter = (code: string) => toNodeApiError(NODE, thrownFailure(thrown(code))).message;

    expect(messageAfter('ECONNRESET')).toContain('may have landed');
    expect(messageAfter('ECONNREFUSED')).not.toContain('may have landed');
  });
});

describe('what a failure says', () => {
  it.each([
    ['auth', 'Token invalid.', /^Twenty does not accept the API key: Token invalid\. Create a new key in Twenty/],
    [
      'rate_limit',
      'no call was free within 240 s',
      /left no room for longer .*: no call was free within 240 s\. Run again later/,
    ],
    ['network', 'its host name is unknown', /^Twenty cannot be reached: its host name is unknown\. Check the URL/],
    ['cut_off', 'it broke off after 12 characters', /was cut off: it broke off after 12 characters\. Run again/],
    ['firewall', 'a web page came instead of JSON (HTTP 403)', /^A firewall in front of Twenty .*address of this n8n/],
    ['wrong_url', 'a web page came instead of JSON', /^No Twenty API answers .*\. Set it to https:/],
  ] as const)('%s: what happened and what to do, in the message itself', (category, detail, says) => {
    const { message } = toNodeApiError(NODE, { category, outcome: 'refused', detail, httpStatus: null });

    expect(message).toMatch(says);
    expect(message.length).toBeLessThan(300);
  });
});
