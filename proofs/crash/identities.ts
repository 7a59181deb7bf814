import { samplePerson, type SamplePerson } from '../../stack/sample-data';
import { uuidOf } from './random';

export type Origin = 'supabase' | 'twenty' | 'both';

/** Somebody who has to be there once on each side at the end, known by a last name that nobody changes. */
export interface Identity {
  tag: string;
  origin: Origin;
  /** Null for every third: without an email nothing but its id keeps a create from doubling. */
  email: string | null;
  /** Of the lead, where it begins in Supabase. */
  leadId: string;
  /** Of the person, where it begins in Twenty; a lead's own id where the push creates it. */
  personId: string;
  person: SamplePerson;
}

/** Number `n` of those that begin on this side, the same for the same seed. */
export function identity(seed: number, origin: Origin, n: number): Identity {
  const tag = `${origin}-${seed}-${n}`;
  const person = samplePerson(n);
  const hasEmail = origin === 'both' || n % 3 !== 0;
  const leadId = uuidOf(`lead ${tag}`);
  return {
    tag,
    origin,
    email: hasEmail ? `${tag}@${person.company.domain}` : null,
    leadId,
    personId: origin === 'supabase' ? leadId : uuidOf(`person ${tag}`),
    person,
  };
}

/** Everybody who was made so far, and what was last written to the fields that one side alone edits. */
export class Ledger {
  readonly all: Identity[] = [];
  /** By tag. */
  readonly jobTitles = new Map<string, string>();
  readonly cities = new Map<string, string>();

  add(born: Identity): void {
    this.all.push(born);
  }
}
