import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** How the sync is doing: health, freshness, backlog, failures, lag, drift (`get_sync_metrics`). */
export const getMetrics: Operation = {
  name: 'Get Metrics',
  action: 'Get metrics',
  description: 'Get how the sync is doing: health, freshness, backlog, failures, lag and drift',
  fields: [],
  execute: databaseCall('get_sync_metrics'),
};
