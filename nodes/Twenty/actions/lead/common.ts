import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { readScope, type LeadScope } from '../../leads/scope';
import type { TwentyClient } from '../../transport/client';
import { failedItem } from '../operation';
import { jsonParameter, objectField, textParameter } from '../parameters';

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

export async function scopeOf(context: IExecuteFunctions, client: TwentyClient, itemIndex: number): Promise<LeadScope> {
  return await readScope(client, {
    object: textParameter(context, 'object', itemIndex) || 'person',
    fieldMapping: jsonParameter(context, 'fieldMapping', itemIndex, 'Field Mapping') ?? [],
    defaultCountry: textParameter(context, 'defaultCountry', itemIndex),
  });
}

/** What became of an item: its output, or why there is none. */
export type Outcome = INodeExecutionData[] | { error: unknown };

/**
 * Gathers the items for which the panel says the same (object, mapping, country and the named fields) and runs the work
 * once for each such group, so that hundreds of items cost few calls. Items that failed are raised only when all others
 * are done.
 * @param work gives an outcome for each item of the group, in order
 */
export async function forEachScope(
  context: IExecuteFunctions,
  client: TwentyClient,
  names: readonly string[],
  work: (scope: LeadScope, items: number[]) => Promise<Outcome[]>,
): Promise<INodeExecutionData[]> {
  const outcomes: Outcome[] = [];
  for (const items of itemsByFields(context, ['object', 'defaultCountry', 'fieldMapping', ...names], outcomes)) {
    try {
      const done = await work(await scopeOf(context, client, items[0]), items);
      items.forEach((item, position) => (outcomes[item] = done[position]));
    } catch (error) {
      items.forEach((item) => (outcomes[item] = { error }));
    }
  }
  return outcomes.flatMap((outcome, item) => ('error' in outcome ? failedItem(context, outcome.error, item) : outcome));
}

/** The items by the values of these fields; an item whose expression fails gets its outcome at once. */
function itemsByFields(context: IExecuteFunctions, names: readonly string[], outcomes: Outcome[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const item of context.getInputData().keys()) {
    try {
      const key = JSON.stringify(
        names.map((name): unknown => context.getNodeParameter(name, item, '', { extractValue: true })),
      );
      const items = groups.get(key);
      if (items) items.push(item);
      else groups.set(key, [item]);
    } catch (error) {
      outcomes[item] = { error };
    }
  }
  return [...groups.values()];
}
