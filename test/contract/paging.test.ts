import { defineCase, describeContract, recordsOf, resultOf } from './support/cases';
import { isObject, type JsonObject, type Target } from './support/target';

/** Ten people of one label, half of them sharing each job title. */
async function makeRow(target: Target): Promise<string> {
  const label = target.unique('row');
  const people = Array.from({ length: 10 }, (_, index) => ({
    name: { firstName: `n${index}`, lastName: label },
    jobTitle: index % 2 === 0 ? 'even' : 'odd',
  }));
  await target.rest('POST', 'batch/people', people);
  return label;
}

const rows = new WeakMap<Target, Promise<string>>();

function sharedRow(target: Target): Promise<string> {
  const known = rows.get(target) ?? makeRow(target);
  rows.set(target, known);
  return known;
}

function ofLabel(label: string): string {
  return `filter=${encodeURIComponent(`name.lastName[eq]:"${label}"`)}`;
}

function cursor(place: JsonObject): string {
  return Buffer.from(JSON.stringify(place)).toString('base64');
}

function firstNames(records: JsonObject[]): string[] {
  return records.map(({ name }) => String((name as JsonObject).firstName));
}

function pageInfo(body: unknown): JsonObject {
  return isObject(body) && isObject(body.pageInfo) ? body.pageInfo : {};
}

async function walkRest(target: Target, label: string, size: number, order = ''): Promise<string[]> {
  const seen: string[] = [];
  for (let after = '', pages = 0; pages < 20; pages += 1) {
    const answer = await target.rest('GET', `people?limit=${size}&${ofLabel(label)}${order}${after}`);
    seen.push(...recordsOf(answer).map(({ id }) => String(id)));
    const info = pageInfo(answer.body);
    if (info.hasNextPage !== true) break;
    after = `&starting_after=${encodeURIComponent(String(info.endCursor))}`;
  }
  return seen;
}

async function walkGraphql(target: Target, label: string, size: number): Promise<string[]> {
  const query =
    'query($f:PersonFilterInput,$n:Int,$a:String){people(filter:$f,first:$n,after:$a,orderBy:[{id:AscNullsFirst}]){pageInfo{hasNextPage endCursor} edges{node{id}}}}';
  const seen: string[] = [];
  let after: unknown = undefined;
  for (let pages = 0; pages < 20; pages += 1) {
    const answer = await target.graphql(query, { f: { name: { lastName: { eq: label } } }, n: size, a: after });
    seen.push(...recordsOf(answer).map(({ id }) => String(id)));
    const info = pageInfo(resultOf(answer));
    if (info.hasNextPage !== true) break;
    after = info.endCursor;
  }
  return seen;
}

const ORDERS = [
  { order: 'name.firstName', ascending: true },
  { order: 'name.firstName[AscNullsFirst]', ascending: true },
  { order: 'name.firstName[AscNullsLast]', ascending: true },
  { order: 'name.firstName[DescNullsFirst]', ascending: false },
  { order: 'name.firstName[DescNullsLast]', ascending: false },
];

/** Three rows of one millisecond whose microseconds contradict their ids. */
async function makeMillisecond(target: Target): Promise<string> {
  const label = target.unique('us');
  const ids = ['f', '1', '2'].map((digit) => `${digit}0000000-0000-4000-8000-${target.label.slice(1)}0000`);
  for (const [index, id] of ids.entries()) {
    const updatedAt = `2030-01-01T00:00:00.500${index + 1}00Z`;
    await target.make('people', { id, updatedAt, name: { firstName: `m${index}`, lastName: label } });
  }
  return label;
}

const milliseconds = new WeakMap<Target, Promise<string>>();

function sharedMillisecond(target: Target): Promise<string> {
  const known = milliseconds.get(target) ?? makeMillisecond(target);
  milliseconds.set(target, known);
  return known;
}

