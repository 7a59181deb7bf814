import type { Resource } from '../types';
import { getMany } from './getMany.operation';
import { undo } from './undo.operation';

export const history: Resource = { name: 'History', operations: { getMany, undo } };
