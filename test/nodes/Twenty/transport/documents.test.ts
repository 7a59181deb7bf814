import {
  createManyDocument,
  filteredMutationDocument,
  findManyDocument,
  updateManyDocument,
} from '../../../../nodes/Twenty/transport/documents';

describe('names in GraphQL', () => {
  it.each([
    ['person', 'people', 'people', 'createPeople', 'Person'],
    ['taskTarget', 'taskTargets', 'taskTargets', 'createTaskTargets', 'TaskTarget'],
    ['b2blead', 'b2bleads', 'b2Bleads', 'createB2Bleads', 'B2Blead'],
    ['lead2', 'lead2s', 'lead2S', 'createLead2S', 'Lead2'],
    ['crm24Lead', 'crm24Leads', 'crm24Leads', 'createCrm24Leads', 'Crm24Lead'],
  ])('of %s and %s are %s, %s and %s', (nameSingular, namePlural, find, create, type) => {
    const object = { nameSingular, namePlural };
    const title = create.slice('create'.length);

    expect(findManyDocument(object, 'id')).toMatchObject({
      root: find,
      document: expect.stringContaining(`$filter:${type}FilterInput,`) as string,
    });
    expect(createManyDocument(object, 'id', false)).toMatchObject({
      root: create,
      document: expect.stringContaining(`[${type}CreateInput!]!`) as string,
    });
    expect(updateManyDocument(object, 'id')).toMatchObject({
      root: `update${title}`,
      document: expect.stringContaining(`$data:${type}UpdateInput!`) as string,
    });
    expect(filteredMutationDocument('restore', object, 'id')).toMatchObject({
      root: `restore${title}`,
      document: expect.stringContaining(`$filter:${type}FilterInput!`) as string,
    });
  });
});
