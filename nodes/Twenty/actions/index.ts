import { lead } from './lead';
import { note } from './note';
import { record } from './record';
import { task } from './task';
import type { Resource } from './types';
import { workspace } from './workspace';

export const resources: Record<string, Resource> = { lead, note, record, task, workspace };
