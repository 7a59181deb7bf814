import { eachItem, timeOf } from '../../../frame';
import { getChangedPage, getChangedPages, type ChangedWindow } from '../../leads/get-changed';
import { DEFAULT_PAGE_SIZE } from '../../records/limits';
import { optionsWith } from '../fields';
import type { Operation } from '../types';
import { leadObjectField, mappingFields, scopeOf } from './common';

export const getChanged: Operation = {
  name: 'Get Changed',
  action: 'Get changed leads',
  description: 'Read the leads that changed since a time, deleted ones included',
  fields: [
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
    optionsWith(),
  ],
  hint: {
    message:
      'Deleted leads come, too: they have <code>twenty_deleted_at</code>. Filter them out where you want live leads only.',
    when: 'afterExecution',
  },
  execute: eachItem(async (item, client) => {
    const scope = await scopeOf(item, client);
    const isOnePage = item.text('output') === 'pages';
    const window: ChangedWindow = {
      updatedSince: timeOf(item, 'updatedSince'),
      until: isOnePage ? item.text('until') : null,
      position: isOnePage ? item.text('position') : null,
      pageSize: item.count('pageSize', DEFAULT_PAGE_SIZE),
    };
    if (isOnePage) return await getChangedPage(client, scope, window);
    const leads: object[] = [];
    for await (const page of getChangedPages(client, scope, window)) {
      for (const lead of page.leads) leads.push(lead);
    }
    return leads;
  }),
};
