import type { Replacement } from './bundle';
import type { Schedule } from './schedule';

/** One rule of the protocol, turned off. */
export interface Mutant {
  name: string;
  /** The rule, in the protocol's words. */
  rule: string;
  /** Replacements in migrations, by file name. */
  sql?: readonly Replacement[];
  /** Replacements in TypeScript, by path. */
  source?: readonly Replacement[];
  /** A schedule that needs the rule, where generated ones rarely do. */
  directed?: Schedule;
}

export const MUTANTS: readonly Mutant[] = [];
