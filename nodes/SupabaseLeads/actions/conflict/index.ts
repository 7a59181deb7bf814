import type { Resource } from '../types';
import { getMany } from './getMany.operation';
import { resolve } from './resolve.operation';

export const conflict: Resource = { name: 'Conflict', operations: { getMany, resolve } };
