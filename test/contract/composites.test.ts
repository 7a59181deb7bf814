import { defineCase, describeContract, recordsOf, type RunnableCase } from './support/cases';
import type { Json, JsonObject } from './support/target';

interface Normalisation {
  name: string;
  object: 'people' | 'companies';
  /** What the record has before; nothing means that the input creates it. */
  before?: JsonObject;
  input: JsonObject;
  /** Fields as they are afterwards. */
  after: Record<string, Json>;
}

const PARIS = { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' };
const BOSTON = { number: '4155552671', callingCode: '+1', countryCode: 'US' };
const noLink = { primaryLinkLabel: '', primaryLinkUrl: '', secondaryLinks: [] };
const link = (primaryLinkUrl: string): JsonObject => ({ ...noLink, primaryLinkUrl });

/** `@` in an address is replaced by a label of its own, so that addresses never collide. */
const NORMALISATIONS: Normalisation[] = [
  {
    name: 'lower-cases an email',
    object: 'people',
    input: { emails: { primaryEmail: 'ADA@EXAMPLE.TEST' } },
    after: { emails: { primaryEmail: 'ada@example.test', additionalEmails: [] } },
  },
  {
    name: 'lower-cases additional emails',
    object: 'people',
    input: { emails: { primaryEmail: 'a@example.test', additionalEmails: ['Second@Example.Test'] } },
    after: { emails: { primaryEmail: 'a@example.test', additionalEmails: ['second@example.test'] } },
  },
  {
    name: 'accepts a domain without a dot',
    object: 'people',
    input: { emails: { primaryEmail: 'ada@localdomain' } },
    after: { emails: { primaryEmail: 'ada@localdomain', additionalEmails: [] } },
  },
  {
    name: 'erases the primary email when only additional ones are given',
    object: 'people',
    before: { emails: { primaryEmail: 'kept@example.test' } },
    input: { emails: { additionalEmails: ['other@example.test'] } },
    after: { emails: { primaryEmail: '', additionalEmails: ['other@example.test'] } },
  },
  {
    name: 'erases the primary email for an empty composite',
    object: 'people',
    before: { emails: { primaryEmail: 'kept@example.test', additionalEmails: ['more@example.test'] } },
    input: { emails: {} },
    after: { emails: { primaryEmail: '', additionalEmails: ['more@example.test'] } },
  },
  {
    name: 'ignores null composites, but empties a null text',
    object: 'people',
    before: {
      name: { firstName: 'A', lastName: 'B' },
      emails: { primaryEmail: 'still@example.test', additionalEmails: ['too@example.test'] },
      phones: PARIS,
      linkedinLink: { primaryLinkUrl: 'https://linkedin.com/in/a' },
      jobTitle: 'Boss',
    },
    input: { name: null, emails: null, phones: null, linkedinLink: null, jobTitle: null },
    after: {
      name: { firstName: 'A', lastName: 'B' },
      emails: { primaryEmail: 'still@example.test', additionalEmails: ['too@example.test'] },
      phones: { ...PARIS, additionalPhones: [] },
      linkedinLink: link('https://linkedin.com/in/a'),
      jobTitle: '',
    },
  },
  {
    name: 'keeps the part of a name that is not given',
    object: 'people',
    before: { name: { firstName: 'Ada', lastName: 'L' } },
    input: { name: { firstName: 'Zed' } },
    after: { name: { firstName: 'Zed', lastName: 'L' } },
  },
  {
    name: 'takes an international number apart',
    object: 'people',
    input: { phones: { primaryPhoneNumber: '+33612345678' } },
    after: { phones: { ...PARIS, additionalPhones: [] } },
  },
  {
    name: 'takes a local number with its country',
    object: 'people',
    input: { phones: { primaryPhoneNumber: '06 12 34 56 78', primaryPhoneCountryCode: 'FR' } },
    after: { phones: { ...PARIS, additionalPhones: [] } },
  },
  {
    name: 'drops a phone extension',
    object: 'people',
    input: { phones: { primaryPhoneNumber: '+33612345678 ext. 9' } },
    after: { phones: { ...PARIS, additionalPhones: [] } },
  },
  {
    name: 'takes back the phone that it showed',
    object: 'people',
    input: { phones: { ...PARIS, additionalPhones: [BOSTON] } },
    after: { phones: { ...PARIS, additionalPhones: [BOSTON] } },
  },
  {
    name: 'keeps the primary phone when only additional ones are given',
    object: 'people',
    before: { phones: PARIS },
    input: { phones: { additionalPhones: [{ number: '+14155552671' }] } },
    after: { phones: { ...PARIS, additionalPhones: [BOSTON] } },
  },
  {
    name: 'erases additional phones that are not given again',
    object: 'people',
    before: { phones: { ...PARIS, additionalPhones: [{ number: '+14155552671' }] } },
    input: { phones: { primaryPhoneNumber: '+33612345679' } },
    after: { phones: { ...PARIS, primaryPhoneNumber: '612345679', additionalPhones: [] } },
  },
  {
    name: 'lower-cases the host of a link and drops its trailing slash',
    object: 'people',
    input: { linkedinLink: { primaryLinkUrl: 'HTTPS://LinkedIn.com/in/Ada/' } },
    after: { linkedinLink: link('https://linkedin.com/in/Ada') },
  },
  {
    name: 'keeps spaces around a text',
    object: 'people',
    input: { jobTitle: ' eng ' },
    after: { jobTitle: ' eng ' },
  },
  {
    name: 'keeps path and query of a domain',
    object: 'companies',
    input: { domainName: { primaryLinkUrl: 'https://Casc.Example.Test/path?q=1' } },
    after: { domainName: link('https://casc.example.test/path?q=1') },
  },
  {
    name: 'keeps a bare host bare',
    object: 'companies',
    input: { domainName: { primaryLinkUrl: 'bare.example.test' } },
    after: { domainName: link('bare.example.test') },
  },
  {
    name: 'fills an address in part',
    object: 'companies',
    input: { address: { addressCity: 'Paris', addressCountry: 'France' } },
    after: {
      address: {
        addressStreet1: '',
        addressStreet2: '',
        addressCity: 'Paris',
        addressPostcode: '',
        addressState: '',
        addressCountry: 'France',
        addressLat: null,
        addressLng: null,
      },
    },
  },
  {
    name: 'takes money in micros',
    object: 'companies',
    input: { annualRevenue: { amountMicros: 1_000_000, currencyCode: 'EUR' } },
    after: { annualRevenue: { amountMicros: 1_000_000, currencyCode: 'EUR' } },
  },
];

/** Gives every address and host a label, in capitals where its surroundings are. */
function labelled<Value>(value: Value, label: string): Value {
  const text = JSON.stringify(value)
    .replace(
      /"([^"@]+)@/g,
      (_, name: string) => `"${name}.${name === name.toUpperCase() ? label.toUpperCase() : label}@`,
    )
    .replace(/casc\.example/gi, `casc-${label}.example`)
    .replace(/bare\.example/g, `bare-${label}.example`);
  return JSON.parse(text) as Value;
}

