import { Target, isRealServer } from './support/target';

/** Keys that are expired, revoked or without rights can only be made where one may make keys. */
const suite = isRealServer ? describe.skip : describe;

suite('keys (not on a real server: they would have to be made first)', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.open();
  });
  afterAll(() => target.close());

  const issue = (options: Parameters<NonNullable<Target['double']>['keys']['issue']>[0]): string =>
    `Bearer ${target.double?.keys.issue(options) ?? ''}`;
  const QUERY = '{people(first:1){edges{node{id}}}}';

  test.each([
    {
      state: 'expired',
      options: { expiresAt: new Date(0) },
      status: 401,
      message: 'Token has expired.',
      code: 'UNAUTHENTICATED',
    },
    {
      state: 'revoked',
      options: { revoked: true },
      status: 403,
      message: 'This API Key is revoked',
      code: 'FORBIDDEN',
    },
  ])('an $state key is told so, in REST by status, in GraphQL by code', async ({ options, status, message, code }) => {
    const authorization = issue(options);
    const rest = await target.send({ path: '/rest/people', authorization });
    const graphql = await target.send({ query: QUERY, authorization });
    expect(rest).toMatchObject({ status, body: { statusCode: status, messages: [message] } });
    expect(graphql).toMatchObject({ status: 200, body: { errors: [{ message, extensions: { code } }] } });
  });

  test('a key without rights reads', async () => {
    const answer = await target.send({ query: QUERY, authorization: issue({ readOnly: true }) });
    expect(answer.body).toEqual({ data: { people: { edges: expect.any(Array) as unknown } } });
  });

  test('a key without rights is refused writing', async () => {
    const { id } = await target.person({ jobTitle: 'Before' });
    const authorization = issue({ readOnly: true });
    const message = 'Entity performing the request does not have permission';
    const rest = await target.send({
      method: 'PATCH',
      path: `/rest/people/${id}`,
      body: { jobTitle: 'x' },
      authorization,
    });
    const graphql = await target.send({
      query: `mutation{updatePerson(id:"${id}",data:{jobTitle:"x"}){id}}`,
      authorization,
    });
    expect(rest).toMatchObject({
      status: 400,
      body: { statusCode: 400, error: 'Error', messages: [message], code: 'PERMISSION_DENIED' },
    });
    expect(graphql.body).toEqual({
      data: { updatePerson: null },
      errors: [
        {
          message,
          extensions: {
            userFriendlyMessage: 'User does not have permission.',
            subCode: 'PERMISSION_DENIED',
            code: 'FORBIDDEN',
          },
        },
      ],
    });
    expect(await target.read('people', id)).toMatchObject({ jobTitle: 'Before' });
  });

  test.each([
    { what: 'webhooks', path: '/rest/webhooks', status: 400 },
    { what: 'fields', path: '/rest/metadata/fields', status: 403 },
  ])('a key without rights is refused making $what', async ({ path, status }) => {
    const answer = await target.send({ method: 'POST', path, body: {}, authorization: issue({ readOnly: true }) });
    expect(answer).toMatchObject({ status, body: { statusCode: status, code: 'PERMISSION_DENIED' } });
  });

  test('a key cannot make keys', async () => {
    const query = 'mutation{createApiKey(input:{name:"second"}){id}}';
    const answer = await target.send({ path: '/metadata', query });
    expect(answer.body).toMatchObject({
      data: null,
      errors: [{ message: 'This endpoint requires a session access token', extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('a key may read the list of roles', async () => {
    const answer = await target.send({ path: '/metadata', query: '{getRoles{id label canBeAssignedToApiKeys}}' });
    expect(answer.body).toMatchObject({ data: { getRoles: [{ label: 'Admin' }, { label: 'Member' }] } });
  });
});
