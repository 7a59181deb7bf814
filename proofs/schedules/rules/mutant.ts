import type { Replacement } from './bundle';
import type { Schedule } from '../steps/schedule';

/** One rule of the protocol, turned off. */
export interface Mutant {
  name: string;
  /** The rule, in the protocol's words. */
  rule: string;
  /** Replacements in migrations; each text stands once in all of them. */
  sql?: ReadonlyArray<Omit<Replacement, 'file'>>;
  /** Replacements in TypeScript, by path. */
  source?: readonly Replacement[];
  /** A schedule that needs the rule, where generated ones rarely do. */
  directed?: Schedule;
}
