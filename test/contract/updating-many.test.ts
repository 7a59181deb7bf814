import { defineCase, describeContract, recordsOf } from './support/cases';
import { TIME } from './support/shapes';
import type { Target } from './support/target';

const UPDATE =
  'mutation($f:PersonFilterInput!,$d:PersonUpdateInput!){updatePeople(filter:$f,data:$d){id updatedAt jobTitle}}';

interface Row {
  id: string;
  updatedAt: string;
}

async function row(target: Target): Promise<Row> {
  const { id, updatedAt } = await target.person({ jobTitle: 'Before' });
  return { id, updatedAt: String(updatedAt) };
}

/** A row that somebody has changed since it was read. */
async function staleRow(target: Target): Promise<Row> {
  const read = await row(target);
  await target.rest('PATCH', `people/${read.id}`, { updatedAt: '2025-05-05T05:05:05.555Z' });
  return read;
}

/** A row in the bin, as it was read there. */
async function binnedRow(target: Target): Promise<Row> {
  const { id } = await row(target);
  await target.rest('DELETE', `people/${id}?soft_delete=true`);
  return { id, updatedAt: String((await target.read('people', id))?.updatedAt) };
}

function asRead({ id, updatedAt }: Row): object {
  return { and: [{ id: { eq: id } }, { updatedAt: { eq: updatedAt } }] };
}

function restAsRead({ id, updatedAt }: Row): string {
  return encodeURIComponent(`and(id[eq]:"${id}",updatedAt[eq]:"${updatedAt}")`);
}

const tooMany = { message: 'Cannot update more than 200 records at once', restCode: 'TOO_MANY_RECORDS_TO_UPDATE' };

