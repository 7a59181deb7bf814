import { setTimeout as sleep } from 'node:timers/promises';
import { dataOf, defineCase, describeContract, recordsOf } from './support/cases';
import { person, TIME, UUID } from './support/shapes';
import type { JsonObject, Target } from './support/target';

type Made = JsonObject & { id: string };

async function deleted(target: Target, fields: JsonObject = {}): Promise<Made> {
  const made = await target.person(fields);
  await target.rest('DELETE', `people/${made.id}?soft_delete=true`);
  await sleep(3);
  return { ...(await target.read('people', made.id)), id: made.id };
}

async function destroyed(target: Target): Promise<Made> {
  const made = await target.person();
  await target.rest('DELETE', `people/${made.id}`);
  return made;
}

const notFound = { status: 404, error: 'NotFoundException', message: 'Record not found' };
const gqlNotFound = { message: 'Record not found', code: 'NOT_FOUND', subCode: 'RECORD_NOT_FOUND' };
const byId = (id: string): string => encodeURIComponent(`id[eq]:"${id}"`);

function time(record: JsonObject | undefined, field: string): number {
  return new Date(String(record?.[field])).getTime();
}

describeContract('deleting and restoring', [
  defineCase({
    name: 'DELETE with soft_delete puts a record into the bin and shows it',
    given: (target) => target.person(),
    send: ({ id }) => ({ method: 'DELETE', path: `/rest/people/${id}?soft_delete=true` }),
    shows: ({ id }) => ({ data: { deletePerson: person({ id, deletedAt: TIME }) } }),
    effect: ({ answer }) => {
      const [record] = recordsOf(answer);
      expect(record.deletedAt).toBe(record.updatedAt);
    },
  }),
  defineCase({
    name: 'hides a record in the bin',
    given: (target) => deleted(target),
    send: ({ id }) => ({ path: `/rest/people/${id}` }),
    refused: notFound,
  }),
  defineCase({
    name: 'GraphQL: hides a record in the bin',
    given: (target) => deleted(target),
    send: ({ id }) => ({ query: `{person(filter:{id:{eq:"${id}"}}){id}}` }),
    refused: gqlNotFound,
  }),
  defineCase({
    name: 'leaves a record in the bin out of lists',
    given: (target) => deleted(target),
    send: ({ id }) => ({ path: `/rest/people?filter=${byId(id)}` }),
    effect: ({ answer }) => expect(recordsOf(answer)).toEqual([]),
  }),
  defineCase({
    name: 'deleting again moves both times',
    given: (target) => deleted(target),
    send: ({ id }) => ({ method: 'DELETE', path: `/rest/people/${id}?soft_delete=true` }),
    effect: ({ answer, given }) => {
      const [record] = recordsOf(answer);
      expect(time(record, 'deletedAt')).toBeGreaterThan(time(given, 'deletedAt'));
      expect(record.updatedAt).toBe(record.deletedAt);
    },
  }),
  defineCase({
    name: 'PATCH changes a record in the bin and leaves it there',
    given: (target) => deleted(target),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: { jobTitle: 'Undead' } }),
    effect: ({ answer, given }) =>
      expect(recordsOf(answer)[0]).toMatchObject({ jobTitle: 'Undead', deletedAt: given.deletedAt }),
  }),
  defineCase({
    name: 'a record in the bin keeps its email to itself',
    given: async (target) => {
      const primaryEmail = target.email('bin');
      await deleted(target, { emails: { primaryEmail } });
      return primaryEmail;
    },
    send: (primaryEmail) => ({ method: 'POST', path: '/rest/people', body: { emails: { primaryEmail } } }),
    refused: { message: 'A duplicate entry was detected' },
  }),
  ...[
    { way: 'its email', input: ({ emails }: Made): JsonObject => ({ emails }) },
    { way: 'its id', input: ({ id }: Made): JsonObject => ({ id }) },
  ].map(({ way, input }) =>
    defineCase({
      name: `an upsert by ${way} brings a record back from the bin`,
      given: (target) => deleted(target, { emails: { primaryEmail: target.email('back') } }),
      send: (made) => ({
        method: 'POST',
        path: '/rest/people?upsert=true',
        body: { ...input(made), jobTitle: 'Back again' },
      }),
      status: 201,
      effect: async ({ given, target }) =>
        expect(await target.read('people', given.id)).toMatchObject({ deletedAt: null, jobTitle: 'Back again' }),
    }),
  ),
  defineCase({
    name: 'a batch upsert brings records back from the bin, too',
    given: (target) => deleted(target, { emails: { primaryEmail: target.email('back') } }),
    send: ({ emails }) => ({
      query: 'mutation($d:[PersonCreateInput!]!){createPeople(data:$d,upsert:true){id deletedAt}}',
      variables: { d: [{ emails }] },
    }),
    shows: ({ id }) => ({ data: { createPeople: [{ id, deletedAt: null }] } }),
  }),
  defineCase({
    name: 'restoring by path always fails',
    given: (target) => deleted(target),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/restore/people/${id}` }),
    refused: ({ id }) => ({
      message: `Query path '/rest/restore/people/${id}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies`,
    }),
  }),
  defineCase({
    name: 'restores by filter',
    given: (target) => deleted(target),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/restore/people?filter=${byId(id)}` }),
    shows: ({ id }) => ({ data: { restorePeople: [person({ id })] } }),
    effect: async ({ answer, given, target }) => {
      expect(time(recordsOf(answer)[0], 'updatedAt')).toBeGreaterThan(time(given, 'updatedAt'));
      expect(await target.read('people', given.id)).toMatchObject({ deletedAt: null });
    },
  }),
  defineCase({
    name: 'restoring what lives finds nothing in the bin',
    given: (target) => target.person(),
    send: ({ id }) => ({
      method: 'PATCH',
      path: `/rest/restore/people?filter=${encodeURIComponent(`and(id[eq]:"${id}",deletedAt[is]:NOT_NULL)`)}`,
    }),
    shows: () => ({ data: { restorePeople: [] } }),
  }),
  defineCase({
    name: 'GraphQL: deletes',
    given: (target) => target.person(),
    send: ({ id }) => ({ query: `mutation{deletePerson(id:"${id}"){id deletedAt updatedAt}}` }),
    shows: ({ id }) => ({ data: { deletePerson: { id, deletedAt: TIME, updatedAt: TIME } } }),
  }),
  ...[
    { name: 'from the bin', make: (target: Target) => deleted(target) },
    { name: 'what lives', make: (target: Target) => target.person() },
  ].map(({ name, make }) =>
    defineCase({
      name: `GraphQL: restores ${name}`,
      given: make,
      send: ({ id }) => ({ query: `mutation{restorePerson(id:"${id}"){id deletedAt updatedAt}}` }),
      shows: ({ id }) => ({ data: { restorePerson: { id, deletedAt: null, updatedAt: TIME } } }),
    }),
  ),
  defineCase({
    name: 'GraphQL: destroys',
    given: (target) => target.person(),
    send: ({ id }) => ({ query: `mutation{destroyPerson(id:"${id}"){id}}` }),
    shows: ({ id }) => ({ data: { destroyPerson: { id } } }),
    effect: async ({ given, target }) => expect(await target.read('people', given.id)).toBeUndefined(),
  }),
  defineCase({
    name: 'GraphQL: cannot destroy what is gone',
    given: destroyed,
    send: ({ id }) => ({ query: `mutation{destroyPerson(id:"${id}"){id}}` }),
    refused: gqlNotFound,
  }),
  defineCase({
    name: 'a client may write deletedAt itself',
    given: (target) => target.person(),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: { deletedAt: '2026-01-01T00:00:00Z' } }),
    effect: ({ answer }) => expect(recordsOf(answer)[0].deletedAt).toBe('2026-01-01T00:00:00.000Z'),
  }),
  defineCase({
    name: 'a client may empty deletedAt itself',
    given: (target) => deleted(target),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: { deletedAt: null } }),
    effect: ({ answer }) => expect(recordsOf(answer)[0].deletedAt).toBeNull(),
  }),
  defineCase({
    name: 'DELETE without soft_delete destroys for good',
    given: (target) => target.person(),
    send: ({ id }) => ({ method: 'DELETE', path: `/rest/people/${id}` }),
    shows: ({ id }) => ({ data: { deletePerson: { id } } }),
    effect: async ({ given, target }) => expect(await target.read('people', given.id)).toBeUndefined(),
  }),
  defineCase({
    name: 'DELETE destroys a record in the bin',
    given: (target) => deleted(target),
    send: ({ id }) => ({ method: 'DELETE', path: `/rest/people/${id}` }),
    shows: ({ id }) => ({ data: { deletePerson: { id } } }),
  }),
  defineCase({
    name: 'cannot destroy what is gone',
    given: destroyed,
    send: ({ id }) => ({ method: 'DELETE', path: `/rest/people/${id}` }),
    refused: notFound,
  }),
  defineCase({
    name: 'will not destroy everything at once',
    send: () => ({ method: 'DELETE', path: '/rest/people' }),
    refused: {
      message:
        'Filters are mandatory for bulk destroy operations. Please provide at least one filter to prevent accidental deletion of all records.',
    },
    doubleOnly: 'if it did, everything would be gone',
  }),
  defineCase({
    name: 'deletes every record of a filter',
    given: async (target) => {
      const jobTitle = target.unique('bulk');
      await target.rest('POST', 'batch/people', [{ jobTitle }, { jobTitle }, { jobTitle }]);
      return jobTitle;
    },
    send: (jobTitle) => ({
      method: 'DELETE',
      path: `/rest/people?soft_delete=true&filter=${encodeURIComponent(`jobTitle[eq]:"${jobTitle}"`)}`,
    }),
    effect: ({ answer }) => {
      expect(recordsOf(answer)).toEqual([1, 2, 3].map(() => person({ deletedAt: TIME, jobTitle: expect.any(String) })));
      expect(dataOf(answer)).toHaveProperty('deletePeople');
    },
  }),
  defineCase({
    name: 'destroys every record of a filter',
    given: async (target) => {
      const jobTitle = target.unique('bulk');
      await target.rest('POST', 'batch/people', [{ jobTitle }, { jobTitle }]);
      await target.rest('DELETE', `people?soft_delete=true&filter=${encodeURIComponent(`jobTitle[eq]:"${jobTitle}"`)}`);
      return jobTitle;
    },
    send: (jobTitle) => ({
      method: 'DELETE',
      path: `/rest/people?filter=${encodeURIComponent(`and(jobTitle[eq]:"${jobTitle}",deletedAt[is]:NOT_NULL)`)}`,
    }),
    shows: () => ({ data: { deletePeople: [{ id: UUID }, { id: UUID }] } }),
  }),
  defineCase({
    name: 'destroying a company empties companyId without moving updatedAt',
    given: async (target) => {
      const { id: companyId } = await target.make('companies', { name: target.unique('gone') });
      const employee = await target.person({ companyId });
      await sleep(3);
      return { companyId, employee };
    },
    send: ({ companyId }) => ({ method: 'DELETE', path: `/rest/companies/${companyId}` }),
    effect: async ({ given, target }) =>
      expect(await target.read('people', given.employee.id)).toMatchObject({
        companyId: null,
        updatedAt: given.employee.updatedAt,
      }),
  }),
]);
