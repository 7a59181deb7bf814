import type { Resource } from '../types';
import { dismiss } from './dismiss.operation';
import { getMany } from './getMany.operation';
import { merge } from './merge.operation';
import { undo } from './undo.operation';

export const duplicate: Resource = { name: 'Duplicate', operations: { getMany, dismiss, merge, undo } };
