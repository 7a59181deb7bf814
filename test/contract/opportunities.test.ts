import { defineCase, describeContract, recordsOf } from './support/cases';
import { opportunity, TIME } from './support/shapes';
import type { JsonObject, Target } from './support/target';

const UPDATE =
  'mutation($id:UUID!,$d:OpportunityUpdateInput!){updateOpportunity(id:$id,data:$d){id stage amount{amountMicros currencyCode}}}';
const AMOUNT = { amountMicros: 1_234_560_000, currencyCode: 'EUR' };

type Deal = JsonObject & { id: string };

async function deal(target: Target): Promise<Deal> {
  return await target.make('opportunities', { name: target.unique('deal'), amount: AMOUNT, stage: 'NEW' });
}

describeContract('opportunities', [
  defineCase({
    name: 'are made with an amount, a day and a person',
    given: (target) => target.person(),
    send: ({ id }) => ({
      method: 'POST',
      path: '/rest/opportunities',
      body: { name: 'Deal', amount: AMOUNT, closeDate: '2026-12-31T00:00:00Z', pointOfContactId: id },
    }),
    status: 201,
    shows: ({ id }) => ({
      data: {
        createOpportunity: opportunity({
          amount: AMOUNT,
          closeDate: '2026-12-31T00:00:00.000Z',
          pointOfContactId: id,
        }),
      },
    }),
  }),
  defineCase({
    name: 'move from stage to stage',
    given: deal,
    send: ({ id }) => ({ query: UPDATE, variables: { id, d: { stage: 'PROPOSAL' } } }),
    shows: ({ id }) => ({ data: { updateOpportunity: { id, stage: 'PROPOSAL', amount: AMOUNT } } }),
  }),
  defineCase({
    name: 'are updated by an upsert with their own id, which leaves alone what it does not name',
    given: deal,
    send: ({ id }) => ({
      query:
        'mutation($d:[OpportunityCreateInput!]!){createOpportunities(data:$d,upsert:true){id name stage amount{amountMicros currencyCode} createdAt}}',
      variables: { d: [{ id, name: 'Deal 2', stage: 'PROPOSAL' }] },
    }),
    shows: ({ id, createdAt }) => ({
      data: { createOpportunities: [{ id, name: 'Deal 2', stage: 'PROPOSAL', amount: AMOUNT, createdAt }] },
    }),
  }),
  defineCase({
    name: 'keep the currency when an amount comes without one',
    given: deal,
    send: ({ id }) => ({ query: UPDATE, variables: { id, d: { amount: { amountMicros: 5_000_000 } } } }),
    shows: ({ id }) => ({
      data: { updateOpportunity: { id, stage: 'NEW', amount: { amountMicros: 5_000_000, currencyCode: 'EUR' } } },
    }),
  }),
  defineCase({
    name: 'lose what is below one millionth',
    given: deal,
    send: ({ id }) => ({
      query: UPDATE,
      variables: { id, d: { amount: { amountMicros: 1.5, currencyCode: 'EUR' } } },
    }),
    shows: ({ id }) => ({
      data: { updateOpportunity: { id, stage: 'NEW', amount: { amountMicros: 1, currencyCode: 'EUR' } } },
    }),
  }),
  defineCase({
    name: 'are read with those in the bin when the filter names it',
    given: async (target) => {
      const { id, name } = await deal(target);
      await target.rest('DELETE', `opportunities/${id}?soft_delete=true`);
      return { id, name };
    },
    send: ({ name }) => ({
      query:
        'query($f:OpportunityFilterInput){opportunities(filter:$f,first:5,orderBy:{id:AscNullsFirst}){edges{node{id deletedAt}} totalCount}}',
      variables: {
        f: {
          and: [{ name: { eq: name } }, { or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] }],
        },
      },
    }),
    shows: ({ id }) => ({ data: { opportunities: { edges: [{ node: { id, deletedAt: TIME } }], totalCount: 1 } } }),
  }),
  defineCase({
    name: 'lose their point of contact when it is destroyed, without a new updatedAt',
    given: async (target) => {
      const { id: contact } = await target.person();
      return { contact, made: await target.make('opportunities', { name: 'Deal', pointOfContactId: contact }) };
    },
    send: ({ contact }) => ({ query: `mutation{destroyPerson(id:"${contact}"){id}}` }),
    effect: async ({ answer, given: { contact, made }, target }) => {
      expect(recordsOf(answer)).toEqual([{ id: contact }]);
      expect(await target.read('opportunities', made.id)).toMatchObject({
        pointOfContactId: null,
        updatedAt: made.updatedAt,
      });
    },
  }),
]);
