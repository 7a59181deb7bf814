import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineCase, describeContract, recordsOf } from './support/cases';
import { BY_API_KEY, person, TEXT } from './support/shapes';
import type { JsonObject } from './support/target';

const MISSING_ID = '00000000-0000-4000-8000-000000000002';

function millisecondsOf(record: JsonObject | undefined, field: string): number {
  return new Date(String(record?.[field])).getTime();
}

/** Lets the clock move on by a millisecond at least, so that two times differ. */
const aMoment = (): Promise<void> => sleep(3);

describeContract('writing one record', [
  defineCase({
    name: 'creates a person and shows it whole',
    given: (target) => Promise.resolve(target.email()),
    send: (primaryEmail) => ({
      method: 'POST',
      path: '/rest/people',
      body: { name: { firstName: 'Ada', lastName: 'L' }, emails: { primaryEmail }, jobTitle: 'Engineer' },
    }),
    status: 201,
    shows: (primaryEmail) => ({
      data: {
        createPerson: person({
          name: { firstName: 'Ada', lastName: 'L' },
          emails: { primaryEmail, additionalEmails: [] },
          jobTitle: 'Engineer',
        }),
      },
    }),
    effect: async ({ answer, target }) => {
      const [record] = recordsOf(answer);
      expect(record.createdAt).toBe(record.updatedAt);
      expect(await target.read('people', String(record.id))).toMatchObject({ jobTitle: 'Engineer' });
    },
  }),
  defineCase({
    name: 'creates a person from nothing',
    send: () => ({ method: 'POST', path: '/rest/people', body: {} }),
    status: 201,
    shows: () => ({ data: { createPerson: person({ name: { firstName: '', lastName: '' } }) } }),
  }),
  defineCase({
    name: 'lets the empty email repeat',
    given: (target) => target.person({ emails: { primaryEmail: '' } }),
    send: () => ({ method: 'POST', path: '/rest/people', body: { emails: { primaryEmail: '' } } }),
    status: 201,
  }),
  defineCase({
    name: 'takes id, times and createdBy from the client, but not updatedBy',
    given: () => Promise.resolve(randomUUID()),
    send: (id) => ({
      method: 'POST',
      path: '/rest/people',
      body: {
        id,
        createdAt: '2021-05-05T05:05:05.123456Z',
        updatedAt: '2021-06-06T06:06:06.654321Z',
        createdBy: { source: 'IMPORT', name: 'lead sync', context: {} },
        updatedBy: { source: 'MANUAL', name: 'somebody' },
        position: 5,
      },
    }),
    status: 201,
    effect: ({ answer, given }) =>
      expect(recordsOf(answer)[0]).toMatchObject({
        id: given,
        createdAt: '2021-05-05T05:05:05.123Z',
        updatedAt: '2021-06-06T06:06:06.654Z',
        createdBy: { source: 'IMPORT', workspaceMemberId: null, name: 'lead sync', context: null },
        updatedBy: BY_API_KEY,
        position: 5,
      }),
  }),
  defineCase({
    name: 'refuses an id that exists',
    given: (target) => target.person(),
    send: ({ id }) => ({ method: 'POST', path: '/rest/people', body: { id, jobTitle: 'Twin' } }),
    refused: { message: 'A duplicate entry was detected' },
    effect: async ({ given, target }) => expect(await target.read('people', given.id)).toMatchObject({ jobTitle: '' }),
  }),
  defineCase({
    name: 'refuses an email that exists, whatever its case',
    given: async (target) => {
      const primaryEmail = target.email('taken');
      await target.person({ emails: { primaryEmail } });
      return primaryEmail;
    },
    send: (primaryEmail) => ({
      method: 'POST',
      path: '/rest/people',
      body: { emails: { primaryEmail: primaryEmail.toUpperCase() } },
    }),
    refused: { message: 'A duplicate entry was detected' },
  }),
  defineCase({
    name: 'names the record in the way in GraphQL',
    given: async (target) => {
      const primaryEmail = target.email('taken');
      const { id } = await target.person({ emails: { primaryEmail } });
      return { id, primaryEmail };
    },
    send: ({ primaryEmail }) => ({
      query: 'mutation($d:PersonCreateInput!){createPerson(data:$d){id}}',
      variables: { d: { emails: { primaryEmail } } },
    }),
    refused: { message: 'A duplicate entry was detected' },
    effect: ({ answer, given }) =>
      expect(answer.body).toMatchObject({
        errors: [{ extensions: { conflictingRecordId: given.id, conflictingObjectNameSingular: 'person' } }],
      }),
  }),
  defineCase({
    name: 'refuses a company domain that exists',
    given: async (target) => {
      const primaryLinkUrl = `https://${target.unique('dom')}.example.test`;
      await target.make('companies', { name: 'First', domainName: { primaryLinkUrl } });
      return primaryLinkUrl;
    },
    send: (primaryLinkUrl) => ({
      method: 'POST',
      path: '/rest/companies',
      body: { name: 'Second', domainName: { primaryLinkUrl: `${primaryLinkUrl.toUpperCase()}/` } },
    }),
    refused: { message: 'A duplicate entry was detected' },
  }),
  defineCase({
    name: 'changes what is given and nothing else',
    given: (target) => target.person({ phones: { primaryPhoneNumber: '+33612345678' } }),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: { jobTitle: 'CTO' } }),
    effect: ({ answer, given }) => {
      const [record] = recordsOf(answer);
      expect(record).toMatchObject({ id: given.id, jobTitle: 'CTO', phones: given.phones, name: given.name });
    },
  }),
  ...[
    { name: 'a PATCH that changes nothing', body: { jobTitle: 'Same' } },
    { name: 'an empty PATCH', body: {} },
  ].map(({ name, body }) =>
    defineCase({
      name: `moves updatedAt for ${name}`,
      given: async (target) => {
        const record = await target.person({ jobTitle: 'Same' });
        await aMoment();
        return record;
      },
      send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body }),
      effect: ({ answer, given }) =>
        expect(millisecondsOf(recordsOf(answer)[0], 'updatedAt')).toBeGreaterThan(millisecondsOf(given, 'updatedAt')),
    }),
  ),
  ...['2020-01-02T03:04:05.678Z', '2099-01-01T00:00:00.000Z'].map((updatedAt) =>
    defineCase({
      name: `lets a client set updatedAt to ${updatedAt}`,
      given: (target) => target.person(),
      send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: { updatedAt } }),
      effect: async ({ given, target }) => expect(await target.read('people', given.id)).toMatchObject({ updatedAt }),
    }),
  ),
  defineCase({
    name: 'lets a client set createdAt and createdBy later, and overwrites updatedBy',
    given: (target) => target.person(),
    send: ({ id }) => ({
      method: 'PATCH',
      path: `/rest/people/${id}`,
      body: {
        createdAt: '2020-01-01T00:00:00.000Z',
        createdBy: { source: 'IMPORT', name: 'lead sync' },
        updatedBy: { source: 'MANUAL', name: 'somebody' },
      },
    }),
    effect: ({ answer }) =>
      expect(recordsOf(answer)[0]).toMatchObject({
        createdAt: '2020-01-01T00:00:00.000Z',
        createdBy: { source: 'IMPORT', workspaceMemberId: null, name: 'lead sync', context: {} },
        updatedBy: { source: 'API', name: TEXT },
      }),
  }),
  defineCase({
    name: 'finds nothing to change under an unknown id',
    send: () => ({ method: 'PATCH', path: `/rest/people/${MISSING_ID}`, body: { jobTitle: 'x' } }),
    refused: { status: 404, error: 'NotFoundException', message: 'Record not found' },
  }),
  defineCase({
    name: 'GraphQL: finds nothing to change under an unknown id',
    send: () => ({ query: `mutation{updatePerson(id:"${MISSING_ID}",data:{jobTitle:"x"}){id}}` }),
    refused: { message: 'Record not found', code: 'NOT_FOUND', subCode: 'RECORD_NOT_FOUND' },
  }),
  defineCase({
    name: 'refuses to change to the email of another',
    given: async (target) => {
      const primaryEmail = target.email('other');
      await target.person({ emails: { primaryEmail } });
      const { id } = await target.person();
      return { id, primaryEmail };
    },
    send: ({ id, primaryEmail }) => ({
      method: 'PATCH',
      path: `/rest/people/${id}`,
      body: { emails: { primaryEmail }, jobTitle: 'Thief' },
    }),
    refused: { message: 'A duplicate entry was detected' },
    effect: async ({ given, target }) => expect(await target.read('people', given.id)).toMatchObject({ jobTitle: '' }),
  }),
  defineCase({
    name: 'upserts one by email',
    given: async (target) => {
      const primaryEmail = target.email('up');
      const { id } = await target.person({ emails: { primaryEmail }, jobTitle: 'Before' });
      return { id, primaryEmail };
    },
    send: ({ primaryEmail }) => ({
      method: 'POST',
      path: '/rest/people?upsert=true',
      body: { emails: { primaryEmail }, name: { firstName: 'New' } },
    }),
    status: 201,
    effect: ({ answer, given }) =>
      expect(recordsOf(answer)[0]).toMatchObject({ id: given.id, jobTitle: 'Before', name: { firstName: 'New' } }),
  }),
  defineCase({
    name: 'upserts one by id',
    given: (target) => target.person({ jobTitle: 'Before' }),
    send: ({ id }) => ({ method: 'POST', path: '/rest/people?upsert=true', body: { id, jobTitle: 'After' } }),
    status: 201,
    effect: ({ answer, given }) =>
      expect(recordsOf(answer)[0]).toMatchObject({ id: given.id, jobTitle: 'After', name: given.name }),
  }),
  defineCase({
    name: 'upserts an unknown id as a new record with that id',
    given: () => Promise.resolve(randomUUID()),
    send: (id) => ({ method: 'POST', path: '/rest/people?upsert=true', body: { id, jobTitle: 'Newcomer' } }),
    status: 201,
    effect: ({ answer, given }) => expect(recordsOf(answer)[0].id).toBe(given),
  }),
  defineCase({
    name: 'answers an unknown id with a known email by changing that other person',
    given: async (target) => {
      const primaryEmail = target.email('other');
      const { id } = await target.person({ emails: { primaryEmail } });
      return { id, unknown: randomUUID(), primaryEmail };
    },
    send: ({ unknown, primaryEmail }) => ({
      method: 'POST',
      path: '/rest/people?upsert=true',
      body: { id: unknown, emails: { primaryEmail }, jobTitle: 'Hijacked' },
    }),
    status: 201,
    effect: async ({ answer, given, target }) => {
      expect(recordsOf(answer)[0]).toMatchObject({ id: given.id, jobTitle: 'Hijacked' });
      expect(await target.read('people', given.unknown)).toBeUndefined();
    },
  }),
  defineCase({
    name: 'upserts a company by its domain',
    given: async (target) => {
      const host = `${target.unique('cd')}.example.test`;
      const { id } = await target.make('companies', { name: 'Co', domainName: { primaryLinkUrl: `https://${host}` } });
      return { id, host };
    },
    send: ({ host }) => ({
      method: 'POST',
      path: '/rest/companies?upsert=true',
      body: { name: 'Co2', domainName: { primaryLinkUrl: `https://${host.toUpperCase()}` } },
    }),
    status: 201,
    effect: ({ answer, given }) => expect(recordsOf(answer)[0]).toMatchObject({ id: given.id, name: 'Co2' }),
  }),
  defineCase({
    name: 'connects a company by its domain',
    given: async (target) => {
      const primaryLinkUrl = `https://${target.unique('conn')}.example.test`;
      const { id } = await target.make('companies', { domainName: { primaryLinkUrl } });
      return { id, primaryLinkUrl };
    },
    send: ({ primaryLinkUrl }) => ({
      method: 'POST',
      path: '/rest/people',
      body: { company: { connect: { where: { domainName: { primaryLinkUrl } } } } },
    }),
    status: 201,
    effect: ({ answer, given }) => expect(recordsOf(answer)[0].companyId).toBe(given.id),
  }),
  defineCase({
    name: 'refuses to connect a company that does not exist',
    given: (target) => Promise.resolve(`https://${target.unique('none')}.example.test`),
    send: (primaryLinkUrl) => ({
      method: 'POST',
      path: '/rest/people',
      body: { company: { connect: { where: { domainName: { primaryLinkUrl } } } } },
    }),
    refused: (url) => ({
      message: `Expected 1 record to connect to company, but found 0 for domainNamePrimaryLinkUrl = ${url}`,
    }),
  }),
]);
