import type { Resource } from '../../../frame';
import { executeBatch } from './execute-batch.operation';
import { executeQuery } from './execute-query.operation';

export const database: Resource<void> = {
  name: 'Database',
  description: 'Any D1 database',
  operations: { executeQuery, executeBatch },
};
