import type { Resource } from '../types';
import { getMany } from './getMany.operation';
import { replay } from './replay.operation';

export const deadLetter: Resource = { name: 'Dead Letter', operations: { getMany, replay } };
