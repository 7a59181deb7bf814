import type { IDataObject } from 'n8n-workflow';
import { countField, eachItem, noticeField } from '../../../frame';
import type { Operation } from '../types';

/** Reads leads that the rules leave undecided, without personal data (`get_leads_to_classify`). */
export const getToClassify: Operation = {
  name: 'Get to Classify',
  action: 'Get leads to classify',
  description: 'Read what a model may know of leads that the rules leave undecided',
  fields: [
    noticeField(
      'factsNotice',
      'The answer holds the segments and, for each lead, facts about role, company and place. Names, email addresses, phone numbers and links are not in it.',
    ),
    {
      displayName: 'Each Item Is',
      name: 'output',
      type: 'options',
      options: [
        { name: 'One Batch', value: 'batch', description: 'One item with a list of leads and the segments' },
        { name: 'One Lead', value: 'items', description: 'An item for each lead, with the segments in it' },
      ],
      default: 'batch',
    },
    countField({
      displayName: 'Limit',
      name: 'limit',
      standard: 20,
      most: 200,
      description: 'Max number of leads to return',
    }),
    {
      displayName: 'Threshold',
      name: 'threshold',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
      default: 0.7,
      description: 'Leads whose segment the rules chose with less confidence than this come, too',
    },
    {
      displayName: 'Position',
      name: 'position',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.position }}',
      description: 'Where the batch before ended. Empty to begin.',
    },
  ],
  isScheduled: true,
  execute: eachItem(async (item, database) => {
    const args = {
      p_limit: item.value('limit'),
      p_threshold: item.value('threshold'),
      p_position: item.text('position'),
    };
    const batch = await database.call('get_leads_to_classify', args, item.index);
    return item.text('output') === 'items' ? leadItems(batch) : batch;
  }),
};

/** An item for each lead of a batch. */
function leadItems({ leads, ...rest }: IDataObject): IDataObject[] {
  return (leads as IDataObject[]).map((lead) => ({ ...lead, ...rest }));
}
