import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { eachItem, type Item } from '../../../frame';
import { noticeOf } from '../../dashboard/actions';
import { makeToken } from '../../dashboard/csrf';
import type { DashboardData } from '../../dashboard/data';
import { MODELS, modelOf } from '../../dashboard/models';
import { renderPage } from '../../dashboard/page';
import { serviceKeyOf } from '../../transport/rpc';
import type { Operation } from '../types';
import { readDashboard } from './read-dashboard';

const DEFAULT_HOURS = 24;

export const hoursField: INodeProperties = {
  displayName: 'Hours',
  name: 'hours',
  type: 'number',
  typeOptions: { minValue: 1, maxValue: 168 },
  default: DEFAULT_HOURS,
  description: 'How far back charts and errors go',
};

/** The dashboard's data (`get_dashboard`) with a token for its actions, or the page made of them. */
export const getDashboard: Operation = {
  name: 'Get Dashboard',
  action: 'Get the dashboard',
  description: 'Get all figures, or a page that shows them',
  fields: [
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      options: [
        { name: 'Data', value: 'data', description: 'All figures as JSON' },
        { name: 'Page', value: 'page', description: 'One HTML page, to be answered to a browser' },
      ],
      default: 'data',
      description: 'What to return',
    },
    hoursField,
    {
      displayName: 'Model',
      name: 'model',
      type: 'options',
      options: Object.entries(MODELS).map(([value, name]) => ({ name, value })),
      default: 'linear',
      description: 'How a deal is shared by the touches before it, where there are deals',
    },
    {
      displayName: 'Done',
      name: 'done',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.query.done }}',
      description: 'Action that has just been carried out, to be told on the page',
      displayOptions: { show: { output: ['page'] } },
    },
    {
      displayName: 'Failed',
      name: 'failed',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.query.failed }}',
      description: 'Action that has just failed, to be told on the page',
      displayOptions: { show: { output: ['page'] } },
    },
  ],
  execute: eachItem(async (item, database) => {
    const serviceKey = await serviceKeyOf(item.context);
    const data = await readDashboard(database, {
      hours: item.value('hours'),
      model: modelOf(item.text('model')),
      itemIndex: item.index,
    });
    const csrfToken = makeToken(serviceKey, new Date());
    return item.text('output') === 'page' ? pageOf(item, data, csrfToken) : { ...data, csrf_token: csrfToken };
  }),
};

function pageOf(item: Item, data: DashboardData, csrfToken: string): IDataObject {
  const notice = noticeOf({ done: item.text('done'), failed: item.text('failed') });
  const html = renderPage({
    data,
    csrfToken,
    notice,
    timeZone: item.context.getTimezone(),
  });
  return { html };
}
