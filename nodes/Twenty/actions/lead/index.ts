import { getChanged } from './getChanged.operation';
import { getIds } from './getIds.operation';
import { getMany } from './getMany.operation';
import { push } from './push.operation';
import type { Resource } from '../types';

export const lead: Resource = {
  name: 'Lead',
  description: 'People (or your own object) in lead form',
  operations: { getChanged, getIds, getMany, push },
};