describeContract('updating many', [
  defineCase({
    name: 'changes every record of a filter alike',
    given: async (target) => {
      const label = target.unique('many');
      await target.rest(
        'POST',
        'batch/people',
        [1, 2, 3].map((n) => ({ emails: { primaryEmail: `${label}.${n}@example.test` } })),
      );
      return label;
    },
    send: (label) => ({
      method: 'PATCH',
      path: `/rest/people?filter=${encodeURIComponent(`emails.primaryEmail[ilike]:"${label}.%"`)}`,
      body: { jobTitle: 'bulk' },
    }),
    effect: ({ answer }) => {
      expect(recordsOf(answer).map(({ jobTitle }) => jobTitle)).toEqual(['bulk', 'bulk', 'bulk']);
      expect(new Set(recordsOf(answer).map(({ updatedAt }) => updatedAt)).size).toBe(1);
    },
  }),
  defineCase({
    name: 'GraphQL: compares and swaps a record that is as it was read',
    given: row,
    send: (read) => ({ query: UPDATE, variables: { f: asRead(read), d: { jobTitle: 'Swapped' } } }),
    shows: ({ id }) => ({ data: { updatePeople: [{ id, updatedAt: TIME, jobTitle: 'Swapped' }] } }),
  }),
  defineCase({
    name: 'GraphQL: answers nothing for a record that has changed since',
    given: staleRow,
    send: (read) => ({ query: UPDATE, variables: { f: asRead(read), d: { jobTitle: 'Swapped' } } }),
    shows: () => ({ data: { updatePeople: [] } }),
    effect: async ({ given, target }) =>
      expect(await target.read('people', given.id)).toMatchObject({ jobTitle: 'Before' }),
  }),
  defineCase({
    name: 'REST: compares and swaps',
    given: row,
    send: (read) => ({
      method: 'PATCH',
      path: `/rest/people?filter=${restAsRead(read)}`,
      body: { jobTitle: 'Swapped' },
    }),
    effect: ({ answer, given }) => expect(recordsOf(answer)).toMatchObject([{ id: given.id, jobTitle: 'Swapped' }]),
  }),
  defineCase({
    name: 'REST: answers nothing for a record that has changed since',
    given: staleRow,
    send: (read) => ({
      method: 'PATCH',
      path: `/rest/people?filter=${restAsRead(read)}`,
      body: { jobTitle: 'Swapped' },
    }),
    shows: () => ({ data: { updatePeople: [] } }),
  }),
  defineCase({
    name: 'compares by milliseconds, so that what was shown can be given back',
    given: async (target) => {
      const { id } = await target.person({ updatedAt: '2026-02-02T02:02:02.222999Z' });
      return { id, updatedAt: '2026-02-02T02:02:02.222Z' };
    },
    send: (read) => ({ query: UPDATE, variables: { f: asRead(read), d: { jobTitle: 'Swapped' } } }),
    effect: ({ answer }) => expect(recordsOf(answer)).toHaveLength(1),
  }),
  defineCase({
    name: 'GraphQL: changes records in the bin, too, and leaves them there',
    given: binnedRow,
    send: ({ id }) => ({ query: UPDATE, variables: { f: { id: { in: [id] } }, d: { jobTitle: 'Swapped' } } }),
    shows: ({ id }) => ({ data: { updatePeople: [{ id, updatedAt: TIME, jobTitle: 'Swapped' }] } }),
    effect: async ({ given, target }) =>
      expect(await target.read('people', given.id)).toMatchObject({ jobTitle: 'Swapped', deletedAt: TIME }),
  }),
  defineCase({
    name: 'REST: changes records in the bin, too',
    given: binnedRow,
    send: ({ id }) => ({
      method: 'PATCH',
      path: `/rest/people?filter=${encodeURIComponent(`id[eq]:"${id}"`)}`,
      body: { jobTitle: 'Swapped' },
    }),
    effect: ({ answer, given }) => expect(recordsOf(answer)).toMatchObject([{ id: given.id, jobTitle: 'Swapped' }]),
  }),
  defineCase({
    name: 'GraphQL: compares and swaps in the bin what was read after it was deleted',
    given: binnedRow,
    send: (read) => ({ query: UPDATE, variables: { f: asRead(read), d: { jobTitle: 'Swapped' } } }),
    shows: ({ id }) => ({ data: { updatePeople: [{ id, updatedAt: TIME, jobTitle: 'Swapped' }] } }),
  }),
  defineCase({
    name: 'GraphQL: passes over records in the bin when the filter says so',
    given: binnedRow,
    send: (read) => ({
      query: UPDATE,
      variables: { f: { and: [asRead(read), { deletedAt: { is: 'NULL' } }] }, d: { jobTitle: 'Swapped' } },
    }),
    shows: () => ({ data: { updatePeople: [] } }),
    effect: async ({ given, target }) =>
      expect(await target.read('people', given.id)).toMatchObject({ jobTitle: 'Before' }),
  }),
  ...[
    { name: 'without a filter', path: '/rest/people' },
    {
      name: 'with a filter that lets all through',
      path: `/rest/people?filter=${encodeURIComponent('jobTitle[eq]:"crowd"')}`,
    },
  ].map(({ name, path }) =>
    defineCase({
      name: `refuses to change more than 200 at once, ${name}`,
      given: async (target) => {
        for (let batch = 0; batch < 3; batch += 1) {
          await target.rest(
            'POST',
            'batch/people',
            Array.from({ length: 70 }, () => ({ jobTitle: 'crowd' })),
          );
        }
      },
      send: () => ({ method: 'PATCH', path, body: { jobTitle: 'ALL' } }),
      refused: tooMany,
      doubleOnly: 'a workspace with fewer people would have all of them rewritten',
    }),
  ),
  defineCase({
    name: 'rewrites a whole small collection when there is no filter',
    given: async (target) => {
      await target.rest('POST', 'batch/notes', [{ title: 'one' }, { title: 'two' }]);
    },
    send: () => ({ method: 'PATCH', path: '/rest/notes', body: { title: 'ALL' } }),
    effect: ({ answer }) => expect(recordsOf(answer).map(({ title }) => title)).toEqual(['ALL', 'ALL']),
    doubleOnly: 'it would rewrite notes that are not ours',
  }),
]);
