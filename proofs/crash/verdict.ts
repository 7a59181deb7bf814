import type { Identity, Ledger } from './identities';
import type { SupabaseSide } from './supabase-side';
import type { Company, Person, TwentySide } from './twenty-side';

export interface Lead {
  id: string;
  twenty_id: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  job_title: string | null;
  company_name: string | null;
  city: string | null;
  country: string | null;
  lead_status: string | null;
  sync_status: string;
  sync_error_message: string | null;
}

export interface Verdict {
  leads: number;
  /** Leads or people that are not there any more, and edits that only one side made and that are gone. */
  lost: number;
  /** Leads, people and companies that are there more than once. */
  doubled: number;
  /** All that is wrong, in words; empty when all is well. */
  violations: string[];
}

const clean = (value: string | null | undefined): string => value?.trim() ?? '';

/** The fields of a lead and of its person in the form in which the sync compares them. */
const COMPARED: Record<
  string,
  { lead: (lead: Lead) => string; person: (person: Person, company?: Company) => string }
> = {
  first_name: { lead: (l) => clean(l.first_name), person: (p) => clean(p.name.firstName) },
  last_name: { lead: (l) => clean(l.last_name), person: (p) => clean(p.name.lastName) },
  email: { lead: (l) => clean(l.email).toLowerCase(), person: (p) => clean(p.emails.primaryEmail) },
  phone: {
    lead: (l) => clean(l.phone).replaceAll(' ', ''),
    person: ({ phones }) =>
      phones.primaryPhoneNumber && `${phones.primaryPhoneCallingCode}${phones.primaryPhoneNumber}`,
  },
  job_title: { lead: (l) => clean(l.job_title), person: (p) => clean(p.jobTitle) },
  company_name: { lead: (l) => clean(l.company_name), person: (_, company) => clean(company?.name) },
  city: { lead: (l) => clean(l.city), person: (p) => clean(p.city) },
  country: { lead: (l) => clean(l.country), person: (p) => clean(p.country) },
  lead_status: { lead: (l) => clean(l.lead_status), person: (p) => clean(p.leadStatus) },
};

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** Compares both stores with each other and with what was written to them. */
class Judge {
  private lost = 0;
  private doubled = 0;
  private readonly violations: string[] = [];

  constructor(
    private readonly ledger: Ledger,
    private readonly leads: Map<string, Lead[]>,
    private readonly people: Map<string, Person[]>,
    private readonly companies: readonly Company[],
  ) {}

  verdict(): Verdict {
    const tags = new Set(this.ledger.all.map(({ tag }) => tag));
    for (const found of [this.leads, this.people]) {
      for (const tag of found.keys()) if (!tags.has(tag)) this.violations.push(`"${tag}" is nobody who was written.`);
    }
    for (const one of this.ledger.all) this.judgeIdentity(one);
    for (const [domain, same] of groupBy(this.companies, (company) => company.domainName.primaryLinkUrl)) {
      if (same.length > 1) this.double(`The company ${domain} is in Twenty ${same.length} times.`);
    }
    const { lost, doubled, violations } = this;
    return { leads: this.ledger.all.length, lost, doubled, violations };
  }

  private judgeIdentity({ tag }: Identity): void {
    const leads = this.leads.get(tag) ?? [];
    const people = this.people.get(tag) ?? [];
    for (const [side, found] of [
      ['Supabase', leads],
      ['Twenty', people],
    ] as const) {
      if (found.length === 0) this.lose(`${tag} is missing in ${side}.`);
      if (found.length > 1)
        this.double(`${tag} is in ${side} ${found.length} times: ${found.map(({ id }) => id).join(', ')}.`);
    }
    if (leads.length === 1 && people.length === 1) this.judgePair(tag, leads[0], people[0]);
  }

  private judgePair(tag: string, lead: Lead, person: Person): void {
    if (lead.twenty_id !== person.id)
      this.violations.push(`${tag}: lead ${lead.id} is linked to ${lead.twenty_id}, not to ${person.id}.`);
    if (person.deletedAt !== null) this.lose(`${tag} is deleted in Twenty.`);
    if (lead.sync_status !== 'synced')
      this.violations.push(`${tag} is ${lead.sync_status}: ${lead.sync_error_message}`);
    const company = this.companies.find(({ id }) => id === person.companyId);
    for (const [field, compared] of Object.entries(COMPARED)) {
      const [here, there] = [compared.lead(lead), compared.person(person, company)];
      if (here !== there) this.violations.push(`${tag}: ${field} is "${here}" in Supabase and "${there}" in Twenty.`);
    }
    this.judgeLastWrite(tag, 'job_title', this.ledger.jobTitles.get(tag), lead.job_title);
    this.judgeLastWrite(tag, 'city', this.ledger.cities.get(tag), lead.city);
  }

  private judgeLastWrite(tag: string, field: string, written: string | undefined, found: string | null): void {
    if (written !== undefined && written !== found) {
      this.lose(`${tag}: ${field} was last written "${written}", by one side alone, and is "${found}".`);
    }
  }

  private lose(what: string): void {
    this.lost += 1;
    this.violations.push(what);
  }

  private double(what: string): void {
    this.doubled += 1;
    this.violations.push(what);
  }
}

/** What both stores hold, deleted people included. */
export interface Stores {
  leads: readonly Lead[];
  people: readonly Person[];
  companies: readonly Company[];
}

/** Everybody once on each side, linked, equal field by field, with the last edits, nothing on its way. */
export function judge(ledger: Ledger, { leads, people, companies }: Stores): Verdict {
  return new Judge(
    ledger,
    groupBy(leads, (lead) => clean(lead.last_name)),
    groupBy(people, (person) => clean(person.name.lastName)),
    companies,
  ).verdict();
}

export async function readStores(supabase: SupabaseSide, twenty: TwentySide): Promise<Stores> {
  return {
    leads: await supabase.query<Lead>('select * from public.leads'),
    people: await twenty.people(),
    companies: await twenty.companies(),
  };
}
