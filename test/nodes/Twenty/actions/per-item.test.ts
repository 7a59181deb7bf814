import { randomUUID } from 'node:crypto';
import { useWorkspace } from '../support/workspace';

const workspace = useWorkspace();
const { email } = workspace;

describe('deleting records', () => {
  it('destroys for good only the items that say so, and keeps the order of all', async () => {
    const people = await workspace.create(
      'person',
      Array.from({ length: 5 }, () => ({ values: { emails: { primaryEmail: email() } } })),
    );
    const ids = people.map(({ id }) => id);

    const { items } = await workspace.run({
      continueOnFail: true,
      parameters: {
        resource: 'record',
        operation: 'delete',
        object: 'person',
        recordId: (i: number) => (i === 2 ? randomUUID() : ids[i]),
        permanently: (i: number) => [false, true, true, 'false', 'true'][i],
      },
      items: ids.map(() => ({})),
    });

    expect(items).toMatchObject(
      ids.map((id, item) => (item === 2 ? { json: { error: expect.any(String) } } : { json: { id } })),
    );
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual(ids.map((_id, item) => ({ item })));
    const left = await Promise.all(ids.map(async (id) => await workspace.record('person', id)));
    expect(left.map((record) => (record ? record.deletedAt !== null : 'destroyed'))).toEqual([
      true,
      'destroyed',
      false,
      true,
      'destroyed',
    ]);
  });
});

describe('reading records by id', () => {
  it('gives a deleted record only to the item that includes deleted ones', async () => {
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: email() } } }]);
    const parameters = { resource: 'record', object: 'person', recordId: person.id };
    await workspace.run({ parameters: { ...parameters, operation: 'delete' } });

    const { items } = await workspace.run({
      continueOnFail: true,
      parameters: { ...parameters, operation: 'get', options: { includeDeleted: (i: number) => i === 1 } },
      items: [{}, {}],
    });

    expect(items).toMatchObject([
      { json: { error: expect.stringContaining('is deleted') }, pairedItem: { item: 0 } },
      { json: { id: person.id }, pairedItem: { item: 1 } },
    ]);
  });
});
describe('updating records', () => {
  it('goes by the Record field, whatever an item of another system has as its id', async () => {
    const people = await workspace.create('person', [
      { values: { emails: { primaryEmail: email() } } },
      { values: { emails: { primaryEmail: email() } } },
    ]);

    const { items } = await workspace.run({
      parameters: {
        resource: 'record',
        operation: 'update',
        object: 'person',
        recordId: (i: number) => people[i].id,
        fields: { mappingMode: 'autoMapInputData', value: null },
      },
      items: [
        { id: 'contact-4711', jobTitle: 'One' },
        { id: people[0].id, jobTitle: 'Two' },
      ],
    });

    expect(items).toMatchObject([
      { json: { id: people[0].id, jobTitle: 'One' } },
      { json: { id: people[1].id, jobTitle: 'Two' } },
    ]);
  });

  it('of fields mapped by hand, those that the panel does not show are not written', async () => {
    const [person] = await workspace.create('person', [{ values: { jobTitle: 'Poet', name: { firstName: 'Ada' } } }]);

    await workspace.run({
      parameters: {
        resource: 'record',
        operation: 'update',
        object: 'person',
        recordId: person.id,
        fields: {
          mappingMode: 'defineBelow',
          value: { jobTitle: false, name: { firstName: 'Augusta' } },
          schema: [{ id: 'jobTitle', removed: true }, { id: 'name' }],
        },
      },
    });

    expect(await workspace.record('person', person.id)).toMatchObject({
      jobTitle: 'Poet',
      name: { firstName: 'Augusta' },
    });
  });
});
