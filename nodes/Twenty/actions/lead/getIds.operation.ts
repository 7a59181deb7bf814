import { eachItem } from '../../../frame';
import { getAllIds, getIdsPage, IDS_PAGE_SIZE } from '../../leads/get-ids';
import { readObject } from '../../transport/metadata';
import { optionsWith } from '../fields';
import type { Operation } from '../types';
import { leadObjectField } from './common';

export const getIds: Operation = {
  name: 'Get IDs',
  action: 'Get the ID of every lead',
  description: 'Read the IDs and times of all leads, deleted ones included, thousands in one call',
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
    optionsWith(),
  ],
  execute: eachItem(async (item, client) => {
    const object = await readObject(client, item.text('object') ?? 'person');
    const pageSize = item.count('pageSize', IDS_PAGE_SIZE);
    if (item.text('output') === 'pages') {
      return await getIdsPage(client, object, { position: item.text('position'), pageSize });
    }
    const leads: object[] = [];
    for await (const records of getAllIds(client, object, pageSize)) {
      for (const [twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at] of records) {
        leads.push({ twenty_id, twenty_created_at, twenty_updated_at, twenty_deleted_at });
      }
    }
    return leads;
  }),
};
