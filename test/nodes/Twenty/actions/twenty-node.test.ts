import { randomUUID } from 'node:crypto';
import { createWrite, useWorkspace } from '../support/workspace';

const workspace = useWorkspace('prepared');
const { email } = workspace;

const GET_CHANGED = { resource: 'lead', operation: 'getChanged', output: 'pages' };

describe('lead operations on items', () => {
  it('push plain leads: update those that exist, create the rest, one result for each item', async () => {
    const known = email();
    const [person] = await workspace.create('person', [
      { values: { emails: { primaryEmail: known }, name: { firstName: 'Ada', lastName: 'Kept' } } },
    ]);
    const fresh = email();

    const { items } = await workspace.run({
      parameters: { resource: 'lead', operation: 'push', input: 'items', defaultCountry: 'FR' },
      items: [
        { email: known.toUpperCase(), first_name: 'Augusta' },
        { email: fresh, phone: '0612345678' },
      ],
    });

    expect(items).toMatchObject([
      { json: { ok: true, op: 'update', twenty_id: person.id, values: { first_name: 'Augusta', last_name: 'Kept' } } },
      { json: { ok: true, op: 'create', values: { email: fresh, phone: '+33612345678' } }, pairedItem: { item: 1 } },
    ]);
  });

  it('push a lead whose own id is of a kind that Twenty does not take, and find it again', async () => {
    const lead = { id: '019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6a', first_name: 'Grace' };
    const push = async () =>
      await workspace.run({ parameters: { resource: 'lead', operation: 'push', input: 'items' }, items: [lead] });

    const [{ items: created }, { items: again }] = [await push(), await push()];

    expect(created).toMatchObject([{ json: { ok: true, op: 'create', lead_id: lead.id } }]);
    expect(again).toMatchObject([{ json: { ok: true, op: 'update', twenty_id: created[0].json.twenty_id } }]);
  });

  it('push two items with one new email: the second updates the record of the first', async () => {
    const address = email();

    const { items } = await workspace.run({
      parameters: { resource: 'lead', operation: 'push', input: 'items' },
      items: [
        { email: address, first_name: 'Grace' },
        { email: address, last_name: 'Hopper' },
      ],
    });

    expect(items).toMatchObject([
      { json: { ok: true, op: 'create' } },
      { json: { ok: true, op: 'update', values: { first_name: 'Grace', last_name: 'Hopper', email: address } } },
    ]);
  });

  it('name the item of a bad lead, after all others have landed', async () => {
    const [first, last] = [email(), email()];
    const parameters = { resource: 'lead', operation: 'push', input: 'items' };

    const run = workspace.run({ parameters, items: [{ email: first }, { email: 'bad' }, { email: last }] });

    await expect(run).rejects.toMatchObject({ context: { itemIndex: 1 }, message: expect.stringContaining('email') });
    const { items } = await workspace.run({
      parameters: { resource: 'lead', operation: 'getMany', input: 'items', email: (i: number) => [first, last][i] },
      items: [{}, {}],
    });
    expect(items).toMatchObject([{ json: { email: first } }, { json: { email: last } }]);
  });

  it('read by id or email: each item gets its lead or an absence', async () => {
    const address = email();
    await workspace.create('person', [{ values: { emails: { primaryEmail: address } } }]);

    const { items } = await workspace.run({
      parameters: {
        resource: 'lead',
        operation: 'getMany',
        input: 'items',
        email: (i: number) => [address, 'nobody@x.test'][i],
      },
      items: [{}, {}],
    });

    expect(items).toMatchObject([
      { json: { email: address }, pairedItem: { item: 0 } },
      { json: { absent: true, email: 'nobody@x.test' }, pairedItem: { item: 1 } },
    ]);
  });
});

describe('lead operations on items whose panel differs from item to item', () => {
  const push = { resource: 'lead', operation: 'push', input: 'items' };

  it('push each lead with its own default country', async () => {
    const { items } = await workspace.run({
      parameters: { ...push, defaultCountry: (i: number) => ['US', 'DE', 'US'][i] },
      items: [
        { email: email(), phone: '(212) 555-0100' },
        { email: email(), phone: '030 1234567' },
        { email: email(), phone: '(312) 555-0100' },
      ],
    });

    expect(items).toMatchObject([
      { json: { values: { phone: '+12125550100' } }, pairedItem: { item: 0 } },
      { json: { values: { phone: '+49301234567' } }, pairedItem: { item: 1 } },
      { json: { values: { phone: '+13125550100' } }, pairedItem: { item: 2 } },
    ]);
  });

  it('report an object that is not there for its item alone', async () => {
    const { items } = await workspace.run({
      parameters: { ...push, object: (i: number) => ['person', 'nonsense'][i] },
      items: [{ email: email() }, { email: email() }],
      continueOnFail: true,
    });

    expect(items).toMatchObject([
      { json: { ok: true } },
      { json: { error: expect.stringContaining('nonsense') as string }, pairedItem: { item: 1 } },
    ]);
  });

  it('know an ID in capital letters', async () => {
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: email() } } }]);
    const twentyId = String(person.id).toUpperCase();

    const read = await workspace.run({
      parameters: { resource: 'lead', operation: 'getMany', input: 'items', twentyId, email: '' },
    });
    const pushed = await workspace.run({ parameters: push, items: [{ twenty_id: twentyId, job_title: 'X' }] });

    expect(read.items).toMatchObject([{ json: { twenty_id: person.id } }]);
    expect(read.items[0].json).not.toHaveProperty('absent');
    expect(pushed.items).toMatchObject([{ json: { ok: true, op: 'update', twenty_id: person.id } }]);
  });
});

