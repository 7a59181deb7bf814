import { create } from './create.operation';
import type { Resource } from '../types';

export const note: Resource = {
  name: 'Note',
  description: 'Notes on people, companies and other records',
  operations: { create },
};
