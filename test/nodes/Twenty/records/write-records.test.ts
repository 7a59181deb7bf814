import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../../nodes/lead';
import { mutateRecords } from '../../../../nodes/Twenty/records/mutate-records';
import { readRecords } from '../../../../nodes/Twenty/records/read-records';
import { createRecords, updateRecords, upsertRecords } from '../../../../nodes/Twenty/records/write-records';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { counting, useWorkspace } from '../support/workspace';

const workspace = useWorkspace();
const { email } = workspace;

async function setUp(name = 'person') {
  const calls = new Map<string, number>();
  const client = workspace.client({ interfere: counting(calls) });
  return { client, calls, object: await readObject(client, name) };
}

describe('creating records', () => {
  it.each([
    ['company', { name: 'Acme', 'domainName.primaryLinkUrl': 'https://create-acme.test' }],
    ['task', { title: 'Call back' }],
    ['note', { title: 'Remember' }],
    ['opportunity', { name: 'Big deal' }],
  ])('works for %s', async (name, values) => {
    const { client, object } = await setUp(name);

    const [result] = await createRecords(client, object, [{ values }], 200);

    expect(result).toMatchObject({ ok: true, record: { id: expect.any(String) } });
  });

  it('gives each record its own result, and lands all but the bad one', async () => {
    const { client, calls, object } = await setUp();
    const inputs = Array.from({ length: 10 }, () => ({ values: { emails: { primaryEmail: email() } } }));
    inputs[4] = { values: { emails: { primaryEmail: 'no email' } } };

    const results = await createRecords(client, object, inputs, 200);

    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, false, true, true, true, true, true]);
    expect(results[4]).toMatchObject({ failure: { category: 'validation', outcome: 'refused' } });
    expect(calls.get('createPeople')).toBeLessThanOrEqual(9);
  });

  it('lands all but a record that Twenty’s database does not take', async () => {
    const { client, object } = await setUp();
    const inputs = ['One', 'T\u0000wo', 'Three'].map((jobTitle) => ({ values: { jobTitle } }));

    const results = await createRecords(client, object, inputs, 200);

    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(results[1]).toMatchObject({ failure: { category: 'server', outcome: 'refused' } });
  });

  it('names the record that has the unique value', async () => {
    const { client, object } = await setUp('company');
    const values = { name: 'First', domainName: { primaryLinkUrl: 'https://taken.test' } };
    const [first] = await createRecords(client, object, [{ values }], 200);

    const [second] = await createRecords(client, object, [{ values: { ...values, name: 'Second' } }], 200);

    expect(second).toMatchObject({
      ok: false,
      failure: { category: 'duplicate', conflictingRecordId: first.ok ? first.record.id : '' },
    });
  });
});

describe('updating records', () => {
  it('keeps the parts of a composite that are not given', async () => {
    const { client, object } = await setUp();
    const address = email();
    const [person] = await workspace.create('person', [
      {
        values: {
          name: { firstName: 'Ada', lastName: 'Lovelace' },
          emails: { primaryEmail: address, additionalEmails: ['second@x.test'] },
        },
      },
    ]);
    const next = email();

    const values = { 'name.lastName': 'Byron', 'emails.primaryEmail': next };
    const [result] = await updateRecords(client, object, [{ id: person.id, values }], 200);

    expect(result.ok).toBe(true);
    expect(await workspace.record('person', person.id)).toMatchObject({
      name: { firstName: 'Ada', lastName: 'Byron' },
      emails: { primaryEmail: next, additionalEmails: ['second@x.test'] },
    });
  });

  it('of a rich text sets what people see', async () => {
    const { client, object } = await setUp('note');
    const [note] = await workspace.create('note', [{ values: { bodyV2: { markdown: 'old' } } }]);

    await updateRecords(client, object, [{ id: note.id, values: { 'bodyV2.markdown': 'new' } }], 200);

    const { bodyV2 } = (await workspace.record('note', note.id)) as unknown as { bodyV2: Record<string, string> };
    expect(bodyV2.markdown).toBe('new');
    expect(bodyV2.blocknote).toContain('"text":"new"');
  });

  it('keeps what an earlier input of the same record sets, in the parts of one composite too', async () => {
    const { client, object } = await setUp();
    const [first, second] = [email(), email()];
    const [person] = await workspace.create('person', [
      { values: { name: { firstName: 'Ada', lastName: 'Lovelace' }, emails: { primaryEmail: email() } } },
    ]);
    const values: JsonObject[] = [
      { 'name.firstName': 'Grace', 'emails.primaryEmail': first },
      { 'name.lastName': 'Hopper', 'emails.additionalEmails': ['more@x.test'] },
      { 'emails.primaryEmail': second, 'linkedinLink.primaryLinkUrl': 'https://one.test' },
      { 'linkedinLink.primaryLinkLabel': 'One' },
    ];
    const inputs = values.map((given) => ({ id: person.id, values: given }));

    const results = await updateRecords(client, object, inputs, 200);

    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await workspace.record('person', person.id)).toMatchObject({
      name: { firstName: 'Grace', lastName: 'Hopper' },
      emails: { primaryEmail: second, additionalEmails: ['more@x.test'] },
      linkedinLink: { primaryLinkUrl: 'https://one.test', primaryLinkLabel: 'One' },
    });
  });

  it('creates nothing for an id that is not there, and brings no deleted record back', async () => {
    const { client, object } = await setUp();
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: email() } } }]);
    await mutateRecords(client, 'delete', object, [person.id], 200);
    const unknown = randomUUID();

    const results = await updateRecords(
      client,
      object,
      [unknown, person.id].map((id) => ({ id, values: { jobTitle: 'x' } })),
      200,
    );

    expect(results).toMatchObject([
      { ok: false, failure: { category: 'not_found' } },
      { ok: false, failure: { category: 'not_found', detail: expect.stringContaining('deleted') } },
    ]);
    expect(await workspace.record('person', unknown)).toBeUndefined();
    expect((await workspace.record('person', person.id))?.deletedAt).not.toBeNull();
  });
});

