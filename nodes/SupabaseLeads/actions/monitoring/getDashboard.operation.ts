import type { INodeProperties } from 'n8n-workflow';
import { eachItem } from '../../../frame';
import { makeToken } from '../../console/frame/signed';
import { MODELS, modelOf } from '../../console/models';
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

/** The dashboard's data (`get_dashboard`) with a token for its actions. */
export const getDashboard: Operation = {
  name: 'Get Dashboard',
  action: 'Get the dashboard',
  description: 'Get all figures as JSON',
  fields: [
    hoursField,
    {
      displayName: 'Model',
      name: 'model',
      type: 'options',
      options: Object.entries(MODELS).map(([value, name]) => ({ name, value })),
      default: 'linear',
      description: 'How a deal is shared by the touches before it, where there are deals',
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
    return { ...data, csrf_token: csrfToken };
  }),
};
