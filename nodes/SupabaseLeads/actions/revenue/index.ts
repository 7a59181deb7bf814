import type { Resource } from '../types';
import { attribute } from './attribute.operation';
import { draftPoints } from './draftPoints.operation';
import { getDataQuality } from './getDataQuality.operation';
import { getScoreQuality } from './getScoreQuality.operation';
import { loadCosts } from './loadCosts.operation';

export const revenue: Resource = {
  name: 'Revenue',
  operations: { attribute, draftPoints, getDataQuality, getScoreQuality, loadCosts },
};
