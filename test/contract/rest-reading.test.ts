import { dataOf, defineCase, describeContract, recordsOf } from './support/cases';
import { company, CURSOR, person, UUID } from './support/shapes';
import { isObject } from './support/target';

const MISSING_ID = '00000000-0000-4000-8000-000000000001';

const oneRow = {
  data: { people: [expect.objectContaining({ id: UUID, name: expect.anything() as unknown })] },
  totalCount: expect.any(Number) as number,
  pageInfo: { startCursor: CURSOR, endCursor: CURSOR, hasNextPage: true, hasPreviousPage: false },
};

const twoPeople = async (target: { person: () => Promise<{ id: string }> }): Promise<void> => {
  await target.person();
  await target.person();
};

describeContract('REST reading', [
  defineCase({
    name: 'lists with data, total count and page info',
    given: twoPeople,
    send: () => ({ path: '/rest/people?limit=1' }),
    shows: () => oneRow,
  }),
  defineCase({
    name: 'gives nothing for limit 0, and says that there is more',
    given: twoPeople,
    send: () => ({ path: '/rest/people?limit=0' }),
    shows: () => ({
      data: { people: [] },
      totalCount: expect.any(Number) as number,
      pageInfo: { startCursor: null, endCursor: null, hasNextPage: true, hasPreviousPage: false },
    }),
  }),
  defineCase({
    name: 'rounds a limit that is no integer',
    given: twoPeople,
    send: () => ({ path: '/rest/people?limit=1.5' }),
    effect: ({ answer }) => expect(recordsOf(answer)).toHaveLength(2),
  }),
  ...['-1', 'abc'].map((limit) =>
    defineCase({
      name: `refuses limit ${limit}`,
      send: () => ({ path: `/rest/people?limit=${limit}` }),
      refused: { message: `limit '${limit}' is invalid. Should be an integer` },
    }),
  ),
  ...[
    { limit: undefined, rows: 60 },
    { limit: 61, rows: 61 },
    { limit: 200, rows: 200 },
    { limit: 201, rows: 200 },
    { limit: 1001, rows: 200 },
  ].map(({ limit, rows }) =>
    defineCase({
      name: `gives ${rows} rows for limit ${limit ?? 'left out'}: never more than 200, and says nothing of it`,
      given: async (target) => {
        const label = target.unique('cap');
        for (const part of [0, 1]) {
          const people = Array.from({ length: 105 }, (_, index) => ({ jobTitle: label, position: part * 105 + index }));
          await target.rest('POST', 'batch/people', people);
        }
        return label;
      },
      send: (label) => {
        const size = limit === undefined ? '' : `&limit=${limit}`;
        return { path: `/rest/people?filter=${encodeURIComponent(`jobTitle[eq]:"${label}"`)}${size}` };
      },
      effect: ({ answer }) => {
        expect(recordsOf(answer)).toHaveLength(rows);
        expect(answer.body).toMatchObject({ totalCount: 210, pageInfo: { hasNextPage: true } });
      },
    }),
  ),
  defineCase({
    name: 'shows one record under its singular name',
    given: (target) => target.person({ jobTitle: 'Reader' }),
    send: ({ id }) => ({ path: `/rest/people/${id}` }),
    shows: ({ id }) => ({ data: { person: person({ id, jobTitle: 'Reader' }) } }),
  }),
  defineCase({
    name: 'shows a company',
    given: (target) => target.make('companies', { name: 'Shown' }),
    send: ({ id }) => ({ path: `/rest/companies/${id}` }),
    shows: ({ id }) => ({ data: { company: company({ id, name: 'Shown' }) } }),
  }),
  defineCase({
    name: 'finds no record under an unknown id',
    send: () => ({ path: `/rest/people/${MISSING_ID}` }),
    refused: { status: 404, error: 'NotFoundException', message: 'Record not found' },
  }),
  defineCase({
    name: 'refuses an id that is none',
    send: () => ({ path: '/rest/people/not-a-uuid' }),
    refused: { message: "'not-a-uuid' is not a valid UUID" },
  }),
  defineCase({
    name: 'asks for the plural when given the singular',
    send: () => ({ path: '/rest/person' }),
    refused: { message: "object 'person' not found. Did you mean 'people'?" },
  }),
  defineCase({
    name: 'knows no other objects',
    send: () => ({ path: '/rest/unheardofs' }),
    refused: { message: "object 'unheardofs' not found. eg: companies" },
  }),
  defineCase({
    name: 'leaves relations out at depth 0',
    given: (target) => target.person(),
    send: ({ id }) => ({ path: `/rest/people/${id}?depth=0` }),
    effect: ({ answer }) => expect(recordsOf(answer)[0]).not.toHaveProperty('company'),
  }),
  defineCase({
    name: 'adds related records at depth 1',
    given: async (target) => {
      const { id: companyId } = await target.make('companies', { name: target.unique('co') });
      return target.person({ companyId });
    },
    send: ({ id }) => ({ path: `/rest/people/${id}?depth=1` }),
    effect: ({ answer, given }) => {
      const [record] = recordsOf(answer);
      expect(record.company).toEqual(company({ id: given.companyId }));
      for (const list of ['taskTargets', 'noteTargets', 'attachments', 'pointOfContactForOpportunities']) {
        expect(record[list]).toEqual([]);
      }
    },
  }),
  ...[2, 3].map((depth) =>
    defineCase({
      name: `refuses depth ${depth}`,
      send: () => ({ path: `/rest/people?depth=${depth}` }),
      refused: { message: `'depth=${depth}' parameter invalid. Allowed values are 0, 1` },
    }),
  ),
  defineCase({
    name: 'shows times in milliseconds although it keeps microseconds',
    given: (target) => target.person({ createdAt: '2021-05-05T05:05:05.123456Z' }),
    send: ({ id }) => ({ path: `/rest/people/${id}` }),
    effect: ({ answer }) => {
      const record = dataOf(answer).person;
      expect(isObject(record) && record.createdAt).toBe('2021-05-05T05:05:05.123Z');
    },
  }),
  defineCase({
    name: 'sends the Date header',
    send: () => ({ path: '/rest/people?limit=1' }),
    effect: ({ answer }) => expect(new Date(answer.date ?? '').getTime()).toBeGreaterThan(0),
  }),
]);
