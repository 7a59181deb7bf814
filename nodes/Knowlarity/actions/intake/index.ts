import type { Resource } from '../../../frame';
import { poll } from './poll.operation';

export const intake = {
  name: 'Intake',
  description: 'How calls come into Supabase, each once',
  operations: { poll },
} satisfies Resource<void>;
