import { defineCase, describeContract, recordsOf, resultOf } from './support/cases';
import { CURSOR, TEXT, TIME, UUID } from './support/shapes';

const MISSING_ID = '00000000-0000-4000-8000-0000000000bb';

describeContract('GraphQL', [
  defineCase({
    name: 'gives a connection with cursors, page info and total count',
    given: async (target) => {
      const jobTitle = target.unique('conn');
      await target.rest('POST', 'batch/people', [{ jobTitle }, { jobTitle }, { jobTitle }]);
      return jobTitle;
    },
    send: (jobTitle) => ({
      query:
        'query($f:PersonFilterInput,$n:Int){people(filter:$f,first:$n){totalCount pageInfo{hasNextPage hasPreviousPage startCursor endCursor} edges{cursor node{id createdAt deletedAt name{firstName lastName} emails{primaryEmail additionalEmails} jobTitle createdBy{source workspaceMemberId}}}}}',
      variables: { f: { jobTitle: { eq: jobTitle } }, n: 2 },
    }),
    shows: (jobTitle) => {
      const edge = {
        cursor: CURSOR,
        node: {
          id: UUID,
          createdAt: TIME,
          deletedAt: null,
          name: { firstName: '', lastName: '' },
          emails: { primaryEmail: '', additionalEmails: [] },
          jobTitle,
          createdBy: { source: 'API', workspaceMemberId: null },
        },
      };
      const pageInfo = { hasNextPage: true, hasPreviousPage: false, startCursor: CURSOR, endCursor: CURSOR };
      return { data: { people: { totalCount: 3, pageInfo, edges: [edge, edge] } } };
    },
  }),
  defineCase({
    name: 'follows a relation into the company',
    given: async (target) => {
      const primaryLinkUrl = `https://${target.unique('rel')}.example.test`;
      const { id: companyId } = await target.make('companies', { name: 'Rel', domainName: { primaryLinkUrl } });
      const { id } = await target.person({ companyId });
      return { id, companyId, primaryLinkUrl };
    },
    send: ({ id }) => ({
      query: `{people(filter:{id:{eq:"${id}"}}){edges{node{companyId company{id name domainName{primaryLinkUrl}}}}}}`,
    }),
    effect: ({ answer, given: { companyId, primaryLinkUrl } }) =>
      expect(recordsOf(answer)).toEqual([
        { companyId, company: { id: companyId, name: 'Rel', domainName: { primaryLinkUrl } } },
      ]),
  }),
  defineCase({
    name: 'shows null for a relation that is not set',
    given: (target) => target.person(),
    send: ({ id }) => ({ query: `{person(filter:{id:{eq:"${id}"}}){company{id}}}` }),
    shows: () => ({ data: { person: { company: null } } }),
  }),
  defineCase({
    name: 'follows a relation into the people of a company',
    given: async (target) => {
      const { id } = await target.make('companies', { name: 'Many' });
      const people = await Promise.all([1, 2].map(() => target.person({ companyId: id })));
      return { id, ids: people.map((one) => one.id).sort() };
    },
    send: ({ id }) => ({ query: `{company(filter:{id:{eq:"${id}"}}){people{edges{node{id}}}}}` }),
    effect: ({ answer, given }) => {
      const { people } = resultOf(answer) as { people: { edges: { node: { id: string } }[] } };
      expect(people.edges.map(({ node }) => node.id).sort()).toEqual(given.ids);
    },
  }),
  defineCase({
    name: 'refuses a list inside a list',
    send: () => ({
      query: '{people(first:1){edges{node{id company{people{edges{node{taskTargets{edges{node{id}}}}}}}}}}}',
    }),
    refused: {
      message: 'Query complexity is too high. One-to-Many relation cannot be nested in another One-to-Many relation.',
      subCode: 'TOO_COMPLEX_QUERY',
    },
  }),
  defineCase({
    name: 'obeys fragments, and aliases of root fields',
    given: (target) => target.person({ jobTitle: 'Alias' }),
    send: ({ id }) => ({
      query: `{found:person(filter:{id:{eq:"${id}"}}){...Parts}} fragment Parts on Person{jobTitle}`,
    }),
    shows: () => ({ data: { found: { jobTitle: 'Alias' } } }),
  }),
  defineCase({
    name: 'ignores aliases inside a record',
    given: (target) => target.person({ jobTitle: 'Alias' }),
    send: ({ id }) => ({ query: `{people(filter:{id:{eq:"${id}"}}){edges{node{title:jobTitle}}}}` }),
    shows: () => ({ data: { people: { edges: [{ node: { jobTitle: 'Alias' } }] } } }),
  }),
  defineCase({
    name: 'ignores directives on root fields',
    given: (target) => target.person(),
    send: ({ id }) => ({
      query: `query($no:Boolean!){person(filter:{id:{eq:"${id}"}}) @include(if:$no){id}}`,
      variables: { no: false },
    }),
    shows: ({ id }) => ({ data: { person: { id } } }),
  }),
  ...['include', 'skip'].map((directive) =>
    defineCase({
      name: `stumbles over @${directive} with a variable inside a record`,
      given: (target) => target.person(),
      send: ({ id }) => ({
        query: `query($on:Boolean!){person(filter:{id:{eq:"${id}"}}){id jobTitle @${directive}(if:$on)}}`,
        variables: { on: true },
      }),
      shows: () => ({ data: { person: null }, errors: [expect.objectContaining({ message: TEXT })] }),
    }),
  ),
  defineCase({
    name: 'ignores what a variable is by default',
    given: async (target) => {
      const jobTitle = target.unique('default');
      await target.rest('POST', 'batch/people', [{ jobTitle }, { jobTitle }]);
      return jobTitle;
    },
    send: (jobTitle) => ({
      query: `query($n:Int=1){people(filter:{jobTitle:{eq:"${jobTitle}"}},first:$n){edges{node{id}}}}`,
    }),
    effect: ({ answer }) => expect(recordsOf(answer)).toHaveLength(2),
  }),
  defineCase({
    name: 'takes a variable that is missing in a filter on ids for an error, not for no filter',
    send: () => ({ query: 'query($i:UUID){people(filter:{id:{eq:$i}}){edges{node{id}}}}', variables: {} }),
    refused: { message: 'Invalid UUID value undefined for field "id"', subCode: 'INVALID_ARGS_FILTER' },
  }),
  defineCase({
    name: 'shows null for a composite of which no part is asked for',
    given: (target) => target.person({ emails: { primaryEmail: target.email('whole') } }),
    send: ({ id }) => ({ query: `{person(filter:{id:{eq:"${id}"}}){id emails}}` }),
    shows: ({ id }) => ({ data: { person: { id, emails: null } } }),
  }),
  defineCase({
    name: 'refuses the type name of the root beside a record field',
    send: () => ({ query: '{__typename people(first:1){totalCount}}' }),
    shows: () => ({
      errors: [
        {
          message: 'This query cannot be executed as a single request. Please split it into separate queries.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    }),
  }),
  defineCase({
    name: 'shows null for a field that does not exist',
    given: (target) => target.person(),
    send: ({ id }) => ({ query: `{people(filter:{id:{eq:"${id}"}}){edges{node{shoeSize}}}}` }),
    shows: () => ({ data: { people: { edges: [{ node: { shoeSize: null } }] } } }),
  }),
  defineCase({
    name: 'knows no other root fields',
    send: () => ({ query: '{unheardofs{id}}' }),
    shows: () => ({
      errors: [{ message: 'Cannot query field "unheardofs" on type "Query".', locations: [{ line: 1, column: 2 }] }],
    }),
  }),
  defineCase({
    name: 'points at a syntax error',
    send: () => ({ query: '{people(first:' }),
    shows: () => ({ errors: [{ message: 'Syntax Error: Unexpected <EOF>.', locations: [{ line: 1, column: 15 }] }] }),
  }),
  defineCase({
    name: 'creates one',
    given: (target) => Promise.resolve(target.email('one')),
    send: (primaryEmail) => ({
      query:
        'mutation($d:PersonCreateInput!){createPerson(data:$d){id createdAt name{firstName lastName} emails{primaryEmail additionalEmails} jobTitle createdBy{source}}}',
      variables: { d: { name: { firstName: 'G' }, emails: { primaryEmail } } },
    }),
    shows: (primaryEmail) => ({
      data: {
        createPerson: {
          id: UUID,
          createdAt: TIME,
          name: { firstName: 'G', lastName: '' },
          emails: { primaryEmail, additionalEmails: [] },
          jobTitle: '',
          createdBy: { source: 'API' },
        },
      },
    }),
  }),
  defineCase({
    name: 'refuses one mutation twice, aliased or not',
    given: (target) => target.person(),
    send: ({ id }) => ({
      query: `mutation{a:updatePerson(id:"${id}",data:{jobTitle:"A"}){id} b:updatePerson(id:"${id}",data:{jobTitle:"B"}){id}}`,
    }),
    shows: () => ({
      data: {},
      errors: [{ message: 'Duplicate root resolver: "updatePerson"', extensions: { code: 'BAD_USER_INPUT' } }],
    }),
    effect: async ({ given, target }) => expect(await target.read('people', given.id)).toMatchObject({ jobTitle: '' }),
  }),
  defineCase({
    name: 'runs different mutations apart: one may fail while the others land',
    given: (target) => target.person(),
    send: ({ id }) => ({
      query: `mutation{updatePerson(id:"${id}",data:{jobTitle:"Landed"}){id jobTitle} updateCompany(id:"${MISSING_ID}",data:{name:"x"}){id} createNote(data:{title:"n"}){id}}`,
    }),
    shows: ({ id }) => ({
      data: { updatePerson: { id, jobTitle: 'Landed' }, updateCompany: null, createNote: { id: UUID } },
      errors: [expect.objectContaining({ message: 'Record not found' })],
    }),
    effect: async ({ given, target }) =>
      expect(await target.read('people', given.id)).toMatchObject({ jobTitle: 'Landed' }),
  }),
  defineCase({
    name: 'reads five objects at once',
    send: () => ({
      query:
        '{people(first:1){totalCount} companies(first:1){totalCount} tasks(first:1){totalCount} notes(first:1){totalCount} opportunities(first:1){totalCount}}',
    }),
    effect: ({ answer }) =>
      expect(Object.keys((answer.body as { data: object }).data).sort()).toEqual([
        'companies',
        'notes',
        'opportunities',
        'people',
        'tasks',
      ]),
  }),
  defineCase({
    name: 'refuses records and settings in one document',
    send: () => ({ query: '{people(first:1){totalCount} connectedAccounts(first:1){edges{node{id}}}}' }),
    shows: () => ({
      errors: [
        {
          message: 'This query cannot be executed as a single request. Please split it into separate queries.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    }),
  }),
  defineCase({
    name: 'finds no record under an unknown id',
    send: () => ({ query: `{person(filter:{id:{eq:"${MISSING_ID}"}}){id}}` }),
    refused: { message: 'Record not found', code: 'NOT_FOUND', subCode: 'RECORD_NOT_FOUND' },
  }),
  defineCase({
    name: 'does not take several requests in one body',
    send: () => ({
      method: 'POST',
      path: '/graphql',
      body: [{ query: '{people{totalCount}}' }, { query: '{notes{totalCount}}' }],
    }),
    status: 400,
    shows: () => ({ errors: [{ message: 'Batching is not supported.' }] }),
  }),
  ...[
    {
      type: 'Person',
      list: 'fields',
      field: { name: 'id', type: { name: null, kind: 'NON_NULL', ofType: { name: 'UUID' } } },
    },
    {
      type: 'PersonCreateInput',
      list: 'inputFields',
      field: { name: 'id', type: { name: 'ID', kind: 'SCALAR', ofType: null } },
    },
  ].map(({ type, list, field }) =>
    defineCase({
      name: `describes the type ${type}`,
      send: () => ({ query: `{__type(name:"${type}"){${list}{name type{name kind ofType{name}}}}}` }),
      effect: ({ answer }) => expect(resultOf(answer)).toEqual({ [list]: expect.arrayContaining([field]) as unknown }),
    }),
  ),
]);
