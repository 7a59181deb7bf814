import { defineCase, describeContract, recordsOf, type RunnableCase } from './support/cases';
import { FILTERS, sharedGroup, type FilterCase } from './support/filter-cases';
import type { JsonObject, Target } from './support/target';

function names(records: JsonObject[]): string[] {
  return records.map(({ name }) => String((name as JsonObject).firstName)).sort();
}

function bothWays({ name, rest, graphql, finds }: FilterCase): RunnableCase[] {
  return [
    defineCase({
      name: `REST filter: ${name}`,
      given: sharedGroup,
      send: (group) => {
        const filter = `and(name.lastName[eq]:"${group.label}",${rest(group)})`;
        return { path: `/rest/people?filter=${encodeURIComponent(filter)}` };
      },
      effect: ({ answer }) => {
        expect(names(recordsOf(answer))).toEqual(finds);
        expect(answer.body).toMatchObject({ totalCount: finds.length });
      },
    }),
    defineCase({
      name: `GraphQL filter: ${name}`,
      given: sharedGroup,
      send: (group) => ({
        query: 'query($filter: PersonFilterInput){people(filter:$filter){totalCount edges{node{id name{firstName}}}}}',
        variables: { filter: { and: [{ name: { lastName: { eq: group.label } } }, graphql(group)] } },
      }),
      effect: ({ answer }) => {
        expect(names(recordsOf(answer))).toEqual(finds);
        expect(answer.body).toMatchObject({ data: { people: { totalCount: finds.length } } });
      },
    }),
  ];
}

const notATime = `Invalid value 'soon' for date-time field "updatedAt". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'`;

/** A person with a second address and a phone, and one with neither. */
async function reachable(target: Target): Promise<{ ids: string[]; second: string; primary: string; number: string }> {
  const [second, primary] = [target.email('home'), target.email('other')];
  const number = `6${String(Date.now()).slice(-8)}`;
  const first = await target.person({
    emails: { primaryEmail: target.email('work'), additionalEmails: [second] },
    phones: { primaryPhoneNumber: number, primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' },
  });
  const other = await target.person({ emails: { primaryEmail: primary } });
  return { ids: [first.id, other.id], second, primary, number };
}

const FIND = 'query($f:PersonFilterInput){people(filter:$f){edges{node{id}}}}';

describeContract('filters', [
  ...FILTERS.flatMap(bothWays),
  defineCase({
    name: 'GraphQL finds an additional email by what the list looks like as text',
    given: reachable,
    send: ({ second }) => ({
      query: FIND,
      variables: { f: { emails: { additionalEmails: { like: `%"${second}"%` } } } },
    }),
    effect: ({ answer, given }) => expect(recordsOf(answer)).toEqual([{ id: given.ids[0] }]),
  }),
  defineCase({
    name: 'GraphQL finds people by primary or additional email',
    given: reachable,
    send: ({ primary, second }) => ({
      query: FIND,
      variables: {
        f: {
          or: [
            { emails: { primaryEmail: { in: [primary] } } },
            { emails: { additionalEmails: { like: `%"${second}"%` } } },
          ],
        },
      },
    }),
    effect: ({ answer, given }) =>
      expect(
        recordsOf(answer)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(given.ids.sort()),
  }),
  defineCase({
    name: 'GraphQL finds a phone by its national number',
    given: reachable,
    send: ({ number }) => ({ query: FIND, variables: { f: { phones: { primaryPhoneNumber: { in: [number] } } } } }),
    effect: ({ answer, given }) => expect(recordsOf(answer)).toEqual([{ id: given.ids[0] }]),
  }),
  defineCase({
    name: 'REST joins conditions with a comma',
    given: sharedGroup,
    send: ({ label }) => ({
      path: `/rest/people?filter=${encodeURIComponent(`jobTitle[ilike]:"%e%",name.lastName[eq]:"${label}"`)}`,
    }),
    effect: ({ answer }) => expect(names(recordsOf(answer))).toEqual(['ann', 'bob']),
  }),
  defineCase({
    name: 'REST takes a time without quotes',
    given: sharedGroup,
    send: ({ label }) => ({
      path: `/rest/people?filter=${encodeURIComponent(`name.lastName[eq]:"${label}",createdAt[gte]:2022-01-01T00:00:00.000Z`)}`,
    }),
    effect: ({ answer }) => expect(names(recordsOf(answer))).toEqual(['cleo']),
  }),
  defineCase({
    name: 'REST refuses a time that is none',
    send: () => ({ path: `/rest/people?filter=${encodeURIComponent('updatedAt[gte]:"soon"')}` }),
    refused: { message: notATime },
  }),
  defineCase({
    name: 'GraphQL refuses a time that is none',
    send: () => ({ query: '{people(filter:{updatedAt:{gte:"soon"}},first:1){edges{node{id}}}}' }),
    refused: { message: notATime, subCode: 'INVALID_ARGS_FILTER' },
  }),
  defineCase({
    name: 'REST refuses a field that is none',
    send: () => ({ path: `/rest/people?filter=${encodeURIComponent('shoeSize[eq]:1')}` }),
    refused: { message: 'Object person doesn\'t have any "shoeSize" field.' },
  }),
  defineCase({
    name: 'REST refuses a comparator that is none',
    send: () => ({ path: `/rest/people?filter=${encodeURIComponent('updatedAt[around]:1')}` }),
    refused: {
      message:
        "'filter' invalid for 'updatedAt[around]:1', comparator around not in eq, neq, in, containsAny, is, gt, gte, lt, lte, startsWith, endsWith, like, ilike",
    },
  }),
]);
