/** Sample people and companies: the same every time, on domains and phone numbers that belong to nobody. */

export interface SampleCompany {
  name: string;
  domain: string;
}

export interface SamplePerson {
  firstName: string;
  lastName: string;
  email: string;
  /** E.164 */
  phone: string;
  jobTitle: string;
  linkedinUrl: string;
  city: string;
  region: string;
  postalCode: string;
  /** Two letters. */
  country: string;
  company: SampleCompany;
}

const FIRST_NAMES =
  'Ada Amara Anders Aisha Beatriz Björn Camille Carlos Chloé Chen Daniela David Elena Emeka Farah Felix Grace Hana Hugo Ines Ivan Jana João Kaito Karim Lena Leo Lucía Maja Marco Mei Mohammed Nadia Nils Olga Omar Paula Priya Quentin Rosa Sami Sofia Tariq Tess Uma Viktor Wen Yara Yusuf Zoë'.split(
    ' ',
  );
const LAST_NAMES =
  "Almeida Bauer Becker Bianchi Carter Castillo Chowdhury Cohen Costa Dubois Eriksen Fischer Fontaine Garcia Greene Haddad Hansen Horvat Ibrahim Ivanova Jansen Kaya Kim Kowalski Kumar Larsen Lefèvre Lindqvist Lopez Martin Moreau Müller Nakamura Novak O'Brien Okafor Olsen Park Petrov Quist Rahman Rossi Sato Schmidt Silva Tanaka Ueda Varga Weber Zhang".split(
    ' ',
  );
const TITLES = [
  'Head of Sales',
  'Chief Technology Officer',
  'Operations Manager',
  'Marketing Director',
  'Founder',
  'Procurement Lead',
  'Product Manager',
  'Data Engineer',
  'Account Executive',
  'Finance Director',
];
const COMPANY_STEMS =
  'Northwind Brightwater Cedar Orbit Lumen Harbor Juniper Keystone Meridian Oakline Pinecrest Quarry Redwood Silverline Tidewater Vantage'.split(
    ' ',
  );
const COMPANY_KINDS = ['Logistics', 'Software', 'Health', 'Foods', 'Energy'];
/** Number ranges kept for fiction, by country: NANPA 555-01xx, Ofcom 20 7946 0xxx, and ARCEP 1 99 00. */
const PLACES: ReadonlyArray<
  Pick<SamplePerson, 'city' | 'region' | 'postalCode' | 'country'> & { phone: (n: number) => string }
> = [
  {
    city: 'New York',
    region: 'NY',
    postalCode: '10001',
    country: 'US',
    phone: (n) => `+1212555${String(100 + (n % 100)).padStart(4, '0')}`,
  },
  {
    city: 'Chicago',
    region: 'IL',
    postalCode: '60601',
    country: 'US',
    phone: (n) => `+1312555${String(100 + (n % 100)).padStart(4, '0')}`,
  },
  {
    city: 'London',
    region: 'England',
    postalCode: 'EC1A 1BB',
    country: 'GB',
    phone: (n) => `+442079460${String(n % 1000).padStart(3, '0')}`,
  },
  {
    city: 'Paris',
    region: 'Île-de-France',
    postalCode: '75001',
    country: 'FR',
    phone: (n) => `+33199${String(n % 1_000_000).padStart(6, '0')}`,
  },
];

const SOURCES = ['website', 'webinar', 'referral', 'conference', 'newsletter', 'pricing', 'purchased list'];
const COMPANY_SIZES = ['1-10', '11-50', '51-200', '201-500', '1,001-5,000', null];
const DAY_MS = 86_400_000;
const STATUSES = ['new', 'contacted', 'qualified', 'nurturing'];

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();

/** Spreads neighbouring numbers over a list, so that neighbours differ and every start gives the same. */
function pick<T>(list: readonly T[], n: number, step: number): T {
  return list[(n * step + Math.floor(n / list.length)) % list.length];
}

function sampleCompany(n: number): SampleCompany {
  const stem = pick(COMPANY_STEMS, n, 1);
  const kind = pick(COMPANY_KINDS, n, 1);
  return { name: `${stem} ${kind}`, domain: `${plain(stem)}-${plain(kind)}.example` };
}

/** Person number n, from 0 on; no two share an email. */
export function samplePerson(n: number): SamplePerson {
  const firstName = pick(FIRST_NAMES, n, 7);
  const lastName = pick(LAST_NAMES, n, 11);
  const company = sampleCompany(n);
  const { phone, ...place } = pick(PLACES, n, 3);
  const handle = `${plain(firstName)}.${plain(lastName)}.${n}`;
  return {
    firstName,
    lastName,
    email: `${handle}@${company.domain}`,
    phone: phone(n),
    jobTitle: pick(TITLES, n, 3),
    linkedinUrl: `https://www.linkedin.com/in/${handle.replaceAll('.', '-')}`,
    ...place,
    company,
  };
}

/** A row as a form writes it. */
export type SampleLead = Record<string, string | null | Record<string, string | number>>;

export interface SampleSet {
  /** For Twenty. */
  people: SamplePerson[];
  /** For Supabase, as forms write them; the first `shared` of them are people of Twenty, too. */
  leads: SampleLead[];
}

/** What the lead did on the site, which scoring rules look at; most did nothing. */
function visits(n: number, today: Date): Record<string, string | number> {
  const daysAgo = (days: number): string => new Date(today.getTime() - days * DAY_MS).toISOString().slice(0, 10);
  return {
    ...(n % 7 === 0 ? { demo_requested_at: daysAgo(n % 40) } : {}),
    ...(n % 4 === 0 ? { last_visit_at: daysAgo(n % 20), pricing_page_views: n % 6 } : {}),
  };
}

/** How a form may have it: other case, spaces, and here and there a blank or another job title. */
function asFormRow(person: SamplePerson, n: number, isShared: boolean, today: Date): SampleLead {
  const hasOtherTitle = isShared && n % 5 === 0;
  return {
    first_name: person.firstName,
    last_name: person.lastName,
    email: n % 3 === 0 ? ` ${person.email.toUpperCase()} ` : person.email,
    phone: n % 4 === 0 ? null : person.phone,
    job_title: hasOtherTitle ? `Senior ${person.jobTitle}` : person.jobTitle,
    company_name: person.company.name,
    company_domain: person.company.domain,
    city: person.city,
    region: person.region,
    postal_code: person.postalCode,
    country: person.country,
    lead_source: pick(SOURCES, n, 2),
    lead_status: pick(STATUSES, n, 1),
    company_size: pick(COMPANY_SIZES, n, 5),
    attributes: visits(n, today),
  };
}

/** `size` people for Twenty and `size` leads for Supabase, of whom `shared` are the same persons; visits end `today`. */
export function sampleSet(size = 500, shared = 50, today = new Date()): SampleSet {
  const people = Array.from({ length: size }, (_, n) => samplePerson(n));
  const leads = Array.from({ length: size }, (_, n) =>
    n < shared ? asFormRow(people[n], n, true, today) : asFormRow(samplePerson(size + n), n, false, today),
  );
  return { people, leads };
}
