import type { INodeProperties } from 'n8n-workflow';

/** What can happen to a lead, as `read_lead_events` names it. */
const EVENTS = [
  { name: 'Alert Fired', value: 'alert_fired', description: 'An alert rule fired. The event has no lead.' },
  { name: 'Assigned', value: 'assigned', description: 'A lead that arrived was given to a sales rep' },
  { name: 'Changed', value: 'changed', description: 'A field of a lead changed, whoever wrote it' },
  { name: 'Conflicted', value: 'conflicted', description: 'Both sides changed a field, and one value lost' },
  { name: 'Created', value: 'created', description: 'A lead is new in Supabase, wherever it came from' },
  { name: 'Failed', value: 'failed', description: 'Twenty or the database refused a lead' },
  {
    name: 'Held',
    value: 'held',
    description: 'A lead waits, e.g. because its email belongs to another person in Twenty',
  },
  { name: 'Score Crossed', value: 'score_crossed', description: 'A lead’s score rose to a number, or fell below it' },
  { name: 'Segment Changed', value: 'segment_changed', description: 'A lead came into another segment' },
  { name: 'Synced', value: 'synced', description: 'Both sides of a lead agree again' },
];

export const properties: INodeProperties[] = [
  {
    displayName: 'Events',
    name: 'events',
    type: 'multiOptions',
    options: EVENTS,
    default: ['created'],
    required: true,
    description:
      'What starts the workflow. Each event comes at least once; those of one lead in the order in which they happened.',
  },
  {
    displayName: 'Fields',
    name: 'fieldNames',
    type: 'string',
    default: '',
    placeholder: 'e.g. lead_status, phone',
    description: 'Comma-separated list of fields of leads; a change of any other is passed over. Leave empty for all.',
    displayOptions: { show: { events: ['changed'] } },
  },
  {
    displayName: 'Score',
    name: 'score',
    type: 'number',
    default: 70,
    description: 'The score to rise to, or to fall below',
    displayOptions: { show: { events: ['score_crossed'] } },
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      {
        displayName: 'Max Events',
        name: 'maxEvents',
        type: 'number',
        typeOptions: { minValue: 1, maxValue: 10_000 },
        default: 1000,
        description: 'Max number of events in one execution; the next poll gives the rest',
      },
    ],
  },
];
