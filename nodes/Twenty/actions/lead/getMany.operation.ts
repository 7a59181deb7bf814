import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { normalise, type Absence, type Snapshot } from '../../../lead';
import { getLeadsByIdOrEmail, type AskedLead } from '../../leads/get-many';
import type { TwentyClient } from '../../transport/client';
import { forEachItem, type Operation } from '../operation';
import { listParameter, optionsField, textParameter } from '../parameters';
import { forEachScope, inputField, leadObjectField, mappingFields, scopeOf } from './common';

export const getMany: Operation = {
  description: [
    leadObjectField,
    inputField,
    {
      displayName: 'Twenty ID',
      name: 'twentyId',
      type: 'string',
      default: '={{ $json.twenty_id }}',
      description: 'ID of the record in Twenty, where it is known',
      displayOptions: { show: { input: ['items'] } },
    },
    {
      displayName: 'Email',
      name: 'email',
      type: 'string',
      placeholder: 'e.g. name@email.com',
      default: '={{ $json.email }}',
      description: 'Finds a record by its primary email, in any case',
      displayOptions: { show: { input: ['items'] } },
    },
    {
      displayName: 'Leads',
      name: 'leads',
      type: 'json',
      default: '={{ $json.leads }}',
      description: 'List of leads to look for, each with twenty_id, email or both',
      displayOptions: { show: { input: ['batch'] } },
    },
    ...mappingFields,
    optionsField,
  ],

  async execute(context, client) {
    if (context.getInputData().length === 0) return [];
    const isBatch = context.getNodeParameter('input', 0, 'items') === 'batch';
    return isBatch ? await readBatches(context, client) : await readItems(context, client);
  },
};

async function readBatches(context: IExecuteFunctions, client: TwentyClient): Promise<INodeExecutionData[]> {
  return await forEachItem(context, async (itemIndex) => {
    const asked = listParameter<AskedLead>(context, 'leads', itemIndex, 'Leads');
    const found = await getLeadsByIdOrEmail(client, await scopeOf(context, client, itemIndex), asked);
    return [{ json: found as unknown as IDataObject, pairedItem: { item: itemIndex } }];
  });
}

/** All items of one object in one call for each 500; each item gets the leads that match it, or an absence. */
async function readItems(context: IExecuteFunctions, client: TwentyClient): Promise<INodeExecutionData[]> {
  return await forEachScope(context, client, [], async (scope, items) => {
    const asked = items.map((item) => askedLead(context, item));
    const readable = asked.flatMap((lead) => ('error' in lead ? [] : [lead]));
    const { leads } = await getLeadsByIdOrEmail(client, scope, readable);
    const answers = new Map<string, Array<Snapshot | Absence>>();
    for (const lead of leads) {
      const keys = 'absent' in lead ? [lead.twenty_id] : [lead.twenty_id, ...(lead.email ? [String(lead.email)] : [])];
      for (const key of keys) answers.set(key, [...(answers.get(key) ?? []), lead]);
    }
    return asked.map((lead, position) => {
      if ('error' in lead) return lead;
      const keys = [lead.twenty_id, normalisedEmail(lead.email)];
      const matching = new Set(keys.flatMap((key) => (key ? (answers.get(key) ?? []) : [])));
      const found = matching.size > 0 ? [...matching] : [{ ...lead, absent: true }];
      return found.map((json) => ({ json: json as IDataObject, pairedItem: { item: items[position] } }));
    });
  });
}

function askedLead(context: IExecuteFunctions, item: number): AskedLead | { error: unknown } {
  try {
    return {
      twenty_id: textParameter(context, 'twentyId', item).toLowerCase() || null,
      email: textParameter(context, 'email', item) || null,
    };
  } catch (error) {
    return { error };
  }
}

function normalisedEmail(email: string | null | undefined): string | null {
  const normalised = normalise('email', email ?? null, { field: 'email' });
  return 'value' in normalised ? (normalised.value as string | null) : null;
}
