import type { Resource } from '../../../frame';
import { getMany } from './get-many.operation';

export const form: Resource<void> = { name: 'Form', operations: { getMany } };
