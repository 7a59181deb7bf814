import { chosenBy, eachItem, type Item, type Outcome, type ReadItem } from '../../../frame';
import { normalise, type Absence, type Snapshot } from '../../../lead';
import { getLeadsByIdOrEmail, type AskedLead } from '../../leads/get-many';
import { type LeadScope } from '../../leads/scope';
import type { TwentyClient } from '../../transport/client';
import { optionsWith } from '../fields';
import type { Operation } from '../types';
import { inputField, inScopes, leadObjectField, mappingFields, scopeOf } from './common';

export const getMany: Operation = {
  name: 'Get Many by ID or Email',
  action: 'Get many leads by ID or email',
  description: 'Read the records of leads, hundreds in one call',
  fields: [
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
    optionsWith(),
  ],
  execute: chosenBy('input', {
    items: inScopes({ read: askedLead, work: findLeads }),
    batch: eachItem(async (item, client) => {
      const asked = item.list<AskedLead>('leads', []);
      return await getLeadsByIdOrEmail(client, await scopeOf(item, client), asked);
    }),
  }),
};

function askedLead(item: Item): AskedLead {
  return { twenty_id: item.text('twentyId')?.toLowerCase() ?? null, email: item.text('email') };
}

/** All items in one call for each 500; each item gets the leads that match it, or an absence. */
async function findLeads(
  batch: Array<ReadItem<AskedLead>>,
  scope: LeadScope,
  client: TwentyClient,
): Promise<Outcome[]> {
  const asked = batch.map(({ input }) => input);
  const { leads } = await getLeadsByIdOrEmail(client, scope, asked);
  const answers = new Map<string, Array<Snapshot | Absence>>();
  for (const lead of leads) {
    const email = 'absent' in lead || !lead.email ? null : normalisedEmail(String(lead.email));
    for (const key of [lead.twenty_id, email]) if (key) answers.set(key, [...(answers.get(key) ?? []), lead]);
  }
  return asked.map((lead) => {
    const keys = [lead.twenty_id, normalisedEmail(lead.email)];
    const matching = new Set(keys.flatMap((key) => (key ? (answers.get(key) ?? []) : [])));
    return matching.size > 0 ? [...matching] : { ...lead, absent: true };
  });
}

function normalisedEmail(email: string | null | undefined): string | null {
  const normalised = normalise('email', email ?? null, { field: 'email' });
  return 'value' in normalised ? (normalised.value as string | null) : null;
}
