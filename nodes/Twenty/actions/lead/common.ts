import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { readScope, type LeadScope } from '../../leads/scope';
import type { TwentyClient } from '../../transport/client';
import { forEachGroup, type Outcome } from '../groups';
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

/** Fields of the panel that say how leads are read and written. */
const SCOPE_FIELDS = ['object', 'defaultCountry', 'fieldMapping'];

/**
 * Runs the work once for all items for which the panel says the same: object, mapping, country and the named fields.
 * @param work gives an outcome for each item of the group, in order
 */
export async function forEachScope(
  context: IExecuteFunctions,
  client: TwentyClient,
  names: readonly string[],
  work: (scope: LeadScope, items: number[]) => Promise<Outcome[]>,
): Promise<INodeExecutionData[]> {
  const read = (itemIndex: number) => {
    const said = [...SCOPE_FIELDS, ...names].map((name): unknown =>
      context.getNodeParameter(name, itemIndex, '', { extractValue: true }),
    );
    return { key: JSON.stringify(said), input: null };
  };
  return await forEachGroup(context, read, async (group) => {
    const items = group.map(({ itemIndex }) => itemIndex);
    return await work(await scopeOf(context, client, items[0]), items);
  });
}
