import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../../frame';
import { callOptions } from '../../Twenty/transport/call-options';

/** Minutes: less than the five between two scheduled pushes, and than the shortest time that hosted n8n gives an execution. */
export const DEFAULT_MAX_DURATION = 4;
export const DEFAULT_TRIES = 3;
export const DEFAULT_PAUSE_MS = 2_000;
export const DEFAULT_MAX_LEADS = 1_000;

export const policyField: INodeProperties = {
  displayName: 'Conflict Policy',
  name: 'policy',
  type: 'options',
  options: [
    { name: 'Each Field’s Own', value: '', description: 'As its row in lead_sync.field_mappings says' },
    { name: 'Fill Blank', value: 'fill_blank', description: 'Only blanks take a value of the other side' },
    { name: 'Last Write Wins', value: 'last_write_wins', description: 'The side that was changed later' },
    { name: 'Supabase Wins', value: 'supabase_wins' },
    { name: 'Twenty Wins', value: 'twenty_wins' },
  ],
  default: '',
  description: 'Who wins when both sides changed a field of a lead to different values',
};

/** How long a run may take, what the node gives and how calls are made: the same for all operations. */
export const commonFields: INodeProperties[] = [
  {
    displayName: 'Max Duration (Minutes)',
    name: 'maxDuration',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: DEFAULT_MAX_DURATION,
    description:
      'When this time is over, the node ends after the page or batch in hand and says that more is due; the next run goes on. 0 for no limit.',
  },
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    options: [
      { name: 'Changed Leads', value: 'changedLeads', description: 'An item for each lead that was changed' },
      { name: 'Summary', value: 'summary', description: 'One item with the figures of the run' },
    ],
    default: 'summary',
  },
  {
    displayName: 'Max Leads',
    name: 'maxLeads',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: DEFAULT_MAX_LEADS,
    description: 'Max number of changed leads to return. All are synced; they are held in memory until the run ends.',
    displayOptions: { show: { output: ['changedLeads'] } },
  },
  optionsField(
    {
      displayName: 'Max Tries',
      name: 'tries',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: DEFAULT_TRIES,
      description: 'How often a read of Twenty or a call of Supabase is tried before the run fails',
    },
    {
      displayName: 'Wait Between Tries (Ms)',
      name: 'pause',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: DEFAULT_PAUSE_MS,
      description: 'Milliseconds to wait before a failed call is tried again',
    },
    ...callOptions,
  ),
];
