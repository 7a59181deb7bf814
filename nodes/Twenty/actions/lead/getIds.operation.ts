import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { getAllIds, getIdsPage, IDS_PAGE_SIZE } from '../../leads/get-ids';
import type { TwentyClient } from '../../transport/client';
import { readObject } from '../../transport/metadata';
import { forEachItem, type Operation } from '../operation';
import { countParameter, optionsField, textParameter } from '../parameters';
import { leadObjectField } from './common';

export const getIds: Operation = {
  description: [
    leadObjectField,
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      options: [
        { name: 'Leads', value: 'leads', description: 'Reads all pages and gives an item for each lead' },
        { name: 'One Page', value: 'pages', description: 'Reads exactly one page and gives it as one item' },
      ],
      default: 'leads',
    },
    {
      displayName: 'Position',
      name: 'position',
      type: 'string',
      default: '',
      description: 'Where the page before ended. Empty for the first page.',
      displayOptions: { show: { output: ['pages'] } },
    },
    {
      displayName: 'Page Size',
      name: 'pageSize',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: IDS_PAGE_SIZE,
      description: 'Records to read in one call. Twenty may give fewer; nothing is lost by that.',
    },
    optionsField,
  ],

  async execute(context, client) {
    return await forEachItem(context, async (itemIndex) => await readItem(context, client, itemIndex));
  },
};

async function readItem(
  context: IExecuteFunctions,
  client: TwentyClient,
  itemIndex: number,
): Promise<INodeExecutionData[]> {
  const object = await readObject(client, textParameter(context, 'object', itemIndex) || 'person');
  const pageSize = countParameter(context, 'pageSize', itemIndex, IDS_PAGE_SIZE);
  const pairedItem = { item: itemIndex };
  if (context.getNodeParameter('output', itemIndex, 'leads') === 'pages') {
    const position = textParameter(context, 'position', itemIndex) || null;
    const page = await getIdsPage(client, object, { position, pageSize });
    return [{ json: page as unknown as IDataObject, pairedItem }];
  }
  const items: INodeExecutionData[] = [];
  for await (const records of getAllIds(client, object, pageSize)) {
    for (const [twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at] of records) {
      items.push({ json: { twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at }, pairedItem });
    }
  }
  return items;
}
