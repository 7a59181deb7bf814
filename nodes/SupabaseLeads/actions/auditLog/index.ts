import type { Resource } from '../types';
import { getMany } from './getMany.operation';

export const auditLog: Resource = { name: 'Audit Log', operations: { getMany } };
