import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { signDelivery } from '../../../../stand-ins/twenty';
import { check } from '../../../lead/property';
import { TriggerNode, type Delivery } from '../support/trigger-node';
import { recorded } from './recorded';

const SECRET = 'a secret of this test';
const MINUTE = 60_000;

function triggerNode(parameters: Record<string, unknown> = {}, nodeId: string = randomUUID()): TriggerNode {
  return new TriggerNode({
    nodeId,
    staticData: { webhookId: 'webhook-1', secret: SECRET },
    parameters: { objects: ['person'], events: ['*'], combineEvents: false, options: {}, ...parameters },
  });
}

/** A body signed by Twenty, `ageMs` ago. */
function signed(body: unknown, { ageMs = 0, raw = JSON.stringify(body) } = {}): Delivery {
  const timestamp = String(Date.now() - ageMs);
  return {
    headers: {
      'content-type': 'application/json',
      'x-twenty-webhook-timestamp': timestamp,
      'x-twenty-webhook-signature': signDelivery(SECRET, timestamp, raw),
      'x-twenty-webhook-nonce': randomUUID().replaceAll('-', ''),
    },
    rawBody: Buffer.from(raw),
  };
}

const event = (eventName = 'person.updated', id: string = randomUUID()) => ({
  ...(JSON.parse(recorded('updated').rawBody) as object),
  eventName,
  record: { id, jobTitle: 'Boss' },
});

describe('a delivery', () => {
  afterEach(() => jest.restoreAllMocks());

  it('of Twenty becomes an item', async () => {
    const outcome = await triggerNode().receive(signed(event('person.updated', 'the-id')));

    expect(outcome).toMatchObject({
      status: 200,
      items: [{ event: 'person.updated', record_id: 'the-id', record: { jobTitle: 'Boss' } }],
    });
  });

  it('becomes an item without the record when the panel says so', async () => {
    const outcome = await triggerNode({ options: { includeRecord: false } }).receive(signed(event()));

    expect(outcome.items).toHaveLength(1);
    expect(outcome.items?.[0]).not.toHaveProperty('record');
  });

  const withOtherBody = (): Delivery => ({ ...signed(event()), rawBody: Buffer.from(JSON.stringify(event())) });
  const withWrongSignature = (): Delivery => {
    const delivery = signed(event());
    return { ...delivery, headers: { ...delivery.headers, 'x-twenty-webhook-signature': '0'.repeat(64) } };
  };

  it.each<[string, () => Delivery, string]>([
    ['without a signature', () => ({ ...signed(event()), headers: {} }), 'the delivery is not signed'],
    ['with a wrong signature', withWrongSignature, 'the signature is wrong'],
    ['with another body', withOtherBody, 'the signature is wrong'],
    ['of 6 minutes ago', () => signed(event(), { ageMs: 6 * MINUTE }), 'the delivery is 360 s old'],
    ['dated 6 minutes ahead', () => signed(event(), { ageMs: -6 * MINUTE }), 'the delivery is dated 360 s ahead'],
  ])('%s is refused with 401, its reason is in the log, and starts nothing', async (_what, delivery, reason) => {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now); // signed and received at the same time, on any machine
    const node = triggerNode();

    const outcome = await node.receive(delivery());

    expect(outcome).toMatchObject({ status: 401, answer: { error: reason }, items: undefined });
    expect(node.log).toEqual([`warn: Twenty Trigger refused a delivery: ${reason}`]);
    expect(JSON.stringify([outcome, node.log])).not.toContain(SECRET);
  });

  it('may be older where the panel allows it', async () => {
    const outcome = await triggerNode({ options: { maxAge: 10 } }).receive(signed(event(), { ageMs: 6 * MINUTE }));

    expect(outcome.items).toHaveLength(1);
  });

  it('is refused when n8n has lost the secret, and the answer says what to do', async () => {
    const node = triggerNode();
    node.staticData = {};

    const outcome = await node.receive(signed(event()));

    expect(outcome).toMatchObject({ status: 401, items: undefined });
    expect(JSON.stringify(outcome.answer)).toContain('activate it again');
  });

  it('sent again is answered and ignored, whatever its nonce', async () => {
    const node = triggerNode();
    const delivery = signed(event());
    await node.receive(delivery);
    const replayed = { ...delivery, headers: { ...delivery.headers, 'x-twenty-webhook-nonce': 'another' } };

    const outcome = await node.receive(replayed);

    expect(outcome).toMatchObject({ status: 200, answer: { status: 'ignored', reason: 'delivered before' } });
    expect(outcome.items).toBeUndefined();
  });

  it('that is no JSON is refused with 400', async () => {
    expect(await triggerNode().receive(signed(null, { raw: 'name=Ada' }))).toMatchObject({
      status: 400,
      answer: { error: 'the body is not JSON' },
      items: undefined,
    });
  });

  it('without a body is refused with 415', async () => {
    expect(await triggerNode().receive({ headers: {}, rawBody: undefined })).toMatchObject({
      status: 415,
      items: undefined,
    });
  });

  it('of 10 MB is refused with 413', async () => {
    const raw = JSON.stringify({ ...event(), padding: 'x'.repeat(10_000_000) });

    expect(await triggerNode().receive(signed(null, { raw }))).toMatchObject({ status: 413, items: undefined });
  });

  it.each([
    ['of an unknown event', 'person.exploded', 'unknown event'],
    ['of an unknown object', 'rocket.updated', 'not listened to'],
    ['of an object that nobody asked for', 'company.updated', 'not listened to'],
  ])('%s is answered and ignored', async (_what, eventName, reason) => {
    expect(await triggerNode().receive(signed(event(eventName)))).toEqual({
      status: 200,
      answer: { status: 'ignored', reason },
      items: undefined,
    });
  });

  it('of an action that nobody asked for is ignored', async () => {
    const outcome = await triggerNode({ events: ['created', 'deleted'] }).receive(signed(event('person.updated')));

    expect(outcome.items).toBeUndefined();
  });

  it.each([{ objects: ['*'] }, { objects: ['company', 'rocket'] }])(
    'of a custom object passes with %j',
    async (chosen) => {
      const outcome = await triggerNode(chosen).receive(signed(event('rocket.created')));

      expect(outcome.items).toMatchObject([{ object: 'rocket' }]);
    },
  );

  it('that is signed harms nothing, whatever its JSON', async () => {
    const deliveries: Delivery[] = [];
    check(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, record) => {
        deliveries.push(signed(body), signed({ ...event(), record }));
      }),
      500,
    );

    for (const delivery of deliveries) expect((await triggerNode().receive(delivery)).status).toBe(200);
  });
});

