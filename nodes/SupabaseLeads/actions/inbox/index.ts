import type { Resource } from '../types';
import { add } from './add.operation';
import { claim } from './claim.operation';

export const inbox: Resource = { name: 'Inbox', operations: { add, claim } };
