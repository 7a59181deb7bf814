import { defineCase, describeContract, type Refusal, type RunnableCase } from './support/cases';
import type { Json, JsonObject } from './support/target';

interface BadInput {
  name: string;
  input: JsonObject;
  refused: Refusal;
}

const data = (message: string): Refusal => ({ message, subCode: 'INVALID_ARGS_DATA' });
const coded = (message: string, code: string): Refusal => ({ message, restCode: code, subCode: code });
const email = (shown: string, part = 'primaryEmail'): Refusal =>
  data(`Invalid string value ${shown} for email field "emails.${part}"`);
const phone = (number: string): Refusal => coded(`Provided phone number is invalid ${number}`, 'INVALID_PHONE_NUMBER');

const BAD_PEOPLE: BadInput[] = [
  {
    name: 'an unknown field',
    input: { shoeSize: 1 },
    refused: data('Object person doesn\'t have any "shoeSize" field.'),
  },
  {
    name: 'a field of places, which people do not have',
    input: { town: 'Paris' },
    refused: data('Object person doesn\'t have any "town" field.'),
  },
  {
    name: 'an email that is none',
    input: { emails: { primaryEmail: 'not an email' } },
    refused: email("'not an email'"),
  },
  { name: 'an email without an at sign', input: { emails: { primaryEmail: 'nobody' } }, refused: email("'nobody'") },
  {
    name: 'an email with spaces around it',
    input: { emails: { primaryEmail: ' a@example.test ' } },
    refused: email("' a@example.test '"),
  },
  {
    name: 'an additional email that is none',
    input: { emails: { additionalEmails: ['ok@example.test', 'bad'] } },
    refused: email("'bad'", 'additionalEmails'),
  },
  { name: 'a phone that is none', input: { phones: { primaryPhoneNumber: 'abc' } }, refused: phone('abc') },
  {
    name: 'a local phone without a country',
    input: { phones: { primaryPhoneNumber: '0612345678' } },
    refused: phone('0612345678'),
  },
  {
    name: 'a phone whose calling code is no country’s',
    input: { phones: { primaryPhoneNumber: '12345678', primaryPhoneCallingCode: '+800' } },
    refused: coded('Invalid calling code +800', 'INVALID_PHONE_CALLING_CODE'),
  },
  {
    name: 'a number for a text',
    input: { jobTitle: 123 },
    refused: data('Invalid string value 123 for text field "jobTitle"'),
  },
  {
    name: 'a time that is none',
    input: { updatedAt: 'soon' },
    refused: data(`Invalid value 'soon' for date-time field "updatedAt". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'`),
  },
];

const CREATE = 'mutation($d:PersonCreateInput!){createPerson(data:$d){id}}';
const CREATE_MANY = 'mutation($d:[PersonCreateInput!]!,$u:Boolean){createPeople(data:$d,upsert:$u){id}}';
const UPDATE = 'mutation($id:UUID!,$d:PersonUpdateInput!){updatePerson(id:$id,data:$d){id}}';

/** The same bad input by every way in; none of them leaves a trace. */
function everyWay({ name, input, refused }: BadInput): RunnableCase[] {
  return [
    defineCase({
      name: `POST refuses ${name}`,
      send: () => ({ method: 'POST', path: '/rest/people', body: input }),
      refused,
    }),
    defineCase({
      name: `PATCH refuses ${name}`,
      given: (target) => target.person({ jobTitle: 'Unharmed' }),
      send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: input }),
      refused,
      effect: async ({ given, target }) =>
        expect(await target.read('people', given.id)).toMatchObject({
          jobTitle: 'Unharmed',
          updatedAt: given.updatedAt,
        }),
    }),
    defineCase({
      name: `createPerson refuses ${name}`,
      send: () => ({ query: CREATE, variables: { d: input } }),
      refused,
    }),
    defineCase({
      name: `updatePerson refuses ${name}`,
      given: (target) => target.person(),
      send: ({ id }) => ({ query: UPDATE, variables: { id, d: input } }),
      refused,
    }),
    defineCase({
      name: `a REST batch with ${name} creates nobody`,
      given: (target) => Promise.resolve(target.unique('atomic')),
      send: (label) => ({
        method: 'POST',
        path: '/rest/batch/people',
        body: [{ jobTitle: label }, input, { jobTitle: label }],
      }),
      refused,
      effect: async ({ given, target }) => {
        const filter = encodeURIComponent(`jobTitle[eq]:"${given}"`);
        expect((await target.rest('GET', `people?filter=${filter}`)).body).toMatchObject({ totalCount: 0 });
      },
    }),
    defineCase({
      name: `a GraphQL upsert with ${name} changes nobody`,
      given: (target) => target.person({ jobTitle: 'Unharmed' }),
      send: ({ id }) => ({ query: CREATE_MANY, variables: { u: true, d: [{ id, jobTitle: 'Harmed' }, input] } }),
      refused,
      effect: async ({ given, target }) =>
        expect(await target.read('people', given.id)).toMatchObject({ jobTitle: 'Unharmed' }),
    }),
  ];
}

const MISSING_ID = '00000000-0000-4000-8000-00000000000f';
const violates = /^insert or update on table "person" violates foreign key constraint "FK_[0-9a-f]+"$/;

function messageOf(body: Json): string {
  const text = JSON.stringify(body);
  return (/"messages?":\[?"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? '').replace(/\\"/g, '"');
}

describeContract('input that is refused', [
  ...BAD_PEOPLE.flatMap(everyWay),
  defineCase({
    name: 'POST refuses an id that is none',
    send: () => ({ method: 'POST', path: '/rest/people', body: { id: 'nope' } }),
    refused: { message: 'Value "nope" is not a valid UUID', restCode: 'INVALID_QUERY_INPUT' },
  }),
  defineCase({
    name: 'POST refuses an id of a later version',
    send: () => ({ method: 'POST', path: '/rest/people', body: { id: '019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6a' } }),
    refused: {
      message: 'Value "019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6a" is not a valid UUID',
      restCode: 'INVALID_QUERY_INPUT',
    },
  }),
  defineCase({
    name: 'POST refuses a company that does not exist',
    send: () => ({ method: 'POST', path: '/rest/people', body: { companyId: MISSING_ID } }),
    status: 400,
    effect: ({ answer }) => expect(messageOf(answer.body)).toMatch(violates),
  }),
  defineCase({
    name: 'GraphQL refuses a company that does not exist',
    send: () => ({ query: CREATE, variables: { d: { companyId: MISSING_ID } } }),
    effect: ({ answer }) => {
      expect(messageOf(answer.body)).toMatch(violates);
      expect(answer.body).toMatchObject({
        data: { createPerson: null },
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    },
  }),
  defineCase({
    name: 'POST refuses a stage that an opportunity does not have',
    send: () => ({ method: 'POST', path: '/rest/opportunities', body: { name: 'x', stage: 'BOGUS' } }),
    refused: {
      message: 'Invalid value "BOGUS" for field "stage". Valid values are: NEW, SCREENING, MEETING, PROPOSAL, CUSTOMER',
    },
  }),
  defineCase({
    name: 'PATCH refuses to change an id that its timeline points at',
    given: (target) => target.person(),
    send: ({ id }) => ({ method: 'PATCH', path: `/rest/people/${id}`, body: { id: MISSING_ID } }),
    status: 400,
    effect: ({ answer }) =>
      expect(messageOf(answer.body)).toMatch(
        /^update or delete on table "person" violates foreign key constraint "FK_\w+" on table "timelineActivity"$/,
      ),
    doubleOnly: 'the timeline is written some time after the person',
  }),
]);
