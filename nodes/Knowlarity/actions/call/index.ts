import type { Resource } from '../../../frame';
import { getMany } from './get-many.operation';

export const call: Resource<void> = { name: 'Call', operations: { getMany } };
