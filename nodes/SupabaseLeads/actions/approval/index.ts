import type { Resource } from '../types';
import { decide } from './decide.operation';
import { decideByButton } from './decideByButton.operation';
import { getMany } from './getMany.operation';

export const approval: Resource = { name: 'Approval', operations: { decide, decideByButton, getMany } };
