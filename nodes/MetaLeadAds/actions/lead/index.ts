import type { Resource } from '../../../frame';
import { get } from './get.operation';
import { getMany } from './get-many.operation';

export const lead: Resource<void> = { name: 'Lead', operations: { getMany, get } };
