import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readScope, type LeadScope } from '../../leads/scope';
import type { TwentyClient } from '../../transport/client';
import { jsonParameter, objectField, textParameter } from '../parameters';

/** Shared by all lead operations: which object holds the leads, and how its fields are a lead's. */
export const scopeFields: INodeProperties[] = [
  { ...objectField, description: 'The object that holds the leads: Person, or a custom object of yours' },
  {
    displayName: 'Field Mapping',
    name: 'fieldMapping',
    type: 'json',
    default: '[]',
    description:
      'Rows that say which lead field is which Twenty field, as Start Sync Run returns them in "fields". Empty for the default mapping.',
  },
  {
    displayName: 'Default Country',
    name: 'defaultCountry',
    type: 'string',
    default: '',
    placeholder: 'e.g. US',
    description: 'Two-letter code of the country that phone numbers without a country belong to',
  },
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
