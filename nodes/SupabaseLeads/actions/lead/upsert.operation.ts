import { chosenBy, eachItem, jsonField, optionsField, type Item } from '../../../frame';
import type { LeadDatabase } from '../../transport/client';
import type { Operation } from '../types';
import { touchField } from './touch';
import { upsertItems } from './upsert-items';
import { upsertLeads } from './upsert-leads';

const itemsMode = { displayOptions: { show: { input: ['items'] } } };
const batchMode = { displayOptions: { show: { input: ['batch'] } } };

async function upsertBatch(item: Item, database: LeadDatabase): Promise<object> {
  const args = {
    p_source: item.text('source'),
    p_read_started_at: item.text('readStartedAt'),
    p_run: item.json('run'),
    p_page: item.json('page'),
    p_claim_token: item.text('claimToken'),
    p_missing_fields: item.json('missingFields'),
  };
  return await upsertLeads(database, item.list('leads'), args, item.index);
}

/** Stores leads, matched by ID and by email, and says what happened to each (`upsert_leads`). */
export const upsert: Operation = {
  name: 'Create or Update',
  action: 'Create or update a lead',
  description: 'Create a new record, or update the current one if it already exists (upsert)',
  fields: [
    {
      displayName: 'Each Item Is',
      name: 'input',
      type: 'options',
      options: [
        {
          name: 'One Lead',
          value: 'items',
          description: 'For flows of your own: all items are gathered into few calls',
        },
        { name: 'One Batch', value: 'batch', description: 'For sync workflows: an item carries a list of leads' },
      ],
      default: 'items',
    },
    {
      displayName: 'Source',
      name: 'source',
      type: 'string',
      default: 'intake',
      placeholder: 'e.g. form',
      description: 'Where the leads come from; "twenty" means snapshots of Twenty records',
    },
    {
      displayName: 'Columns',
      name: 'columns',
      type: 'resourceMapper',
      noDataExpression: true,
      default: { mappingMode: 'autoMapInputData', value: null },
      typeOptions: {
        resourceMapper: {
          resourceMapperMethod: 'getLeadColumns',
          mode: 'add',
          fieldWords: { singular: 'column', plural: 'columns' },
          addAllFields: true,
          multiKeyMatch: false,
          supportAutoMap: true,
        },
      },
      ...itemsMode,
    },
    { ...touchField, ...itemsMode },
    {
      ...optionsField({
        displayName: 'Batch Size',
        name: 'batchSize',
        type: 'number',
        typeOptions: { minValue: 1, maxValue: 5000 },
        default: 500,
        description: 'How many leads go in one call at most; long ones go in smaller batches',
      }),
      ...itemsMode,
    },
    jsonField({
      displayName: 'Leads',
      name: 'leads',
      default: '[]',
      required: true,
      description: 'List of leads, or of snapshots when the source is "twenty"',
      placeholder: 'e.g. {{ $json.leads }}',
      ...batchMode,
    }),
    {
      displayName: 'Read Started At',
      name: 'readStartedAt',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.read_started_at }}',
      description: 'When the read of these snapshots began, as the database said before it',
      ...batchMode,
    },
    jsonField({
      displayName: 'Run',
      name: 'run',
      description: 'The run that Start returned, with the Twenty calls spent since the last report in "calls"',
      ...batchMode,
    }),
    jsonField({
      displayName: 'Page',
      name: 'page',
      description: 'The page that Get Changed returned; stored together with its leads',
      ...batchMode,
    }),
    {
      displayName: 'Claim Token',
      name: 'claimToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'The token that Get for Sync returned, for the read before a push; the answer then holds the writes',
      ...batchMode,
    },
    jsonField({
      displayName: 'Missing Fields',
      name: 'missingFields',
      description: 'Twenty fields of the mapping that the workspace lacks, as the Twenty node returned them',
      ...batchMode,
    }),
  ],
  hint: {
    message: 'Input keys that are no lead column are left out. Map them into Attributes to keep them.',
    when: 'beforeExecution',
    condition: '$parameter["input"] === "items" && $parameter["columns"]["mappingMode"] === "autoMapInputData"',
  },
  execute: chosenBy('input', { items: upsertItems, batch: eachItem(upsertBatch) }),
};
