import { eachItem } from '../each-item';
import type { Operation } from '../types';

/** How the sync is doing: health, freshness, backlog, failures, lag, drift (`get_sync_metrics`). */
export const getMetrics: Operation = {
  properties: [],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) => database.call('get_sync_metrics', {}, itemIndex));
  },
};
