import type { Resource } from '../types';
import { finish } from './finish.operation';
import { start } from './start.operation';

export const syncRun: Resource = { name: 'Sync Run', operations: { start, finish } };
