import { InputError } from '../../../errors/input-error';
import { chosenBy, eachItem, type Item, type Outcome, type ReadItem } from '../../../frame';
import type { Lead, PushFailure, Write } from '../../../lead';
import { pushLeads, type PushOptions } from '../../leads/push';
import type { LeadScope } from '../../leads/scope';
import { writesFromLeads } from '../../leads/writes-from-leads';
import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import type { TwentyClient } from '../../transport/client';
import { optionsWith } from '../fields';
import type { Operation } from '../types';
import { inputField, inScopes, leadObjectField, mappingFields, scopeOf } from './common';

export const push: Operation = {
  name: 'Push',
  action: 'Push leads',
  description: 'Create, update, delete and restore leads in batches, with their companies',
  fields: [
    leadObjectField,
    inputField,
    {
      displayName:
        'The keys of an item are the lead fields: email, first_name, last_name, phone, job_title, company_name and so on. It updates the record with its twenty_id or email, or creates one. A bad lead is reported with its item after all others have landed; set On Error to continue to get a result for each instead.',
      name: 'itemsNotice',
      type: 'notice',
      default: '',
      displayOptions: { show: { input: ['items'] } },
    },
    {
      displayName: 'Writes',
      name: 'writes',
      type: 'json',
      default: '={{ $json.writes }}',
      description:
        'What to write, as the Supabase Leads operation Lead: Create or Update returns it. Each write gets a result; none stops the others.',
      displayOptions: { show: { input: ['batch'] } },
    },
    {
      displayName: 'Lease (Seconds)',
      name: 'leaseSeconds',
      type: 'number',
      default: 300,
      description:
        'How long the claim on these leads still lasts. A call that might end later is not sent. 0 for no limit.',
      displayOptions: { show: { input: ['batch'] } },
    },
    {
      displayName: 'Run ID',
      name: 'runId',
      type: 'string',
      default: '',
      description: 'Sync run whose companies are remembered between batches',
      displayOptions: { show: { input: ['batch'] } },
    },
    {
      displayName: 'Strict',
      name: 'strict',
      type: 'boolean',
      default: false,
      description:
        'Whether to write each record in a call of its own, and only if it is as it was read. What somebody does in Twenty in between is then never overwritten or undone. New records still go in batches.',
    },
    {
      displayName: 'Batch Size',
      name: 'batchSize',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: DEFAULT_BATCH_SIZE,
      description: 'Leads to write in one call. A server that takes fewer is followed.',
    },
    ...mappingFields,
    optionsWith(),
  ],
  execute: chosenBy('input', {
    items: inScopes({ read: (item) => item.input as Lead, alike: ['batchSize', 'strict'], work: pushItems }),
    batch: eachItem(pushBatch),
  }),
};

const optionsOf = (item: Item): Pick<PushOptions, 'batchSize' | 'strict'> => ({
  batchSize: item.count('batchSize', DEFAULT_BATCH_SIZE),
  strict: item.boolean('strict'),
});

async function pushBatch(item: Item, client: TwentyClient): Promise<object> {
  const writes = item.list<Write>('writes', []);
  const seconds = Number(item.value('leaseSeconds', 0));
  return await pushLeads(client, await scopeOf(item, client), writes, {
    leaseSeconds: seconds > 0 ? seconds : null,
    runId: item.text('runId') ?? '',
    ...optionsOf(item),
  });
}

/** For each lead its result, or what went wrong with it. */
async function pushItems(batch: Array<ReadItem<Lead>>, scope: LeadScope, client: TwentyClient): Promise<Outcome[]> {
  const planned = await writesFromLeads(
    client,
    scope,
    batch.map(({ input }) => input),
  );
  const writes = planned.flatMap((plan) => ('write' in plan ? [plan.write] : []));
  const options = { leaseSeconds: null, runId: '', ...optionsOf(batch[0].item) };
  const { results } = await pushLeads(client, scope, writes, options);
  const resultOf = new Map(writes.map((write, index) => [write, results[index]]));
  return planned.map((plan) => {
    if ('problem' in plan) return new InputError(plan.problem);
    const result = resultOf.get(plan.write);
    if (result?.ok) return result;
    const { message, category, outcome } = result as PushFailure;
    return new InputError(message, '', { category, outcome });
  });
}
