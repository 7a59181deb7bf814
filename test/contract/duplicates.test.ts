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
  defineCase({
    name: "GraphQL: merging adds the others' addresses behind the additional ones that are there",
    given: async (target) => {
      const [first, home, second] = ['ma', 'mb', 'mc'].map((prefix) => target.email(prefix));
      const kept = await target.person({ emails: { primaryEmail: first, additionalEmails: [home] }, jobTitle: 'CTO' });
      const lost = await target.person({
        emails: { primaryEmail: second, additionalEmails: [] },
        jobTitle: 'CEO',
      });
      return { kept: kept.id, lost: lost.id, first, additional: [home, second] };
    },
    send: ({ kept, lost }) => ({
      query: `mutation($ids:[UUID!]!){mergePeople(ids:$ids,conflictPriorityIndex:0,dryRun:false){
        id jobTitle deletedAt emails{primaryEmail additionalEmails}}}`,
      variables: { ids: [kept, lost] },
    }),
    shows: ({ kept, first, additional }) => ({
      data: {
        mergePeople: {
          id: kept,
          jobTitle: 'CTO',
          deletedAt: null,
          emails: { primaryEmail: first, additionalEmails: additional },
        },
      },
    }),
    effect: async ({ given, target }) => {
      expect(await target.read('people', given.lost)).toBeUndefined();
    },
  }),
  defineCase({
    name: 'GraphQL: a dry run of a merge shows another id, as deleted, and changes nothing',
    given: async (target) => {
      const [first, second] = ['da', 'db'].map((prefix) => target.email(prefix));
      const kept = await target.person({ emails: { primaryEmail: first } });
      const lost = await target.person({ emails: { primaryEmail: second } });
      return { kept: kept.id, lost: lost.id, first, second };
    },
    send: ({ kept, lost }) => ({
      query: `mutation($ids:[UUID!]!){mergePeople(ids:$ids,conflictPriorityIndex:0,dryRun:true){
        id deletedAt emails{primaryEmail additionalEmails}}}`,
      variables: { ids: [kept, lost] },
    }),
    shows: ({ kept, first, second }) => ({
      data: {
        mergePeople: {
          id: expect.not.stringMatching(kept) as string,
          deletedAt: expect.any(String) as string,
          emails: { primaryEmail: first, additionalEmails: [second] },
        },
      },
    }),
    effect: async ({ given, target }) => {
      for (const [id, primaryEmail] of [
        [given.kept, given.first],
        [given.lost, given.second],
      ]) {
        expect(await target.read('people', id)).toMatchObject({ emails: { primaryEmail, additionalEmails: [] } });
      }
    },
  }),
  defineCase({
    name: 'GraphQL: finds a person by an additional e-mail, which may be the first one of another',
    given: async (target) => {
      const [first, shared] = ['fa', 'fb'].map((prefix) => target.email(prefix));
      await target.person({ emails: { primaryEmail: shared } });
      const { id } = await target.person({ emails: { primaryEmail: first, additionalEmails: [shared] } });
      return { id, shared };
    },
    send: ({ shared }) => ({
      query: 'query($f:PersonFilterInput){people(filter:$f){edges{node{id}}}}',
      variables: { f: { emails: { additionalEmails: { like: `%"${shared}"%` } } } },
    }),
    shows: ({ id }) => ({ data: { people: { edges: [{ node: { id } }] } } }),
  }),
]);
