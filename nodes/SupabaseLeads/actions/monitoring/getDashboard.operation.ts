import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { noticeOf } from '../../dashboard/actions';
import { makeToken } from '../../dashboard/csrf';
import type { DashboardData } from '../../dashboard/data';
import { renderPage } from '../../dashboard/page';
import { CREDENTIAL } from '../../transport/n8n-fetch';
import { eachItem } from '../each-item';
import { textParameter } from '../parameters';
import type { Operation } from '../types';

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
  properties: [
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
  async execute(context, database) {
    const { serviceKey } = await context.getCredentials<{ serviceKey: string }>(CREDENTIAL);
    return await eachItem(context, async (itemIndex) => {
      const data = await database.call(
        'get_dashboard',
        { p_hours: context.getNodeParameter('hours', itemIndex) },
        itemIndex,
      );
      const csrfToken = makeToken(serviceKey, new Date());
      const isPage = context.getNodeParameter('output', itemIndex) === 'page';
      return isPage ? pageOf(context, data, csrfToken, itemIndex) : { ...data, csrf_token: csrfToken };
    });
  },
};

function pageOf(context: IExecuteFunctions, data: IDataObject, csrfToken: string, itemIndex: number): IDataObject {
  const notice = noticeOf({
    done: textParameter(context, 'done', itemIndex),
    failed: textParameter(context, 'failed', itemIndex),
  });
  const html = renderPage({
    data: data as unknown as DashboardData,
    csrfToken,
    notice,
    timeZone: context.getTimezone(),
  });
  return { html };
}
