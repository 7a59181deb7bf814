import { randomUUID } from 'node:crypto';
import { defineCase, describeContract, recordsOf } from './support/cases';
import { person, UUID } from './support/shapes';
import type { JsonObject, Target } from './support/target';

const UPSERT =
  'mutation($d:[PersonCreateInput!]!){createPeople(data:$d,upsert:true){id jobTitle emails{primaryEmail}}}';
const INSERT = 'mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id jobTitle}}';
const MISSING_ID = '00000000-0000-4000-8000-0000000000aa';

function people(jobTitle: string, count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({
    jobTitle,
    emails: { primaryEmail: `${jobTitle}.${index}@example.test` },
  }));
}

async function countOf(target: Target, jobTitle: string): Promise<unknown> {
  const filter = encodeURIComponent(`jobTitle[eq]:"${jobTitle}"`);
  const { body } = await target.rest('GET', `people?limit=0&filter=${filter}`);
  return (body as JsonObject).totalCount;
}

/** Two people with emails of their own. */
async function pair(target: Target): Promise<{ first: string; second: string; emails: [string, string] }> {
  const emails: [string, string] = [target.email('first'), target.email('second')];
  const [first, second] = await Promise.all(
    emails.map((primaryEmail) => target.person({ emails: { primaryEmail }, jobTitle: 'Before' })),
  );
  return { first: first.id, second: second.id, emails };
}

const tooMany = {
  message: 'Maximum number of records to upsert is 200.',
  subCode: 'TOO_MANY_RECORDS_TO_UPDATE',
};

