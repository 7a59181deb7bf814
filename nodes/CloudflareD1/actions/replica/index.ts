import type { Resource } from '../../../frame';
import { check } from './check.operation';
import { rebuild } from './rebuild.operation';
import { syncDown } from './sync-down.operation';
import { syncUp } from './sync-up.operation';

export const replica = {
  name: 'Replica',
  description: 'The copy of your leads in D1, and what comes back from there',
  operations: { syncDown, syncUp, check, rebuild },
} satisfies Resource<void>;
