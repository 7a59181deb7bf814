import type { Resource } from '../types';
import { confirm } from './confirm.operation';
import { getMany } from './getMany.operation';

export const followUp: Resource = { name: 'Follow-Up', operations: { getMany, confirm } };