describe('combined events', () => {
  it('start one execution with an item each; one sender waits, the others are answered at once', async () => {
    const node = triggerNode({ combineEvents: true, options: { combineWindow: 20, includeRecord: false } });
    const ids = Array.from({ length: 50 }, () => randomUUID());

    const outcomes = await Promise.all(ids.map((id) => node.receive(signed(event('person.updated', id)))));

    const [first, ...others] = outcomes;
    expect(first.items?.map(({ record_id }) => record_id)).toEqual(ids);
    expect(others.every(({ items }) => items === undefined)).toBe(true);
    expect(new Set(others.map(({ answer }) => JSON.stringify(answer)))).toEqual(new Set(['{"status":"accepted"}']));
  });

  it('of two nodes start an execution each', async () => {
    const parameters = { combineEvents: true, options: { combineWindow: 20 } };

    const outcomes = await Promise.all(
      [triggerNode(parameters), triggerNode(parameters)].map((node) => node.receive(signed(event()))),
    );

    expect(outcomes.map(({ items }) => items?.length)).toEqual([1, 1]);
  });
});

describe('listening for a test event', () => {
  const listening = (options: object): TriggerNode => {
    const node = triggerNode({ combineEvents: true, options });
    node.options.mode = 'manual';
    return node;
  };

  it('gives on what arrives without waiting for more', async () => {
    const node = listening({});

    const outcomes = await Promise.all([node.receive(signed(event())), node.receive(signed(event()))]);

    expect(outcomes.map(({ items }) => items?.length)).toEqual([1, 1]);
  });

  it('gives on the note that Twenty was made to send, but no other', async () => {
    const note = (title: string) => ({ ...event('note.created'), record: { id: randomUUID(), title } });
    const node = listening({ sendTestEvent: true });

    const test = await node.receive(signed(note('Test event for n8n, removed at once')));
    const other = await node.receive(signed(note('Call back on Monday')));

    expect(test.items).toMatchObject([{ event: 'note.created' }]);
    expect(other.items).toBeUndefined();
  });
});

describe('a signed delivery', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  it.each<[string, string, string[]]>([
    ['null', 'null', []],
    ['a text', '"jobTitle"', []],
    ['an object', '{"0": "jobTitle", "length": 1}', []],
    ['a list with nested entries', '["jobTitle", {"toString": 1, "valueOf": 1}, [["x"]], null, 7]', ['jobTitle']],
    ['a list nested 100,000 times', `["jobTitle", ${deep}]`, ['jobTitle']],
    ['a list of 100,000 names', JSON.stringify(Array(100_000).fill('x')), Array(100_000).fill('x')],
  ])('whose updatedFields are %s is taken like any other', async (_what, updatedFields, changed_fields) => {
    const raw = JSON.stringify(event()).replace(/"updatedFields":\[[^\]]*\]/, `"updatedFields":${updatedFields}`);

    const outcome = await triggerNode().receive(signed(null, { raw }));

    expect(outcome.status).toBe(200);
    expect(outcome.items).toMatchObject([{ event: 'person.updated' }]);
    expect(outcome.items?.[0].changed_fields).toEqual(changed_fields);
  });
});