function normalisation({ name, object, before, input, after }: Normalisation): RunnableCase {
  return defineCase({
    name,
    given: async (target) => {
      const label = target.unique('n');
      const made = before === undefined ? undefined : await target.make(object, labelled(before, label));
      return { label, made };
    },
    send: ({ label, made }) => ({
      method: made === undefined ? 'POST' : 'PATCH',
      path: `/rest/${object}${made === undefined ? '' : `/${made.id}`}`,
      body: labelled(input, label),
    }),
    status: before === undefined ? 201 : 200,
    effect: async ({ answer, given, target }) => {
      const expected = labelled(after, given.label);
      const [shown] = recordsOf(answer);
      expect(shown).toMatchObject(expected);
      expect(await target.read(object, String(shown.id))).toMatchObject(expected);
    },
  });
}

describeContract('what the server makes of values', [
  ...NORMALISATIONS.map(normalisation),
  defineCase({
    name: 'takes https, http, www and bare hosts for different companies',
    given: async (target) => {
      const host = `${target.unique('host')}.example.test`;
      await target.make('companies', { domainName: { primaryLinkUrl: `https://${host}` } });
      return host;
    },
    send: (host) => ({
      method: 'POST',
      path: '/rest/batch/companies',
      body: [`http://${host}`, `https://www.${host}`, host].map((primaryLinkUrl) => ({
        domainName: { primaryLinkUrl },
      })),
    }),
    status: 201,
    effect: ({ answer }) => expect(recordsOf(answer)).toHaveLength(3),
  }),
]);
