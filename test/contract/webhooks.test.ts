import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { person, TIME, UUID } from './support/shapes';
import { isObject, isRealServer, Target, type Answer, type JsonObject } from './support/target';

const SECRET = 'contract-secret';
const MISSING_ID = '00000000-0000-4000-8000-0000000000cc';
interface Delivery {
  headers: IncomingHttpHeaders;
  rawBody: string;
  body: JsonObject;
}

const title = isRealServer ? 'webhooks (no deliveries: a real server could not reach this machine)' : 'webhooks';

describe(title, () => {
  let target: Target;
  let receiver: Server;
  let receiverUrl: string;
  let deliveries: Delivery[] = [];
  let receiverStatus = 200;
  const made: string[] = [];

  const create = async (body: JsonObject): Promise<Answer> => {
    const answer = await target.rest('POST', 'webhooks', body);
    if (isObject(answer.body) && typeof answer.body.id === 'string') made.push(answer.body.id);
    return answer;
  };
  const subscribe = async (...operations: string[]): Promise<string> => {
    const { body } = await create({ targetUrl: receiverUrl, operations, secret: SECRET });
    return String((body as JsonObject).id);
  };
  /** What has been delivered about one record, once nothing more is to come. */
  const delivered = async (id: string): Promise<Delivery[]> => {
    await target.double?.webhooks.idle();
    return deliveries.filter(({ body }) => isObject(body.record) && body.record.id === id);
  };
  const events = async (id: string): Promise<unknown[]> => (await delivered(id)).map(({ body }) => body.eventName);

  beforeAll(async () => {
    target = await Target.open();
    receiver = createServer((request, response) => {
      let rawBody = '';
      request.on('data', (chunk: Buffer) => (rawBody += chunk.toString('utf8')));
      request.on('end', () => {
        deliveries.push({ headers: request.headers, rawBody, body: JSON.parse(rawBody) as JsonObject });
        response.statusCode = receiverStatus;
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  });

  afterEach(async () => {
    for (const id of made.splice(0)) await target.rest('DELETE', `webhooks/${id}`);
    deliveries = [];
    receiverStatus = 200;
  });

  afterAll(async () => {
    await target.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  test('are made with a secret of one’s own, and listed bare', async () => {
    const { body, status } = await create({
      targetUrl: receiverUrl,
      operations: ['person.*'],
      description: 'probe',
      secret: SECRET,
    });
    const shown = {
      id: UUID,
      targetUrl: receiverUrl,
      operations: ['person.*'],
      description: 'probe',
      secret: SECRET,
      workspaceId: UUID,
      applicationId: UUID,
      createdAt: TIME,
      updatedAt: TIME,
      deletedAt: null,
    };
    expect([status, body]).toEqual([201, shown]);
    expect((await target.rest('GET', 'webhooks')).body).toContainEqual(shown);
  });

  test('get a secret of 64 hexadecimal digits when none is given', async () => {
    const { body } = await create({ targetUrl: receiverUrl, operations: ['person.created'] });
    expect(body).toMatchObject({ secret: expect.stringMatching(/^[0-9a-f]{64}$/), description: null });
  });

  test('take operations that do not exist', async () => {
    const { status } = await create({ targetUrl: receiverUrl, operations: ['person.exploded', 'foo'] });
    expect(status).toBe(201);
  });

  test('refuse an address that is none', async () => {
    const answer = await create({ targetUrl: 'notaurl', operations: ['person.*'] });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        statusCode: 400,
        error: 'WorkspaceMigrationBuilderException',
        messages: ['Multiple validation errors occurred while creating webhook'],
      },
    });
  });

  test('are made by GraphQL, too', async () => {
    const query = `mutation{createWebhook(input:{targetUrl:"${receiverUrl}",operations:["person.destroyed"],secret:"g"}){id targetUrl operations secret}}`;
    const { body } = await target.send({ path: '/metadata', query });
    const webhook = { id: UUID, targetUrl: receiverUrl, operations: ['person.destroyed'], secret: 'g' };
    expect(body).toEqual({ data: { createWebhook: webhook } });
    made.push(String((body as { data: { createWebhook: JsonObject } }).data.createWebhook.id));
  });

  test('are deleted with the answer true', async () => {
    const id = await subscribe('person.*');
    const answer = await target.rest('DELETE', `webhooks/${id}`);
    expect(answer).toMatchObject({ status: 200, text: 'true', contentType: expect.stringContaining('text/html') });
  });

  /** Deliveries can only be seen of a server on this machine. */
  const onlyNearby = isRealServer ? test.skip : test;

  onlyNearby('sign time and raw body with the secret', async () => {
    await subscribe('person.created');
    const { id } = await target.person();
    const [{ headers, rawBody }] = await delivered(id);
    const timestamp = String(headers['x-twenty-webhook-timestamp']);
    const expected = createHmac('sha256', SECRET).update(`${timestamp}:${rawBody}`).digest('hex');
    expect(headers['x-twenty-webhook-signature']).toBe(expected);
    expect(timestamp).toMatch(/^\d{13}$/);
    expect(headers['x-twenty-webhook-nonce']).toMatch(/^[0-9a-f]{32}$/);
    expect(headers['content-type']).toBe('application/json');
  });

  onlyNearby('tell of a new record in full, and of no user when a key made it', async () => {
    const webhookId = await subscribe('person.created');
    const { id } = await target.person();
    const [{ body }] = await delivered(id);
    expect(body).toEqual({
      targetUrl: receiverUrl,
      eventName: 'person.created',
      objectMetadata: { id: UUID, nameSingular: 'person' },
      workspaceId: UUID,
      webhookId,
      eventDate: TIME,
      record: person({ id }),
    });
  });

  onlyNearby('tell which fields a change touched', async () => {
    await subscribe('person.updated');
    const { id } = await target.person();
    await target.rest('PATCH', `people/${id}`, { jobTitle: 'Boss', phones: { primaryPhoneNumber: '+33612345678' } });
    const [{ body }] = await delivered(id);
    expect(body).toMatchObject({
      eventName: 'person.updated',
      updatedFields: ['jobTitle', 'phones'],
      record: { jobTitle: 'Boss' },
    });
  });

  onlyNearby.each([
    { what: 'a change that changes nothing', body: { jobTitle: 'Same' } },
    { what: 'an empty change', body: {} },
    { what: 'a change of updatedAt alone', body: { updatedAt: '2025-01-01T00:00:00Z' } },
  ])('say nothing of $what', async ({ body }) => {
    await subscribe('person.updated');
    const { id } = await target.person({ jobTitle: 'Same' });
    await target.rest('PATCH', `people/${id}`, body);
    expect(await events(id)).toEqual([]);
  });

  onlyNearby('tell of deletion, restoration and destruction', async () => {
    await subscribe('person.*');
    const { id } = await target.person();
    await target.rest('DELETE', `people/${id}?soft_delete=true`);
    await target.rest('PATCH', `restore/people?filter=${encodeURIComponent(`id[eq]:"${id}"`)}`);
    await target.rest('DELETE', `people/${id}`);
    const seen = await delivered(id);
    expect(seen.map(({ body }) => [body.eventName, body.updatedFields]).sort()).toEqual([
      ['person.created', undefined],
      ['person.deleted', ['deletedAt']],
      ['person.destroyed', undefined],
      ['person.restored', ['deletedAt']],
    ]);
  });

  onlyNearby('call it an update when an upsert brings a record back from the bin', async () => {
    const primaryEmail = target.email('back');
    const { id } = await target.person({ emails: { primaryEmail } });
    await target.rest('DELETE', `people/${id}?soft_delete=true`);
    await subscribe('person.*');
    await target.rest('POST', 'people?upsert=true', { emails: { primaryEmail }, jobTitle: 'n3' });
    const seen = await delivered(id);
    expect(seen.map(({ body }) => [body.eventName, body.updatedFields])).toEqual([
      ['person.updated', ['deletedAt', 'jobTitle']],
    ]);
  });

  onlyNearby.each([
    { operations: ['person.created'], wanted: true },
    { operations: ['person.*'], wanted: true },
    { operations: ['*.created'], wanted: true },
    { operations: ['*.*'], wanted: true },
    { operations: ['company.*'], wanted: false },
    { operations: ['*.updated'], wanted: false },
    { operations: ['person.exploded'], wanted: false },
  ])('with $operations are told of a new person: $wanted', async ({ operations, wanted }) => {
    await subscribe(...operations);
    const { id } = await target.person();
    expect(await events(id)).toEqual(wanted ? ['person.created'] : []);
  });

  onlyNearby('tell of each record of a batch apart', async () => {
    await subscribe('person.created');
    await target.rest('POST', 'batch/people', [{}, {}, {}]);
    await target.double?.webhooks.idle();
    expect(deliveries).toHaveLength(3);
  });

  onlyNearby.each([
    { failing: 'insert', told: ['person.updated'] },
    { failing: 'update', told: [] },
  ])('tell of rows that a batch has changed when its $failing fails: $told', async ({ failing, told }) => {
    const { id } = await target.person();
    const other = await target.person();
    await subscribe('person.*');
    const bad = { companyId: MISSING_ID, ...(failing === 'update' ? { id: other.id } : {}) };
    const answer = await target.rest('POST', 'batch/people?upsert=true', [{ id, jobTitle: 'Changed' }, bad]);
    expect(answer.status).toBe(400);
    expect(await target.read('people', id)).toMatchObject({ jobTitle: 'Changed' });
    expect(await events(id)).toEqual(told);
  });

  onlyNearby('say nothing of people whose company was destroyed', async () => {
    const { id: companyId } = await target.make('companies');
    const { id } = await target.person({ companyId });
    await subscribe('person.*');
    await target.rest('DELETE', `companies/${companyId}`);
    expect(await events(id)).toEqual([]);
  });

  onlyNearby('are sent once, even when the answer is 500', async () => {
    receiverStatus = 500;
    await subscribe('person.created');
    const { id } = await target.person();
    expect(await events(id)).toEqual(['person.created']);
  });
});
