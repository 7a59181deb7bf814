import type { INodeProperties } from 'n8n-workflow';
import { byKey, inBatches, type Item, type Outcome, type ReadItem } from '../../../frame';
import { readScope, type LeadScope } from '../../leads/scope';
import type { TwentyClient } from '../../transport/client';
import { objectField } from '../fields';
import type { Execute } from '../types';

/** Which object holds the leads. */
export const leadObjectField: INodeProperties = {
  ...objectField,
  description: 'The object that holds the leads: Person, or a custom object of yours',
};

/** Which lead field is which Twenty field; the default mapping serves most. */
export const fieldMappingField: INodeProperties = {
  displayName: 'Field Mapping',
  name: 'fieldMapping',
  type: 'json',
  default: '[]',
  description:
    'Rows that say which lead field is which Twenty field, as the Supabase Leads operation Sync Run: Start returns them in "fields"',
  hint: 'Leave it as [] for the default mapping',
};

/** How leads and the object's records are translated into each other; at the end of each panel. */
export const mappingFields: INodeProperties[] = [
  {
    displayName: 'Default Country',
    name: 'defaultCountry',
    type: 'string',
    default: '',
    placeholder: 'e.g. US',
    description: 'Two-letter code of the country that phone numbers without a country belong to',
  },
  fieldMappingField,
];

/** Whether each input item is one lead or carries a batch of them. */
export const inputField: INodeProperties = {
  displayName: 'Each Item Is',
  name: 'input',
  type: 'options',
  options: [
    { name: 'One Lead', value: 'items', description: 'For flows of your own: all items are gathered into few calls' },
    { name: 'One Batch', value: 'batch', description: 'For sync workflows: an item carries a list of leads' },
  ],
  default: 'items',
};

/** How an item's leads are read and written. */
export async function scopeOf(item: Item, client: TwentyClient): Promise<LeadScope> {
  return await readScope(client, {
    object: item.text('object') ?? 'person',
    fieldMapping: item.json('fieldMapping') ?? [],
    defaultCountry: item.text('defaultCountry') ?? '',
  });
}

/** Fields of the panel that say how leads are read and written. */
const SCOPE_FIELDS = ['object', 'defaultCountry', 'fieldMapping'];

interface ScopeWork<T> {
  read(item: Item): T;
  /** Fields of the panel in which items must agree to go together, besides those of their scope. */
  alike?: readonly string[];
  /** An outcome for each item of the batch, in order. */
  work(batch: Array<ReadItem<T>>, scope: LeadScope, client: TwentyClient): Promise<Outcome[]>;
}

/** Runs the work once for all items for which the panel says the same. */
export function inScopes<T>({ read, alike = [], work }: ScopeWork<T>): Execute {
  const said = (item: Item): string => JSON.stringify([...SCOPE_FIELDS, ...alike].map((name) => item.value(name)));
  return inBatches<TwentyClient, { said: string; value: T }>({
    read: (item) => ({ said: said(item), value: read(item) }),
    split: byKey(({ input }) => input.said),
    work: async (batch, client) => {
      const items = batch.map(({ item, input: { value } }) => ({ item, input: value }));
      return await work(items, await scopeOf(batch[0].item, client), client);
    },
  });
}
