import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../../frame';
import { LEADS } from '../methods/list-search';
import { objectField } from '../../Twenty/actions/fields';
import { maxDurationField, triesOptions } from '../../runs/fields';
import { callOptions } from '../../Twenty/transport/call-options';

export const DEFAULT_MAX_LEADS = 1_000;

/** What a run keeps the same; null for leads. */
export const syncedObjectField: INodeProperties = {
  ...objectField,
  default: { mode: 'list', value: LEADS.value, cachedResultName: LEADS.name },
  required: false,
  description: 'What is kept the same on both sides: leads, or another object that the database has a mapping of',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchSyncedObjects', searchable: true },
    },
    {
      displayName: 'By Name',
      name: 'name',
      type: 'string',
      placeholder: 'e.g. opportunity',
      hint: 'The singular name in the API',
    },
  ],
};

export const policyField: INodeProperties = {
  displayName: 'Conflict Policy',
  name: 'policy',
  type: 'options',
  options: [
    { name: 'Each Field’s Own', value: '', description: 'As its row in lead_sync.field_mappings says' },
    {
      name: 'Fill Blank',
      value: 'fill_blank',
      description: 'A value beats a blank; where both sides have one, the one that was changed later',
    },
    { name: 'Last Write Wins', value: 'last_write_wins', description: 'The side that was changed later' },
    { name: 'Supabase Wins', value: 'supabase_wins' },
    { name: 'Twenty Wins', value: 'twenty_wins' },
  ],
  default: '',
  description: 'Who wins when both sides changed a field of a lead to different values',
};

const NO_RUNS = ['assign', 'preview', 'check', 'mergeDuplicate'];
const OF_RUNS = { hide: { operation: NO_RUNS } };
const OF_LEADS = { hide: { operation: [...NO_RUNS, 'pullActivities'] } };

/** How long a run may take, what the node gives and how calls are made: the same for all runs, the last for what is no run, too. */
export const commonFields: INodeProperties[] = [
  { ...maxDurationField, displayOptions: OF_RUNS },
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    options: [
      { name: 'Changed Leads', value: 'changedLeads', description: 'An item for each lead that was changed' },
      { name: 'Summary', value: 'summary', description: 'One item with the figures of the run' },
    ],
    default: 'summary',
    displayOptions: OF_LEADS,
  },
  {
    displayName: 'Max Leads',
    name: 'maxLeads',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: DEFAULT_MAX_LEADS,
    description: 'Max number of changed leads to return. All are synced; they are held in memory until the run ends.',
    displayOptions: { ...OF_LEADS, show: { output: ['changedLeads'] } },
  },
  optionsField(...triesOptions('a read of Twenty or a call of Supabase'), ...callOptions),
];
