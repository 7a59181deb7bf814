import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Lead, PushFailure, Write } from '../../../lead';
import { pushLeads, type PushOptions } from '../../leads/push';
import type { LeadScope } from '../../leads/scope';
import { writesFromLeads } from '../../leads/writes-from-leads';
import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import type { TwentyClient } from '../../transport/client';
import { forEachItem, LeadError, type Operation } from '../operation';
import { countParameter, listParameter, optionsField, textParameter } from '../parameters';
import { forEachScope, inputField, leadObjectField, mappingFields, scopeOf } from './common';

export const push: Operation = {
  description: [
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
    optionsField,
  ],

  async execute(context, client) {
    if (context.getInputData().length === 0) return [];
    const isBatch = context.getNodeParameter('input', 0, 'items') === 'batch';
    return isBatch ? await pushBatches(context, client) : await pushItems(context, client);
  },
};

async function pushBatches(context: IExecuteFunctions, client: TwentyClient): Promise<INodeExecutionData[]> {
  return await forEachItem(context, async (itemIndex) => {
    const writes = listParameter<Write>(context, 'writes', itemIndex, 'Writes');
    const seconds = Number(context.getNodeParameter('leaseSeconds', itemIndex, 0));
    const report = await pushLeads(client, await scopeOf(context, client, itemIndex), writes, {
      leaseSeconds: seconds > 0 ? seconds : null,
      runId: textParameter(context, 'runId', itemIndex),
      batchSize: countParameter(context, 'batchSize', itemIndex, DEFAULT_BATCH_SIZE),
      strict: context.getNodeParameter('strict', itemIndex, false) === true,
    });
    return [{ json: report as unknown as IDataObject, pairedItem: { item: itemIndex } }];
  });
}

async function pushItems(context: IExecuteFunctions, client: TwentyClient): Promise<INodeExecutionData[]> {
  const input = context.getInputData();
  return await forEachScope(context, client, ['batchSize', 'strict'], async (scope, items) => {
    const leads = items.map((item) => input[item].json as Lead);
    const batchSize = countParameter(context, 'batchSize', items[0], DEFAULT_BATCH_SIZE);
    const strict = context.getNodeParameter('strict', items[0], false) === true;
    const pushed = await pushPlain(client, scope, leads, { batchSize, strict });
    return pushed.map((result, position) =>
      result instanceof LeadError ? { error: result } : [{ json: result, pairedItem: { item: items[position] } }],
    );
  });
}

/** For each lead its result, or what went wrong with it. */
async function pushPlain(
  client: TwentyClient,
  scope: LeadScope,
  leads: readonly Lead[],
  options: Pick<PushOptions, 'batchSize' | 'strict'>,
): Promise<Array<IDataObject | LeadError>> {
  const planned = await writesFromLeads(client, scope, leads);
  const writes = planned.flatMap((plan) => ('write' in plan ? [plan.write] : []));
  const { results } = await pushLeads(client, scope, writes, { leaseSeconds: null, runId: '', ...options });
  const resultOf = new Map(writes.map((write, index) => [write, results[index]]));
  return planned.map((plan) => {
    if ('problem' in plan) return new LeadError(plan.problem);
    const result = resultOf.get(plan.write);
    if (result?.ok) return { ...result };
    const { message, category, outcome } = result as PushFailure;
    return new LeadError(message, { category, outcome });
  });
}
