import { prepare } from './prepare.operation';
import type { Resource } from '../types';

export const workspace: Resource = {
  name: 'Workspace',
  description: 'Fields that leads need',
  operations: { prepare },
};
