import { databaseCall } from '../calls';
import { decidedByField } from '../fields';
import { leadIdAt } from '../lead-ids';
import type { Operation } from '../types';

/** Remembers that two leads are two people (`dismiss_duplicate`). */
export const dismiss: Operation = {
  name: 'Dismiss',
  action: 'Dismiss a possible duplicate',
  description: 'Say that two leads are two people: the pair is not listed again',
  fields: [
    {
      displayName: 'First Lead',
      name: 'leadA',
      type: 'string',
      default: '={{ $json.lead_a }}',
      required: true,
      placeholder: 'e.g. {{ $json.lead_a }}',
      description: 'ID of one of the two leads',
    },
    {
      displayName: 'Second Lead',
      name: 'leadB',
      type: 'string',
      default: '={{ $json.lead_b }}',
      required: true,
      placeholder: 'e.g. {{ $json.lead_b }}',
      description: 'ID of the other one',
    },
    decidedByField,
  ],
  execute: databaseCall('dismiss_duplicate', (item) => ({
    p_a: leadIdAt(item, 'leadA'),
    p_b: leadIdAt(item, 'leadB'),
    p_by: item.text('decidedBy'),
  })),
};
