import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { hintAboutSavedExecutions } from '../../../hints/saved-executions';
import { eachItem } from '../each-item';
import { countField, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Reads leads that the rules leave undecided, without personal data (`get_leads_to_classify`). */
export const getToClassify: Operation = {
  properties: [
    {
      displayName:
        'The answer holds the segments and, for each lead, facts about role, company and place. Names, email addresses, phone numbers and links are not in it.',
      name: 'factsNotice',
      type: 'notice',
      default: '',
    },
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
  async execute(context, database) {
    hintAboutSavedExecutions(context);
    const batches = await eachItem(context, (itemIndex) =>
      database.call(
        'get_leads_to_classify',
        {
          p_limit: context.getNodeParameter('limit', itemIndex),
          p_threshold: context.getNodeParameter('threshold', itemIndex),
          p_position: textParameter(context, 'position', itemIndex),
        },
        itemIndex,
      ),
    );
    return context.getNodeParameter('output', 0, 'batch') === 'items' ? batches.flatMap(leadItems) : batches;
  },
};

/** An item for each lead of a batch; an error stays as it is. */
function leadItems(batch: INodeExecutionData): INodeExecutionData[] {
  const { leads, ...rest } = batch.json;
  return leads === undefined
    ? [batch]
    : (leads as IDataObject[]).map((lead) => ({ json: { ...lead, ...rest }, pairedItem: batch.pairedItem }));
}
