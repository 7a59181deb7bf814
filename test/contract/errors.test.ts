import { defineCase, describeContract } from './support/cases';

const QUERY = '{people(first:1){edges{node{id}}}}';
const USER_MESSAGE = { id: expect.any(String) as string, message: 'You must be authenticated to perform this action.' };

describeContract('requests that cannot be served', [
  defineCase({
    name: 'REST: no key',
    send: () => ({ path: '/rest/people?limit=1', authorization: null }),
    status: 403,
    shows: () => ({ statusCode: 403, messages: ['Missing authentication token'], error: 'FORBIDDEN_EXCEPTION' }),
  }),
  defineCase({
    name: 'GraphQL: no key, and so no such field',
    send: () => ({ query: QUERY, authorization: null }),
    shows: () => ({
      errors: [{ message: 'Cannot query field "people" on type "Query".', locations: [{ line: 1, column: 2 }] }],
    }),
  }),
  defineCase({
    name: 'REST: a key that is rubbish',
    send: () => ({ path: '/rest/people?limit=1', authorization: 'Bearer rubbish' }),
    status: 401,
    shows: () => ({ statusCode: 401, messages: ['Token invalid.'], error: 'UNAUTHENTICATED' }),
  }),
  defineCase({
    name: 'GraphQL: a key that is rubbish',
    send: () => ({ query: QUERY, authorization: 'Bearer rubbish' }),
    shows: () => ({
      errors: [
        {
          message: 'Token invalid.',
          extensions: { userFriendlyMessage: USER_MESSAGE, subCode: 'UNAUTHENTICATED', code: 'UNAUTHENTICATED' },
        },
      ],
    }),
  }),
  ...['/rest/people', '/graphql'].map((path) =>
    defineCase({
      name: `${path}: a body of more than 10 MB`,
      send: () => ({ method: 'POST', path, raw: `{"jobTitle":"${'x'.repeat(11 * 1024 * 1024)}"}` }),
      status: 500,
      shows: () => 'request entity too large',
    }),
  ),
  ...['/rest/people', '/graphql'].map((path) =>
    defineCase({
      name: `${path}: a body that is no JSON`,
      send: () => ({ method: 'POST', path, raw: '{bad json' }),
      status: 400,
      shows: () => ({
        message: "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
        error: 'Bad Request',
        statusCode: 400,
      }),
    }),
  ),
  defineCase({
    name: 'a body that is plain text',
    send: () => ({ method: 'POST', path: '/rest/people', raw: '{"jobTitle":"a"}', contentType: 'text/plain' }),
    refused: { error: 'TypeError', message: `Cannot create property 'position' on string '{"jobTitle":"a"}'` },
  }),
  defineCase({
    name: 'a NUL character',
    send: () => ({ method: 'POST', path: '/rest/people', body: { jobTitle: 'nul\u0000char' } }),
    refused: { status: 500, error: 'InternalServerErrorException', message: 'Data validation error.' },
  }),
  defineCase({
    name: 'GraphQL: a NUL character',
    given: (target) => Promise.resolve(target.unique('nul')),
    send: (label) => ({
      query: 'mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}',
      variables: { d: [{ jobTitle: label }, { name: { firstName: 'nul\u0000char' } }] },
    }),
    refused: { message: 'Data validation error.', code: 'INTERNAL_SERVER_ERROR' },
    effect: async ({ given, target }) => {
      const filter = encodeURIComponent(`jobTitle[eq]:"${given}"`);
      expect((await target.rest('GET', `people?filter=${filter}`)).body).toMatchObject({ totalCount: 0 });
    },
  }),
  defineCase({
    name: 'a REST path that leads nowhere',
    send: () => ({ path: '/rest/nothing/at/all/here' }),
    refused: {
      message:
        "Query path '/rest/nothing/at/all/here' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies",
    },
  }),
  defineCase({
    name: 'a path that leads nowhere',
    send: () => ({ path: '/nope' }),
    status: 404,
    shows: () => ({ message: 'Cannot GET /nope', error: 'Not Found', statusCode: 404 }),
  }),
]);
