import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Item } from '../../../frame';
import { decidedByField } from '../fields';
import { leadIdAt } from '../lead-ids';

/** Who merges two leads says this, wherever it is done. */
export const mergeFields: INodeProperties[] = [
  {
    displayName: 'Lead to Keep',
    name: 'keepId',
    type: 'string',
    default: '={{ $json.lead_a }}',
    required: true,
    placeholder: 'e.g. {{ $json.lead_a }}',
    description: 'ID of the lead that stays and gets all that both have',
  },
  {
    displayName: 'Lead to Drop',
    name: 'dropId',
    type: 'string',
    default: '={{ $json.lead_b }}',
    required: true,
    placeholder: 'e.g. {{ $json.lead_b }}',
    description: 'ID of the lead that becomes a part of the other one',
  },
  {
    displayName: 'Choices',
    name: 'choices',
    type: 'json',
    default: '{}',
    placeholder: 'e.g. {"city": "drop", "job_title": "CTO"}',
    description:
      'Per field "keep", "drop" or a value of its own. A field that is left out stays as the lead to keep has it; blanks are filled, and other addresses and numbers of both are kept.',
  },
  decidedByField,
];

/** What `merge_leads` is given. @throws NodeOperationError for an ID that is none, or choices that are no JSON */
export function mergeArguments(item: Item): IDataObject {
  return {
    p_keep: leadIdAt(item, 'keepId'),
    p_drop: leadIdAt(item, 'dropId'),
    p_choices: item.json('choices') as IDataObject | null,
    p_by: item.text('decidedBy'),
  };
}
