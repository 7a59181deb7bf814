import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { noticeField } from '../../frame';
import { ACTIONS, type Action } from './event';
import { ALL } from '../transport/webhooks';
import { DEFAULT_COMBINE_WINDOW_MS, DEFAULT_MAX_AGE_MINUTES } from './parameters';

const MEANINGS: Record<Action, string> = {
  created: 'A record was created',
  updated: 'Fields of a record were changed',
  deleted: 'A record was deleted and can still be restored',
  restored: 'A deleted record was restored',
  destroyed: 'A record was removed for good',
};

const events: INodePropertyOptions[] = ACTIONS.map((action) => ({
  name: `${action[0].toUpperCase()}${action.slice(1)}`,
  value: action,
  description: MEANINGS[action],
}));

export const properties: INodeProperties[] = [
  noticeField(
    'addressNotice',
    "Twenty sends nothing to private addresses such as localhost, and does not say so. Where n8n and Twenty share a host or a network, set <code>OUTBOUND_HTTP_SAFE_MODE_ENABLED=false</code> for Twenty's server and worker. To see whether events arrive, add the option <b>Send Test Event</b> and execute this step.",
  ),
  {
    displayName: 'Object Names or IDs',
    name: 'objects',
    type: 'multiOptions',
    typeOptions: { loadOptionsMethod: 'getObjects' },
    default: ['person'],
    required: true,
    description:
      'The objects to listen to, standard or custom. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Events',
    name: 'events',
    type: 'multiOptions',
    options: [{ name: 'All', value: ALL, description: 'Every kind of event' }, ...events],
    default: [ALL],
    required: true,
    description: 'What must happen to a record',
  },
  {
    displayName: 'Combine Events',
    name: 'combineEvents',
    type: 'boolean',
    default: true,
    description:
      'Whether events that arrive shortly after one another start one execution together, with an item each, rather than one execution each',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      {
        displayName: 'Combine Window',
        name: 'combineWindow',
        type: 'number',
        typeOptions: { minValue: 10, maxValue: 2_000 },
        default: DEFAULT_COMBINE_WINDOW_MS,
        displayOptions: { show: { '/combineEvents': [true] } },
        description:
          'Milliseconds to wait for more events. While events keep coming the window grows, to at most 2 seconds.',
      },
      {
        displayName: 'Include Record',
        name: 'includeRecord',
        type: 'boolean',
        default: true,
        description:
          'Whether items hold the record as Twenty sent it. Events can arrive late and out of order: read the record again where its newest values matter.',
      },
      {
        displayName: 'Maximum Age',
        name: 'maxAge',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: DEFAULT_MAX_AGE_MINUTES,
        description:
          'Minutes by which the time of a delivery may differ from the clock of n8n. Others are refused: somebody may be sending an old delivery again.',
      },
      {
        displayName: 'Send Test Event',
        name: 'sendTestEvent',
        type: 'boolean',
        default: true,
        description:
          'Whether Twenty is made to send an event when you execute this step: a note is created and removed again, for up to 30 seconds. Has no effect on a published workflow.',
      },
    ],
  },
];
