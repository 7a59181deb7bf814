import { samplePerson, type SampleCompany, type SamplePerson } from '../../stack/sample-data';

/** People a company has on average. */
export const PEOPLE_PER_COMPANY = 20;

/** Names a set of people that shares no email and no company with another set. */
export interface PeopleSet {
  /** Part of the domains: letters and digits. */
  name: string;
  size: number;
}

/** Spreads 0, 1, 2 … over all 32-bit numbers (the finalizer of MurmurHash3): the same every time, in no visible order. */
function scattered(n: number): number {
  let hash = n;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function companyOf({ name, size }: PeopleSet, n: number): SampleCompany {
  const companies = Math.max(1, Math.floor(size / PEOPLE_PER_COMPANY));
  const number = scattered(n + 1) % companies;
  return { name: `Company ${number} of ${name}`, domain: `company-${number}.${name}.example` };
}

/** The people of a set, each the same every time; those of one company stand scattered, as they do in a real list. */
export function peopleOf(set: PeopleSet): SamplePerson[] {
  return Array.from({ length: set.size }, (_, n) => {
    const person = samplePerson(n);
    const company = companyOf(set, n);
    return { ...person, company, email: `${person.email.split('@')[0]}@${company.domain}` };
  });
}

/** Distinct companies, in the order in which they first come. */
export function companiesOf(people: readonly SamplePerson[]): SampleCompany[] {
  return [...new Map(people.map(({ company }) => [company.domain, company])).values()];
}

/** Every hundredth, at least one: the 1 % that a delta run finds changed. */
export function onePercent<T>(list: readonly T[]): T[] {
  return list.filter((_, n) => n % 100 === 0);
}