describe('creating or updating records', () => {
  it('finds a record by a unique number', async () => {
    const { client, object: before } = await setUp();
    const field = { objectMetadataId: before.id, type: 'NUMBER', name: 'customerNo', label: 'No', isUnique: true };
    expect(await client.metadata('POST', '/fields', field)).toMatchObject({ ok: true });
    const later = workspace.client({ identity: randomUUID() });
    const object = await readObject(later, 'person');
    const upsert = async (jobTitle: string) =>
      await upsertRecords(later, object, [{ values: { customerNo: 4711, jobTitle } }], 200);

    const [first] = await upsert('First');
    const [second] = await upsert('Second');

    expect(second).toMatchObject({ ok: true, record: { id: first.ok && first.record.id, jobTitle: 'Second' } });
  });

  it('finds a company by its domain however that is written', async () => {
    const { client, object } = await setUp('company');
    const upsert = (url: string, name: string) =>
      upsertRecords(client, object, [{ values: { name, 'domainName.primaryLinkUrl': url } }], 200);
    const [made] = await upsert('https://Spelt.test/', 'First');

    const [found] = await upsert('https://SPELT.test', 'Second');

    expect(found).toMatchObject({ ok: true, record: { id: made.ok ? made.record.id : '', name: 'Second' } });
  });

  it('updates by unique value and creates the rest, hundreds in three calls', async () => {
    const { client, calls, object } = await setUp();
    const known = Array.from({ length: 50 }, () => email());
    await workspace.create(
      'person',
      known.map((primaryEmail) => ({ values: { emails: { primaryEmail }, jobTitle: 'old' } })),
    );
    const inputs = [...known, ...Array.from({ length: 50 }, () => email())].map((address) => ({
      values: { 'emails.primaryEmail': address, jobTitle: 'new' },
    }));

    const results = await upsertRecords(client, object, inputs, 200);

    expect(results.every((result) => result.ok && result.record.jobTitle === 'new')).toBe(true);
    expect(calls).toEqual(
      new Map([
        ['people', 1],
        ['createPeople', 2],
      ]),
    );
  });

  it('makes one record of two inputs with one email', async () => {
    const { client, object } = await setUp();
    const address = email();

    const results = await upsertRecords(
      client,
      object,
      [
        { values: { 'emails.primaryEmail': address, jobTitle: 'first', 'name.firstName': 'Ada' } },
        { values: { 'emails.primaryEmail': address, jobTitle: 'second' } },
      ],
      200,
    );

    const ids = results.map((result) => (result.ok ? result.record.id : result.failure.detail));
    expect(ids[0]).toBe(ids[1]);
    expect(await workspace.record('person', ids[0])).toMatchObject({
      jobTitle: 'second',
      name: { firstName: 'Ada' },
      emails: { primaryEmail: address },
    });
  });

  it.each(['new', 'known'])('puts together what three inputs set of one %s record', async (which) => {
    const { client, object } = await setUp();
    const [address, next] = [email(), email()];
    const ada = { name: { firstName: 'Ada', lastName: 'Lovelace' }, emails: { primaryEmail: address } };
    if (which === 'known') await workspace.create('person', [{ values: ada }]);

    const results = await upsertRecords(
      client,
      object,
      [
        { values: which === 'new' ? ada : { 'emails.primaryEmail': address } },
        { values: { 'emails.primaryEmail': address, 'name.firstName': 'Grace' } },
        { values: { 'emails.primaryEmail': address, 'name.lastName': 'Hopper' } },
      ],
      200,
    );
    const [person] = results.map((result) => (result.ok ? result.record : null));
    const [moved] = await upsertRecords(
      client,
      object,
      [
        { id: person?.id, values: { 'emails.primaryEmail': next } },
        { id: person?.id, values: { 'emails.primaryEmail': next, jobTitle: 'Admiral' } },
      ],
      200,
    );

    expect(new Set(results.map((result) => (result.ok ? result.record.id : result.failure.detail))).size).toBe(1);
    expect(moved.ok).toBe(true);
    expect(await workspace.record('person', person?.id ?? '')).toMatchObject({
      name: { firstName: 'Grace', lastName: 'Hopper' },
      emails: { primaryEmail: next },
      jobTitle: 'Admiral',
    });
  });

  it('does not bring a deleted record back', async () => {
    const { client, object } = await setUp();
    const address = email();
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: address } } }]);
    await mutateRecords(client, 'delete', object, [person.id], 200);

    const [result] = await upsertRecords(client, object, [{ values: { 'emails.primaryEmail': address } }], 200);

    expect(result).toMatchObject({ ok: false, failure: { detail: expect.stringContaining('restore it first') } });
  });

  it('writes to nobody when id and email belong to two people', async () => {
    const { client, object } = await setUp();
    const [one, two] = await workspace.create(
      'person',
      [email(), email()].map((primaryEmail) => ({ values: { emails: { primaryEmail }, jobTitle: 'kept' } })),
    );
    const taken = (two.emails as { primaryEmail: string }).primaryEmail;
    const values = { 'emails.primaryEmail': taken, jobTitle: 'changed' };

    const [result] = await upsertRecords(client, object, [{ id: one.id, values }], 200);

    expect(result).toMatchObject({ ok: false, failure: { category: 'conflict' } });
    expect((await workspace.record('person', one.id))?.jobTitle).toBe('kept');
    expect((await workspace.record('person', two.id))?.jobTitle).toBe('kept');
  });
});

