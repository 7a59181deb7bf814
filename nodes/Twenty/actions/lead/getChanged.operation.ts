import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { getChangedPage, getChangedPages, type ChangedWindow } from '../../leads/get-changed';
import { DEFAULT_PAGE_SIZE } from '../../records/limits';
import type { TwentyClient } from '../../transport/client';
import { forEachItem, type Operation } from '../operation';
import { countParameter, optionsField, textParameter, timeParameter } from '../parameters';
import { leadObjectField, mappingFields, scopeOf } from './common';

export const getChanged: Operation = {
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
      displayName: 'Updated Since',
      name: 'updatedSince',
      type: 'dateTime',
      default: '',
      description: 'Start of the window. Empty reads all leads. Deleted ones are included, with the time of deletion.',
    },
    {
      displayName: 'Until',
      name: 'until',
      type: 'string',
      default: '',
      description: "End of the window, where an earlier page fixed it. Empty takes Twenty's clock at this read.",
      displayOptions: { show: { output: ['pages'] } },
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
      default: DEFAULT_PAGE_SIZE,
      description: 'Leads to read in one call. Twenty may give fewer; nothing is lost by that.',
    },
    ...mappingFields,
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
  const scope = await scopeOf(context, client, itemIndex);
  const onePage = context.getNodeParameter('output', itemIndex, 'leads') === 'pages';
  const window: ChangedWindow = {
    updatedSince: timeParameter(context, 'updatedSince', 'Updated Since', itemIndex),
    until: onePage ? textParameter(context, 'until', itemIndex) || null : null,
    position: onePage ? textParameter(context, 'position', itemIndex) || null : null,
    pageSize: countParameter(context, 'pageSize', itemIndex, DEFAULT_PAGE_SIZE),
  };
  const asItem = (json: object): INodeExecutionData => ({
    json: json as IDataObject,
    pairedItem: { item: itemIndex },
  });
  if (onePage) return [asItem(await getChangedPage(client, scope, window))];
  const items: INodeExecutionData[] = [];
  for await (const page of getChangedPages(client, scope, window)) {
    for (const lead of page.leads) items.push(asItem(lead));
  }
  return items;
}
