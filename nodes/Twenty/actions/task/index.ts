import { create } from './create.operation';
import type { Resource } from '../types';

export const task: Resource = {
  name: 'Task',
  description: 'Tasks for people, companies and other records',
  operations: { create },
};