describe('lead operations on batches', () => {
  it('push a list of writes given by an expression, as one item', async () => {
    const writes = [createWrite(randomUUID(), { email: email() }), createWrite(randomUUID(), { email: 'bad' })];

    const { items } = await workspace.run({
      parameters: { resource: 'lead', operation: 'push', input: 'batch', writes, leaseSeconds: 300, runId: 'r' },
    });

    expect(items).toHaveLength(1);
    expect(items[0].json).toMatchObject({ counts: { created: 1, refused: 1 }, calls: 1 });
  });

  it('read a list of leads given as JSON text', async () => {
    const leads = JSON.stringify([{ lead_id: randomUUID(), twenty_id: null, email: 'nobody@x.test' }]);

    const { items } = await workspace.run({
      parameters: { resource: 'lead', operation: 'getMany', input: 'batch', leads },
    });

    expect(items[0].json).toEqual({ leads: [], missing_fields: [], calls: 1 });
  });

  it.each([
    ['{', 'Writes is not valid JSON'],
    ['{"a":1}', 'Writes is not a list'],
  ])('say what is wrong with the writes %s', async (writes, message) => {
    const run = workspace.run({ parameters: { resource: 'lead', operation: 'push', input: 'batch', writes } });

    await expect(run).rejects.toThrow(message);
  });

  it('say which row of a field mapping is wrong', async () => {
    const fieldMapping = [{ lead_field: 'email', twenty_field: 'emails.primaryEmail', kind: 'mail' }];

    await expect(workspace.run({ parameters: { ...GET_CHANGED, fieldMapping } })).rejects.toThrow('row 1');
  });

  it('take a time without an offset for one of the workflow’s time zone, as the date picker means it', async () => {
    const read = async (updatedSince: string): Promise<number> => {
      const { items } = await workspace.run({ timeZone: 'Asia/Tokyo', parameters: { ...GET_CHANGED, updatedSince } });
      return (items[0].json.leads as unknown[]).length;
    };
    const hour = 3_600_000;
    const wallClock = (time: number): string => new Date(time + 9 * hour).toISOString().slice(0, 19);
    await workspace.create('person', [{ values: { emails: { primaryEmail: email() } } }]);

    expect(await read(wallClock(Date.now() - hour))).toBeGreaterThan(0);
    expect(await read(wallClock(Date.now() + hour))).toBe(0);
    expect(await read(new Date(Date.now() - hour).toISOString())).toBeGreaterThan(0);
  });

  it('say that Updated Since is no time', async () => {
    const run = workspace.run({ parameters: { ...GET_CHANGED, updatedSince: 'yesterday' } });

    await expect(run).rejects.toThrow('not a time');
  });
});

describe('record operations', () => {
  it('create records of several objects from gathered items', async () => {
    const { items } = await workspace.run({
      parameters: {
        resource: 'record',
        operation: 'create',
        object: (i: number) => ['company', 'task', 'company'][i],
        fields: { mappingMode: 'autoMapInputData', value: null },
      },
      items: [{ name: 'One', ignored: 1 }, { title: 'Call' }, { name: 'Two' }],
    });

    expect(items).toMatchObject([
      { json: { name: 'One' }, pairedItem: { item: 0 } },
      { json: { title: 'Call' }, pairedItem: { item: 1 } },
      { json: { name: 'Two' }, pairedItem: { item: 2 } },
    ]);
  });

  it('give an error item for the bad record alone where the node continues on fail', async () => {
    const { items } = await workspace.run({
      continueOnFail: true,
      parameters: {
        resource: 'record',
        operation: 'create',
        object: 'person',
        fields: {
          mappingMode: 'defineBelow',
          value: (i: number) => ({ 'emails.primaryEmail': [email(), 'no email'][i] }),
        },
      },
      items: [{}, {}],
    });

    expect(items[0].json.id).toEqual(expect.any(String));
    expect(items[1]).toMatchObject({
      json: { details: { category: 'validation', outcome: 'refused' } },
      pairedItem: { item: 1 },
    });
  });

  it('read many with a filter', async () => {
    const name = `Filtered ${randomUUID()}`;
    await workspace.create('company', [{ values: { name } }, { values: { name: 'Other' } }]);

    const { items } = await workspace.run({
      parameters: {
        resource: 'record',
        operation: 'getMany',
        object: 'company',
        returnAll: true,
        filters: { conditions: [{ field: 'name', operator: 'eq', value: name }] },
      },
    });

    expect(items.map(({ json }) => json.name)).toEqual([name]);
  });
});