describeContract('batches', [
  ...[1, 60, 61, 200].map((count) =>
    defineCase({
      name: `creates ${count} at once, in the order given`,
      given: (target) => Promise.resolve(people(target.unique('b'), count)),
      send: (body) => ({ method: 'POST', path: '/rest/batch/people', body }),
      status: 201,
      effect: ({ answer, given }) => {
        const records = recordsOf(answer);
        expect(records.map(({ emails }) => (emails as JsonObject).primaryEmail)).toEqual(
          given.map(({ emails }) => (emails as JsonObject).primaryEmail),
        );
        expect(new Set(records.map(({ createdAt }) => createdAt)).size).toBe(1);
        expect(records[0]).toEqual(person({ jobTitle: given[0].jobTitle, emails: expect.anything() }));
      },
    }),
  ),
  defineCase({
    name: 'refuses 201 at once',
    given: (target) => Promise.resolve(people(target.unique('b'), 201)),
    send: (body) => ({ method: 'POST', path: '/rest/batch/people', body }),
    refused: tooMany,
    effect: async ({ given, target }) => expect(await countOf(target, String(given[0].jobTitle))).toBe(0),
  }),
  defineCase({
    name: 'GraphQL: refuses 201 at once',
    given: (target) => Promise.resolve(people(target.unique('b'), 201)),
    send: (d) => ({ query: UPSERT, variables: { d } }),
    refused: tooMany,
  }),
  defineCase({
    name: 'creates nobody from an empty batch',
    send: () => ({ method: 'POST', path: '/rest/batch/people', body: [] }),
    status: 201,
    shows: () => ({ data: { createPeople: [] } }),
  }),
  defineCase({
    name: 'an insert-only batch with one email that exists creates nobody',
    given: async (target) => {
      const primaryEmail = target.email('dup');
      await target.person({ emails: { primaryEmail } });
      return { label: target.unique('b'), primaryEmail };
    },
    send: ({ label, primaryEmail }) => ({
      method: 'POST',
      path: '/rest/batch/people',
      body: [...people(label, 2), { jobTitle: label, emails: { primaryEmail } }],
    }),
    refused: { message: 'A duplicate entry was detected' },
    effect: async ({ given, target }) => expect(await countOf(target, given.label)).toBe(0),
  }),
  defineCase({
    name: 'GraphQL: an insert-only batch with one email that exists creates nobody',
    given: async (target) => {
      const primaryEmail = target.email('dup');
      const { id } = await target.person({ emails: { primaryEmail } });
      return { label: target.unique('b'), primaryEmail, id };
    },
    send: ({ label, primaryEmail }) => ({
      query: INSERT,
      variables: { d: [...people(label, 2), { jobTitle: label, emails: { primaryEmail } }] },
    }),
    refused: { message: 'A duplicate entry was detected' },
    effect: async ({ answer, given, target }) => {
      expect(await countOf(target, given.label)).toBe(0);
      expect(answer.body).toMatchObject({ errors: [{ extensions: { conflictingRecordId: given.id } }] });
    },
  }),
  defineCase({
    name: 'new twins of one email spoil an upsert',
    given: (target) => Promise.resolve(target.email('twin')),
    send: (primaryEmail) => ({
      method: 'POST',
      path: '/rest/batch/people?upsert=true',
      body: [{ emails: { primaryEmail } }, { emails: { primaryEmail } }],
    }),
    refused: { message: 'A duplicate entry was detected' },
  }),
  defineCase({
    name: 'two inputs for one existing person give one result, the later winning',
    given: pair,
    send: ({ emails: [primaryEmail] }) => ({
      method: 'POST',
      path: '/rest/batch/people?upsert=true',
      body: [
        { emails: { primaryEmail }, jobTitle: 't1' },
        { emails: { primaryEmail }, jobTitle: 't2' },
      ],
    }),
    status: 201,
    effect: ({ answer, given }) =>
      expect(recordsOf(answer)).toEqual([expect.objectContaining({ id: given.first, jobTitle: 't2' })]),
  }),
  defineCase({
    name: 'answers updates before inserts, whatever the order of the request',
    given: async (target) => ({ ...(await pair(target)), newcomer: randomUUID() }),
    send: ({ first, second, newcomer }) => ({
      query: UPSERT,
      variables: {
        d: [
          { id: newcomer, jobTitle: 'n' },
          { id: second, jobTitle: 's' },
          { id: first, jobTitle: 'f' },
        ],
      },
    }),
    effect: ({ answer, given }) =>
      expect(recordsOf(answer).map(({ id }) => id)).toEqual([given.second, given.first, given.newcomer]),
  }),
  defineCase({
    name: 'updates some and creates others, keeping what is not given',
    given: pair,
    send: ({ emails: [known] }) => ({
      method: 'POST',
      path: '/rest/batch/people?upsert=true',
      body: [
        { emails: { primaryEmail: known }, linkedinLink: { primaryLinkUrl: 'https://linkedin.com/in/up' } },
        { emails: { primaryEmail: `new.${known}` }, name: { firstName: 'N' } },
      ],
    }),
    status: 201,
    effect: ({ answer, given }) => {
      const [updated, created] = recordsOf(answer);
      expect(updated).toMatchObject({ id: given.first, jobTitle: 'Before' });
      expect(created).toEqual(person({ id: UUID, name: { firstName: 'N', lastName: '' }, emails: expect.anything() }));
    },
  }),
  defineCase({
    name: 'an id of one with the email of another spoils an upsert',
    given: pair,
    send: ({ first, emails: [, other] }) => ({
      method: 'POST',
      path: '/rest/batch/people?upsert=true',
      body: [{ id: first, emails: { primaryEmail: other } }],
    }),
    refused: ({ first, emails: [, other] }) => ({
      message: `Multiple records found with the same unique field values for id (id: ${first}); emails (emails.primaryEmail: ${other}). Cannot determine which record to update.`,
    }),
  }),
  defineCase({
    name: 'such a conflict is found before anything is written',
    given: pair,
    send: ({ first, second, emails: [, other] }) => ({
      query: UPSERT,
      variables: {
        d: [
          { id: second, jobTitle: 'Written' },
          { id: first, emails: { primaryEmail: other } },
        ],
      },
    }),
    effect: async ({ answer, given, target }) => {
      expect(answer.body).toMatchObject({ data: { createPeople: null } });
      expect(await target.read('people', given.second)).toMatchObject({ jobTitle: 'Before' });
    },
  }),
  defineCase({
    name: 'handing an email on within one batch changes one person and creates nobody',
    given: async (target) => ({ ...(await pair(target)), fresh: target.email('fresh'), newcomer: randomUUID() }),
    send: ({ first, emails: [old], fresh, newcomer }) => ({
      query: UPSERT,
      variables: {
        d: [
          { id: first, emails: { primaryEmail: fresh } },
          { id: newcomer, emails: { primaryEmail: old } },
        ],
      },
    }),
    effect: async ({ answer, given, target }) => {
      expect(recordsOf(answer)).toMatchObject([{ id: given.first, emails: { primaryEmail: given.emails[0] } }]);
      expect(await target.read('people', given.newcomer)).toBeUndefined();
    },
  }),
  defineCase({
    name: 'a failing insert leaves the updates before it in place',
    given: pair,
    send: ({ first }) => ({
      method: 'POST',
      path: '/rest/batch/people?upsert=true',
      body: [{ id: first, jobTitle: 'Partly applied' }, { companyId: MISSING_ID }],
    }),
    status: 400,
    effect: async ({ given, target }) =>
      expect(await target.read('people', given.first)).toMatchObject({ jobTitle: 'Partly applied' }),
  }),
  defineCase({
    name: 'a failing update leaves the rows before it changed and the rows after it not',
    given: async (target) => ({ ...(await pair(target)), third: (await target.person({ jobTitle: 'Before' })).id }),
    send: ({ first, second, third }) => ({
      method: 'POST',
      path: '/rest/batch/people?upsert=true',
      body: [
        { id: first, jobTitle: 'U1' },
        { id: second, companyId: MISSING_ID },
        { id: third, jobTitle: 'U3' },
      ],
    }),
    status: 400,
    effect: async ({ given, target }) => {
      expect(await target.read('people', given.first)).toMatchObject({ jobTitle: 'U1' });
      expect(await target.read('people', given.second)).toMatchObject({ companyId: null });
      expect(await target.read('people', given.third)).toMatchObject({ jobTitle: 'Before' });
    },
  }),
  defineCase({
    name: 'repeating a create with its own ids changes nothing but times',
    given: async (target) => {
      const d = people(target.unique('again'), 3).map((input): JsonObject => ({ ...input, id: randomUUID() }));
      await target.graphql(UPSERT, { d });
      return d;
    },
    send: (d) => ({ query: UPSERT, variables: { d } }),
    effect: async ({ answer, given, target }) => {
      expect(
        recordsOf(answer)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(given.map(({ id }) => id).sort());
      expect(await countOf(target, String(given[0].jobTitle))).toBe(3);
    },
  }),
  defineCase({
    name: 'PATCH of a batch does not exist: the list is taken for fields',
    send: () => ({ method: 'PATCH', path: '/rest/batch/notes', body: [{ title: 'batch' }] }),
    refused: { message: 'Object note doesn\'t have any "0" field.' },
  }),
]);
