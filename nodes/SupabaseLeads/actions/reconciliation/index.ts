import type { Resource } from '../types';
import { compareIds } from './compareIds.operation';
import { getToRepair } from './getToRepair.operation';

export const reconciliation: Resource = { name: 'Reconciliation', operations: { compareIds, getToRepair } };
