import type { Resource } from '../types';
import { decide } from './decide.operation';
import { getMany } from './getMany.operation';

export const approval: Resource = { name: 'Approval', operations: { decide, getMany } };
