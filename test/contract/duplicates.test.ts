import { defineCase, describeContract, recordsOf } from './support/cases';
import { CURSOR, NO_PAGE, person } from './support/shapes';

describeContract('duplicates and merging', [
  defineCase({
    name: 'finds people with the email of the data',
    given: async (target) => {
      const primaryEmail = target.email('dup');
      const { id } = await target.person({ emails: { primaryEmail } });
      return { id, primaryEmail };
    },
    send: ({ primaryEmail }) => ({
      method: 'POST',
      path: '/rest/people/duplicates',
      body: { data: [{ emails: { primaryEmail } }] },
    }),
    shows: ({ id, primaryEmail }) => ({
      data: [
        {
          personDuplicates: [person({ id, emails: { primaryEmail, additionalEmails: [] } })],
          totalCount: 1,
          pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: CURSOR, endCursor: CURSOR },
        },
      ],
    }),
  }),
  defineCase({
    name: 'finds none for a person who is alone',
    given: (target) => target.person({ name: { firstName: target.unique('alone'), lastName: 'One' } }),
    send: ({ id }) => ({ method: 'POST', path: '/rest/people/duplicates', body: { ids: [id] } }),
    shows: () => ({ data: [{ personDuplicates: [], totalCount: 0, pageInfo: NO_PAGE }] }),
  }),
  defineCase({
    name: 'GraphQL: finds people with the email of the data',
    given: async (target) => {
      const primaryEmail = target.email('dup');
      const { id } = await target.person({ emails: { primaryEmail } });
      return { id, primaryEmail };
    },
    send: ({ primaryEmail }) => ({
      query: 'query($d:[PersonCreateInput]){personDuplicates(data:$d){totalCount edges{node{id}}}}',
      variables: { d: [{ emails: { primaryEmail } }] },
    }),
    shows: ({ id }) => ({ data: { personDuplicates: [{ totalCount: 1, edges: [{ node: { id } }] }] } }),
  }),
  defineCase({
    name: 'merging keeps the first, gathers the emails and leaves no tombstone of the other',
    given: async (target) => {
      const emails: [string, string] = [target.email('m1'), target.email('m2')];
      const kept = await target.person({ emails: { primaryEmail: emails[0] } });
      const lost = await target.person({ emails: { primaryEmail: emails[1] }, jobTitle: 'from b' });
      return { emails, kept: kept.id, lost: lost.id };
    },
    send: ({ kept, lost }) => ({
      method: 'PATCH',
      path: '/rest/people/merge',
      body: { ids: [kept, lost], conflictPriorityIndex: 0 },
    }),
    effect: async ({ answer, given, target }) => {
      expect(recordsOf(answer)).toMatchObject([
        {
          id: given.kept,
          jobTitle: 'from b',
          emails: { primaryEmail: given.emails[0], additionalEmails: [given.emails[1]] },
        },
      ]);
      expect(await target.read('people', given.lost)).toBeUndefined();
    },
  }),
]);
