import type { Resource } from '../../../frame';
import { add } from './add.operation';
import { drain } from './drain.operation';
import { poll } from './poll.operation';

export const intake = {
  name: 'Intake',
  description: 'The inbox in Supabase that Meta’s leads go through, each once',
  operations: { add, drain, poll },
} satisfies Resource<void>;
