import { dataOf, defineCase, describeContract, resultOf } from './support/cases';
import { NUMBER, TIME } from './support/shapes';
import type { JsonObject, Target } from './support/target';

const LIVE_AND_BINNED = { or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] };

interface Crowd {
  jobTitle: string;
  people: JsonObject[];
}

/** Three people of one job title, the last of them in the bin, as they are then; ordered by `updatedAt`. */
async function crowd(target: Target): Promise<Crowd> {
  const jobTitle = target.unique('agg');
  const people: JsonObject[] = [];
  for (let person = 0; person < 3; person += 1) people.push(await target.person({ jobTitle }));
  const last = String(people[2].id);
  await target.rest('DELETE', `people/${last}?soft_delete=true`);
  return { jobTitle, people: [people[0], people[1], { ...(await target.read('people', last)) }] };
}

describeContract('aggregates', [
  defineCase({
    name: 'come with a connection of which no record is read',
    given: crowd,
    send: ({ jobTitle }) => ({
      query:
        'query($f:PersonFilterInput){people(filter:$f){totalCount countEmptyDeletedAt countNotEmptyDeletedAt maxUpdatedAt minUpdatedAt maxCreatedAt}}',
      variables: { f: { and: [{ jobTitle: { eq: jobTitle } }, LIVE_AND_BINNED] } },
    }),
    shows: ({ people }) => ({
      data: {
        people: {
          totalCount: 3,
          countEmptyDeletedAt: 2,
          countNotEmptyDeletedAt: 1,
          maxUpdatedAt: people[2].updatedAt,
          minUpdatedAt: people[0].updatedAt,
          maxCreatedAt: people[2].createdAt,
        },
      },
    }),
  }),
  defineCase({
    name: 'are of all that the filter lets through, whatever the page',
    given: crowd,
    send: ({ jobTitle }) => ({
      query: `{people(filter:{jobTitle:{eq:"${jobTitle}"}},first:1){edges{node{jobTitle}} totalCount maxUpdatedAt}}`,
    }),
    shows: ({ jobTitle, people }) => ({
      data: { people: { edges: [{ node: { jobTitle } }], totalCount: 2, maxUpdatedAt: people[1].updatedAt } },
    }),
  }),
  defineCase({
    name: 'are null where there is nothing',
    given: (target) => Promise.resolve(target.unique('nobody')),
    send: (jobTitle) => ({ query: `{people(filter:{jobTitle:{eq:"${jobTitle}"}}){totalCount maxUpdatedAt}}` }),
    shows: () => ({ data: { people: { totalCount: 0, maxUpdatedAt: null } } }),
  }),
  defineCase({
    name: 'are told of a range of ids',
    given: async (target) => {
      const { jobTitle, people } = await crowd(target);
      return { jobTitle, ids: people.map(({ id }) => String(id)).sort() };
    },
    send: ({ jobTitle, ids }) => ({
      query: 'query($f:PersonFilterInput){people(filter:$f){totalCount}}',
      variables: {
        f: { and: [{ id: { gte: ids[0] } }, { id: { lt: ids[2] } }, { jobTitle: { eq: jobTitle } }, LIVE_AND_BINNED] },
      },
    }),
    shows: () => ({ data: { people: { totalCount: 2 } } }),
  }),
  defineCase({
    name: 'are told of those above an id, up to another one, who changed before a time',
    given: async (target) => {
      const { jobTitle, people } = await crowd(target);
      return { jobTitle, ids: people.map(({ id }) => String(id)).sort(), people };
    },
    send: ({ jobTitle, ids }) => ({
      query:
        'query($f:PersonFilterInput){people(filter:$f){totalCount minUpdatedAt maxUpdatedAt minCreatedAt maxCreatedAt}}',
      variables: {
        f: {
          and: [
            { id: { gt: ids[0] } },
            { id: { lte: ids[2] } },
            { updatedAt: { lt: '2099-01-01T00:00:00.000Z' } },
            { jobTitle: { eq: jobTitle } },
          ],
        },
      },
    }),
    shows: ({ ids, people }) => {
      const live = people.slice(0, 2).filter(({ id }) => id !== ids[0]);
      const [first, last] = [live[0], live[live.length - 1]];
      return {
        data: {
          people: {
            totalCount: live.length,
            minUpdatedAt: first.updatedAt,
            maxUpdatedAt: last.updatedAt,
            minCreatedAt: first.createdAt,
            maxCreatedAt: last.createdAt,
          },
        },
      };
    },
  }),
  defineCase({
    name: 'refuse a bound that is a UUID of no version',
    send: () => ({
      query: 'query($f:PersonFilterInput){people(filter:$f){totalCount}}',
      variables: { f: { and: [{ id: { gte: '20000000-0000-0000-0000-000000000000' } }, LIVE_AND_BINNED] } },
    }),
    refused: {
      message: `Invalid UUID value '20000000-0000-0000-0000-000000000000' for field "id"`,
      subCode: 'INVALID_ARGS_FILTER',
    },
  }),
  defineCase({
    name: 'refuse two operators on one field',
    send: () => ({
      query: 'query($f:PersonFilterInput){people(filter:$f){totalCount}}',
      variables: {
        f: { id: { gte: '20000000-0000-4000-8000-000000000000', lt: '80000000-0000-4000-8000-000000000000' } },
      },
    }),
    refused: { message: 'Filter for field "id" must have exactly one operator', subCode: 'INVALID_ARGS_FILTER' },
  }),
  defineCase({
    name: 'of several objects come with one request',
    given: (target) => target.make('opportunities', { amount: { amountMicros: 7_000_000, currencyCode: 'EUR' } }),
    send: () => ({
      query:
        '{people{totalCount maxUpdatedAt} companies{totalCount maxUpdatedAt} opportunities{totalCount maxUpdatedAt sumAmountAmountMicros}}',
    }),
    effect: ({ answer }) =>
      expect(dataOf(answer)).toMatchObject({
        people: { totalCount: NUMBER },
        companies: { totalCount: NUMBER },
        opportunities: { totalCount: NUMBER, maxUpdatedAt: TIME, sumAmountAmountMicros: NUMBER },
      }),
  }),
  defineCase({
    name: 'are told by the values of a field',
    given: async (target) => {
      const name = target.unique('deal');
      const amount = { amountMicros: 2_000_000, currencyCode: 'EUR' };
      const stages = ['NEW', 'MEETING', 'NEW'];
      await target.rest(
        'POST',
        'batch/opportunities',
        stages.map((stage) => ({ name, stage, amount })),
      );
      return name;
    },
    send: (name) => ({
      query: `{opportunitiesGroupBy(groupBy:[{stage:true}],filter:{name:{eq:"${name}"}}){groupByDimensionValues totalCount sumAmountAmountMicros}}`,
    }),
    effect: ({ answer }) => {
      const groups = resultOf(answer) as JsonObject[];
      expect(groups).toHaveLength(2);
      expect(groups).toEqual(
        expect.arrayContaining([
          { groupByDimensionValues: ['NEW'], totalCount: 2, sumAmountAmountMicros: 4_000_000 },
          { groupByDimensionValues: ['MEETING'], totalCount: 1, sumAmountAmountMicros: 2_000_000 },
        ]),
      );
    },
  }),
]);
