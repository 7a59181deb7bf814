import { chosenBy } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { replayItems } from './replay-items';

const replayAll = databaseCall('replay_dead_letters', (item) => ({
  p_kind: item.text('which'),
  p_limit: item.value('replayLimit'),
}));

/** Queues leads that were refused or held for a fresh try (`replay_dead_letters`). */
export const replay: Operation = {
  name: 'Replay',
  action: 'Replay dead letters',
  description: 'Try leads again that were refused or held, with their attempts reset',
  fields: [
    {
      displayName: 'Which Leads',
      name: 'which',
      type: 'options',
      options: [
        { name: 'All Dead', value: 'dead', description: 'All that Twenty refused too often' },
        {
          name: 'All Held',
          value: 'held',
          description: 'All whose email belongs to another person in Twenty, or that wait for a yes',
        },
        { name: "Each Item's Lead", value: 'items', description: 'One lead for each input item' },
      ],
      default: 'items',
    },
    {
      displayName: 'Lead ID',
      name: 'leadId',
      type: 'string',
      default: '={{ $json.lead_id }}',
      required: true,
      placeholder: 'e.g. {{ $json.lead_id }}',
      description: 'ID of the lead to try again, with its attempts reset',
      displayOptions: { show: { which: ['items'] } },
    },
    {
      displayName: 'Limit',
      name: 'replayLimit',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 100_000 },
      default: 10_000,
      description: 'Max number of leads to replay, those that wait longest first',
      displayOptions: { show: { which: ['dead', 'held'] } },
    },
  ],
  execute: chosenBy('which', { items: replayItems, dead: replayAll, held: replayAll }),
};
