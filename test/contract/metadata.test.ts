import camelCase from 'lodash/camelCase';
import { dataOf, recordsOf } from './support/cases';
import { CustomMetadata } from './support/custom-metadata';
import { company, FIELD, TEXT, UUID } from './support/shapes';
import { Target, type JsonObject } from './support/target';

const TIMEOUT_MS = 180_000;

describe('metadata', () => {
  let target: Target;
  let metadata: CustomMetadata;
  beforeAll(async () => {
    target = await Target.open();
    metadata = await CustomMetadata.open(target);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await metadata.remove();
    await target.close();
  }, TIMEOUT_MS);

  test('lists objects with their fields, and says how many', async () => {
    const { body, status } = await metadata.rest('GET', 'objects?limit=200');
    const objects = (body as { data: { objects: JsonObject[] } }).data.objects;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      pageInfo: { hasNextPage: false, startCursor: objects[0].id, endCursor: objects.at(-1)?.id },
      totalCount: objects.length,
    });
    expect(objects[0]).toMatchObject({
      id: UUID,
      nameSingular: TEXT,
      namePlural: TEXT,
      labelSingular: TEXT,
      isActive: true,
    });
    expect((objects[0].fields as JsonObject[])[0]).toMatchObject(FIELD);
  });

  test.each(['person', 'company', 'opportunity', 'task', 'note', 'taskTarget', 'noteTarget'])(
    'knows the object %s',
    async (name) => {
      const objects = dataOf(await metadata.rest('GET', 'objects?limit=200')).objects as JsonObject[];
      expect(objects.find(({ nameSingular }) => nameSingular === name)).toMatchObject({ isActive: true });
    },
  );

  test('pages fields by their ids', async () => {
    const first = await metadata.rest('GET', 'fields?limit=2');
    const info = (first.body as { pageInfo: JsonObject }).pageInfo;
    const second = await metadata.rest('GET', `fields?limit=2&starting_after=${String(info.endCursor)}`);
    const ids = [first, second].flatMap((answer) => (dataOf(answer).fields as JsonObject[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(4);
    expect(info).toEqual({ hasNextPage: true, startCursor: ids[0], endCursor: ids[1] });
    expect(first.body).toMatchObject({ totalCount: expect.any(Number) });
    expect((dataOf(first).fields as JsonObject[])[0]).toMatchObject(FIELD);
  });

  test(
    'makes a text field with a unique index, usable at once',
    async () => {
      const name = metadata.fieldName('ext');
      const field = await metadata.createField({
        objectMetadataId: metadata.personId,
        type: 'TEXT',
        name,
        label: name,
        isUnique: true,
      });
      expect(field).toMatchObject({ ...FIELD, name, type: 'TEXT', isUnique: true, options: null, defaultValue: null });

      const { id } = await target.person({ [name]: 'sb-1' });
      const upserted = await target.rest('POST', 'people?upsert=true', { [name]: 'sb-1', jobTitle: 'By custom field' });
      expect(recordsOf(upserted)).toMatchObject([{ id, jobTitle: 'By custom field', [name]: 'sb-1' }]);
      const repeated = await target.rest('POST', 'people', { [name]: 'sb-1' });
      expect(repeated).toMatchObject({ status: 400, body: { messages: ['A duplicate entry was detected'] } });
    },
    TIMEOUT_MS,
  );

  test(
    'makes a select field, which refuses other values',
    async () => {
      const name = metadata.fieldName('sel');
      const options = ['NEW', 'QUALIFIED'].map((value, position) => ({
        label: value,
        value,
        color: 'green',
        position,
      }));
      const field = await metadata.createField({
        objectMetadataId: metadata.personId,
        type: 'SELECT',
        name,
        label: name,
        options,
      });
      expect(field.options).toMatchObject([
        { id: UUID, value: 'NEW' },
        { id: UUID, value: 'QUALIFIED' },
      ]);

      expect(await target.person({ [name]: 'NEW' })).toMatchObject({ [name]: 'NEW' });
      expect(await target.person()).toMatchObject({ [name]: null });
      const refused = await target.rest('POST', 'people', { [name]: 'BOGUS' });
      expect(refused).toMatchObject({
        status: 400,
        body: { messages: [`Invalid value "BOGUS" for field "${name}". Valid values are: NEW, QUALIFIED`] },
      });
    },
    TIMEOUT_MS,
  );

  test.each([
    { type: 'NUMBER', value: 3, shown: 3, blank: null },
    { type: 'TEXT', value: 'x', shown: 'x', blank: '' },
    { type: 'BOOLEAN', value: true, shown: true, blank: null },
    { type: 'RAW_JSON', value: { a: [1, 2] }, shown: { a: [1, 2] }, blank: null },
    { type: 'DATE_TIME', value: '2026-01-01T00:00:00.123456Z', shown: '2026-01-01T00:00:00.123Z', blank: null },
  ])(
    'makes a $type field',
    async ({ type, value, shown, blank }) => {
      const name = metadata.fieldName('ty');
      await metadata.createField({ objectMetadataId: metadata.personId, type, name, label: name });
      const filled = await target.person({ [name]: value });
      expect(filled[name]).toEqual(shown);
      const left = await target.person();
      // A new BOOLEAN field may come with false as its default.
      expect(type === 'BOOLEAN' ? [null, false] : [blank]).toContainEqual(left[name]);
    },
    TIMEOUT_MS,
  );

  test(
    'shows a new field in GraphQL',
    async () => {
      const name = metadata.fieldName('gq');
      await metadata.createField({ objectMetadataId: metadata.personId, type: 'TEXT', name, label: name });
      const answer = await target.graphql(`mutation($d:PersonCreateInput!){createPerson(data:$d){id ${name}}}`, {
        d: { [name]: 'seen' },
      });
      expect(recordsOf(answer)).toMatchObject([{ [name]: 'seen' }]);
    },
    TIMEOUT_MS,
  );

  test('refuses a name in snake case', async () => {
    const answer = await metadata.rest('POST', 'fields', {
      objectMetadataId: metadata.personId,
      type: 'TEXT',
      name: 'supabase_id',
      label: 'x',
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        statusCode: 400,
        error: 'METADATA_VALIDATION_ERROR',
        errors: {
          fieldMetadata: [
            {
              errors: [
                {
                  code: 'INVALID_FIELD_INPUT',
                  message:
                    'Name is not valid: it must start with lowercase letter and contain only alphanumeric letters',
                },
              ],
            },
          ],
        },
      },
    });
  });

  test.each(['jobTitle', 'emails'])('refuses the name of a field that exists: %s', async (name) => {
    const answer = await metadata.rest('POST', 'fields', {
      objectMetadataId: metadata.personId,
      type: 'TEXT',
      name,
      label: 'again',
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: 'METADATA_VALIDATION_ERROR',
        errors: { fieldMetadata: [{ errors: [{ code: 'NOT_AVAILABLE', value: name }] }] },
      },
    });
  });

  test('makes an object with the fields that every object has', async () => {
    const objects = dataOf(await metadata.rest('GET', 'objects?limit=200')).objects as JsonObject[];
    const object = objects.find(({ id }) => id === metadata.custom.id);
    const names = (object?.fields as JsonObject[]).map(({ name }) => name);
    const every = 'name id createdAt updatedAt deletedAt createdBy updatedBy position'.split(' ');
    expect(names).toEqual(expect.arrayContaining(every));
  });

  test(
    'serves a new object at once, with emails and a relation of its own',
    async () => {
      const emails = await metadata.createField({
        objectMetadataId: metadata.custom.id,
        type: 'EMAILS',
        name: 'emails',
        label: 'Emails',
        isUnique: true,
      });
      const relation = await metadata.createField({
        objectMetadataId: metadata.custom.id,
        type: 'RELATION',
        name: 'person',
        label: 'Person',
        relationCreationPayload: {
          targetObjectMetadataId: metadata.personId,
          targetFieldLabel: metadata.fieldName('inverse'),
          targetFieldIcon: 'IconUser',
          type: 'MANY_TO_ONE',
        },
      });
      expect(emails).toMatchObject({ type: 'EMAILS', isUnique: true });
      expect(relation).toMatchObject({
        type: 'RELATION',
        settings: { relationType: 'MANY_TO_ONE', joinColumnName: 'personId' },
      });

      const address = target.email('lead');
      const person = await target.person();
      const made = await target.rest('POST', metadata.custom.plural, {
        name: 'L1',
        emails: { primaryEmail: address.toUpperCase() },
        personId: person.id,
      });
      expect(made).toMatchObject({
        status: 201,
        body: {
          data: {
            [`create${metadata.custom.title}`]: {
              id: UUID,
              name: 'L1',
              emails: { primaryEmail: address },
              personId: person.id,
            },
          },
        },
      });
      const upserted = await target.rest('POST', `batch/${metadata.custom.plural}?upsert=true`, [
        { name: 'L1b', emails: { primaryEmail: address } },
        { name: 'L2', emails: { primaryEmail: `other.${address}` } },
      ]);
      expect(recordsOf(upserted)).toMatchObject([{ id: recordsOf(made)[0].id, name: 'L1b' }, { name: 'L2' }]);
      const root = camelCase(metadata.custom.plural);
      const listed = await target.graphql(
        `{${root}(first:2){totalCount edges{node{name emails{primaryEmail} person{id}}}}}`,
      );
      expect(listed.body).toMatchObject({ data: { [root]: { totalCount: 2 } } });
    },
    TIMEOUT_MS,
  );

  test.each([
    {
      singular: 'b2blead',
      plural: 'b2bleads',
      roots: ['b2Blead', 'b2Bleads'],
      create: 'createB2Bleads',
      type: 'B2Blead',
    },
    { singular: 'lead2', plural: 'lead2s', roots: ['lead2', 'lead2S'], create: 'createLead2S', type: 'Lead2' },
  ])(
    'splits the name $plural at its digit for GraphQL, and not for REST',
    async ({ singular, plural, roots: [one, many], create, type }) => {
      await metadata.createObject(singular, plural);

      const made = await target.graphql(`mutation($d:[${type}CreateInput!]!){${create}(data:$d){id}}`, {
        d: [{ name: 'G' }],
      });
      const [{ id }] = recordsOf(made);
      expect(dataOf(await target.graphql(`{${many}(first:2){edges{node{id __typename}}}}`))).toEqual({
        [many]: { edges: [{ node: { id, __typename: type } }] },
      });
      expect(dataOf(await target.graphql(`{${one}(filter:{id:{eq:"${id}"}}){name}}`))).toEqual({
        [one]: { name: 'G' },
      });
      expect(dataOf(await target.rest('GET', plural))).toMatchObject({ [plural]: [{ id }] });
      expect((await target.graphql(`{${plural}(first:1){totalCount}}`)).body).toHaveProperty('errors');
    },
    TIMEOUT_MS,
  );

  test('does not mind that a company has no such field', async () => {
    const made = await target.make('companies', { name: target.unique('co') });
    const answer = await target.graphql(`{company(filter:{id:{eq:"${made.id}"}}){id headcountOfNobody}}`);
    expect(answer.body).toEqual({ data: { company: { id: made.id, headcountOfNobody: null } } });
    expect(await target.read('companies', made.id)).toEqual(company());
  });
});