describe('deleting, restoring and reading records', () => {
  it('deletes softly, restores, and destroys for good', async () => {
    const { client, object } = await setUp();
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: email() } } }]);

    const [deleted] = await mutateRecords(client, 'delete', object, [person.id], 200);
    const [restored] = await mutateRecords(client, 'restore', object, [person.id], 200);
    const [destroyed] = await mutateRecords(client, 'destroy', object, [person.id], 200);

    expect(deleted).toMatchObject({ ok: true, record: { deletedAt: expect.any(String) } });
    expect(restored).toMatchObject({ ok: true, record: { deletedAt: null } });
    expect(destroyed.ok).toBe(true);
    expect(await workspace.record('person', person.id)).toBeUndefined();
  });

  it('counts a record that is deleted already as done', async () => {
    const { client, object } = await setUp();
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: email() } } }]);
    await mutateRecords(client, 'delete', object, [person.id], 200);

    const [again] = await mutateRecords(client, 'delete', object, [person.id], 200);

    expect(again.ok).toBe(true);
  });

  it('reads records that meet conditions, up to a limit', async () => {
    const { client, object } = await setUp('company');
    await workspace.create(
      'company',
      ['Filter One', 'Filter Two', 'Filter Three'].map((name) => ({ values: { name } })),
    );
    const names: unknown[] = [];
    const conditions = [{ field: 'name', operator: 'ilike', value: 'filter%' }];

    for await (const company of readRecords(client, object, { conditions, includeDeleted: false, limit: 2 })) {
      names.push(company.name);
    }

    expect(names).toHaveLength(2);
    expect(names.every((name) => String(name).startsWith('Filter'))).toBe(true);
  });
});