describeContract('order and paging', [
  ...ORDERS.map(({ order, ascending }) =>
    defineCase({
      name: `REST orders by ${order}`,
      given: sharedRow,
      send: (label) => ({ path: `/rest/people?${ofLabel(label)}&order_by=${encodeURIComponent(order)}` }),
      effect: ({ answer }) => {
        const expected = Array.from({ length: 10 }, (_, index) => `n${index}`);
        expect(firstNames(recordsOf(answer))).toEqual(ascending ? expected : expected.reverse());
      },
    }),
  ),
  defineCase({
    name: 'REST orders by several fields',
    given: sharedRow,
    send: (label) => ({
      path: `/rest/people?${ofLabel(label)}&order_by=${encodeURIComponent('jobTitle[DescNullsLast],name.firstName[AscNullsFirst]')}`,
    }),
    effect: ({ answer }) =>
      expect(firstNames(recordsOf(answer))).toEqual(['n1', 'n3', 'n5', 'n7', 'n9', 'n0', 'n2', 'n4', 'n6', 'n8']),
  }),
  defineCase({
    name: 'GraphQL orders by several fields',
    given: sharedRow,
    send: (label) => ({
      query:
        'query($f:PersonFilterInput,$o:[PersonOrderByInput]){people(filter:$f,orderBy:$o){edges{node{name{firstName}}}}}',
      variables: {
        f: { name: { lastName: { eq: label } } },
        o: [{ jobTitle: 'AscNullsFirst' }, { name: { firstName: 'DescNullsLast' } }],
      },
    }),
    effect: ({ answer }) =>
      expect(firstNames(recordsOf(answer))).toEqual(['n8', 'n6', 'n4', 'n2', 'n0', 'n9', 'n7', 'n5', 'n3', 'n1']),
  }),
  defineCase({
    name: 'REST refuses a direction that is none',
    send: () => ({ path: `/rest/people?order_by=${encodeURIComponent('updatedAt[Upwards]')}` }),
    refused: {
      message:
        "'order_by' direction 'Upwards' invalid. Allowed values are 'AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'. eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3",
    },
  }),
  defineCase({
    name: 'REST refuses to order by a field that is none',
    send: () => ({ path: '/rest/people?order_by=shoeSize' }),
    refused: { message: 'Field "shoeSize" does not exist or is not sortable', restCode: 'FIELD_NOT_FOUND' },
  }),
  defineCase({
    name: 'orders by id unless told, and cursors name the id',
    given: sharedRow,
    send: (label) => ({ path: `/rest/people?limit=3&${ofLabel(label)}` }),
    effect: ({ answer }) => {
      const ids = recordsOf(answer).map(({ id }) => String(id));
      expect(ids).toEqual([...ids].sort());
      expect(pageInfo(answer.body).endCursor).toBe(cursor({ id: ids[2] }));
    },
  }),
  defineCase({
    name: 'puts the order fields and the id into the cursor',
    given: sharedRow,
    send: (label) => ({ path: `/rest/people?limit=1&${ofLabel(label)}&order_by=name.firstName` }),
    effect: ({ answer }) => {
      const [{ id }] = recordsOf(answer);
      expect(pageInfo(answer.body).startCursor).toBe(cursor({ name: { firstName: 'n0' }, id }));
    },
  }),
  ...[1, 3, 10].map((size) =>
    defineCase({
      name: `REST walks ten rows by pages of ${size} without loss`,
      given: sharedRow,
      send: (label) => ({ path: `/rest/people?limit=1&${ofLabel(label)}` }),
      effect: async ({ given, target }) => {
        const seen = await walkRest(target, given, size);
        expect([seen.length, new Set(seen).size]).toEqual([10, 10]);
      },
    }),
  ),
  ...[1, 4, 9].map((size) =>
    defineCase({
      name: `GraphQL walks ten rows by pages of ${size} without loss`,
      given: sharedRow,
      send: () => ({ query: '{people(first:1){totalCount}}' }),
      effect: async ({ given, target }) => {
        const seen = await walkGraphql(target, given, size);
        expect([seen.length, new Set(seen).size]).toEqual([10, 10]);
      },
    }),
  ),
  defineCase({
    name: 'walks backwards with ending_before',
    given: async (target) => {
      const label = await sharedRow(target);
      const all = recordsOf(await target.rest('GET', `people?${ofLabel(label)}`)).map(({ id }) => String(id));
      return { label, all };
    },
    send: ({ label, all }) => ({
      path: `/rest/people?limit=2&${ofLabel(label)}&ending_before=${cursor({ id: all[2] })}`,
    }),
    effect: ({ answer, given }) => {
      expect(recordsOf(answer).map(({ id }) => id)).toEqual(given.all.slice(0, 2));
      expect(answer.body).toMatchObject({ pageInfo: { hasNextPage: false, hasPreviousPage: false } });
    },
  }),
  defineCase({
    name: 'says on page two that there is no page before',
    given: async (target) => {
      const label = await sharedRow(target);
      const [first] = recordsOf(await target.rest('GET', `people?${ofLabel(label)}`));
      return { label, id: first.id };
    },
    send: ({ label, id }) => ({ path: `/rest/people?limit=2&${ofLabel(label)}&starting_after=${cursor({ id })}` }),
    effect: ({ answer }) => expect(pageInfo(answer.body)).toMatchObject({ hasNextPage: true, hasPreviousPage: false }),
  }),
  defineCase({
    name: 'REST refuses a cursor that is none',
    send: () => ({ path: '/rest/people?starting_after=rubbish' }),
    refused: { message: 'Invalid cursor: rubbish' },
  }),
  defineCase({
    name: 'GraphQL refuses a cursor that is none',
    send: () => ({ query: '{people(first:1,after:"rubbish"){edges{node{id}}}}' }),
    refused: { message: 'Invalid cursor: rubbish', subCode: 'INVALID_CURSOR' },
  }),
  defineCase({
    name: 'REST refuses two cursors',
    send: () => {
      const place = cursor({ id: '00000000-0000-4000-8000-000000000001' });
      return { path: `/rest/people?starting_after=${place}&ending_before=${place}` };
    },
    refused: { message: 'Cannot provide both before and after' },
  }),
  defineCase({
    name: 'GraphQL refuses a negative first',
    send: () => ({ query: '{people(first:-1){edges{node{id}}}}' }),
    refused: { message: 'First argument must be non-negative', subCode: 'INVALID_ARGS_FIRST' },
  }),
  defineCase({
    name: 'GraphQL gives as many rows as asked for: first is not capped',
    given: async (target) => {
      const label = target.unique('many');
      for (let batch = 0; batch < 3; batch += 1) {
        await target.rest(
          'POST',
          'batch/people',
          Array.from({ length: 100 }, () => ({ jobTitle: label })),
        );
      }
      return label;
    },
    send: (label) => ({
      query: 'query($f:PersonFilterInput){people(filter:$f,first:5000){edges{node{id}}}}',
      variables: { f: { jobTitle: { eq: label } } },
    }),
    effect: ({ answer }) => expect(recordsOf(answer)).toHaveLength(300),
  }),
  defineCase({
    name: 'orders one millisecond by its microseconds',
    given: sharedMillisecond,
    send: (label) => ({ path: `/rest/people?${ofLabel(label)}&order_by=updatedAt` }),
    effect: ({ answer }) => expect(firstNames(recordsOf(answer))).toEqual(['m0', 'm1', 'm2']),
  }),
  defineCase({
    name: 'loses rows of one millisecond when paging by updatedAt: cursors know milliseconds only',
    given: sharedMillisecond,
    send: (label) => ({ path: `/rest/people?limit=1&${ofLabel(label)}&order_by=updatedAt` }),
    effect: async ({ given, target }) => {
      expect(await walkRest(target, given, 1, '&order_by=updatedAt')).toHaveLength(1);
      expect(await walkGraphql(target, given, 1)).toHaveLength(3);
    },
  }),
  defineCase({
    name: 'takes a hand-made keyset of updatedAt and id',
    given: sharedMillisecond,
    send: (label) => ({
      query:
        'query($f:PersonFilterInput){people(filter:$f,orderBy:[{updatedAt:AscNullsFirst},{id:AscNullsFirst}]){totalCount edges{node{id name{firstName}}}}}',
      variables: {
        f: {
          and: [
            { name: { lastName: { eq: label } } },
            {
              or: [
                { updatedAt: { gt: '2030-01-01T00:00:00.500Z' } },
                {
                  and: [
                    { updatedAt: { eq: '2030-01-01T00:00:00.500Z' } },
                    { id: { gt: '10000000-ffff-4000-8000-000000000000' } },
                  ],
                },
              ],
            },
          ],
        },
      },
    }),
    effect: ({ answer }) => expect(firstNames(recordsOf(answer))).toEqual(['m0', 'm2']),
  }),
]);
