import { defaultMapping, parseMapping, recordToSnapshot, type ApiRecord, type FieldMapping } from '../../nodes/lead';

const mapping = defaultMapping('person');

/** A person as a real server returned it, with a company and custom fields. */
const PERSON: ApiRecord = {
  id: 'cde425d7-2a05-4be6-b9e5-5a8689e384fa',
  createdAt: '2026-11-21T07:44:41.646Z',
  updatedAt: '2026-11-21T07:44:42.118Z',
  deletedAt: null,
  name: { firstName: ' Ada ', lastName: '' },
  emails: { primaryEmail: 'ada@example.test', additionalEmails: ['x1@example.test'] },
  linkedinLink: { primaryLinkLabel: 'me', primaryLinkUrl: 'https://linkedin.com/in/Ada', secondaryLinks: [] },
  jobTitle: 'CTO',
  phones: {
    primaryPhoneNumber: '612345679',
    primaryPhoneCountryCode: 'FR',
    primaryPhoneCallingCode: '+33',
    additionalPhones: [],
  },
  companyId: 'b1f0a1de-0000-4000-8000-000000000001',
  company: {
    id: 'b1f0a1de-0000-4000-8000-000000000001',
    name: 'Acme',
    domainName: { primaryLinkUrl: 'http://www.Acme.com' },
  },
  leadScore: 40,
};

test('reads a person into lead fields, normalised, blanks as null', () => {
  expect(recordToSnapshot(PERSON, mapping)).toMatchObject({
    twenty_id: PERSON.id,
    twenty_created_at: PERSON.createdAt,
    twenty_updated_at: PERSON.updatedAt,
    twenty_deleted_at: null,
    first_name: 'Ada',
    last_name: null,
    email: 'ada@example.test',
    phone: '+33612345679',
    job_title: 'CTO',
    linkedin_url: 'https://linkedin.com/in/Ada',
    company_name: 'Acme',
    company_domain: 'https://acme.com',
    lead_score: 40,
  });
});

test('hands the composites on exactly as read', () => {
  const { name, emails, phones, linkedinLink, companyId } = PERSON;

  expect(recordToSnapshot(PERSON, mapping).twenty_record).toEqual({ name, emails, phones, linkedinLink, companyId });
});

test('leaves out fields that the workspace lacks and fields that were not read', () => {
  const snapshot = recordToSnapshot({ ...PERSON, leadScore: null }, mapping, { missing: ['leadScore', 'company'] });

  expect(snapshot).not.toHaveProperty('lead_score');
  expect(snapshot).not.toHaveProperty('company_name');
  expect(snapshot).not.toHaveProperty('city');
  expect(snapshot.twenty_record).not.toHaveProperty('companyId');
});

test('reads a person without a company as a blank company', () => {
  const snapshot = recordToSnapshot({ ...PERSON, companyId: null, company: null }, mapping);

  expect(snapshot.company_name).toBeNull();
  expect(snapshot.company_domain).toBeNull();
  expect(snapshot.twenty_record.companyId).toBeNull();
});

test('says when a record is deleted', () => {
  const deletedAt = '2026-11-21T08:00:00.000Z';

  expect(recordToSnapshot({ ...PERSON, deletedAt }, mapping).twenty_deleted_at).toBe(deletedAt);
});

test('keeps the text of old values that our rules would refuse', () => {
  const emails = { primaryEmail: 'not an email', additionalEmails: [] };
  const phones = { primaryPhoneNumber: '12', primaryPhoneCountryCode: '', primaryPhoneCallingCode: '' };

  const snapshot = recordToSnapshot({ ...PERSON, emails, phones }, mapping);

  expect(snapshot.email).toBe('not an email');
  expect(snapshot.phone).toBe('12');
});

test.each([
  ['by its calling code alone', { primaryPhoneNumber: '612345678', primaryPhoneCallingCode: '+33' }],
  ['by its country alone', { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR' }],
  ['in international form', { primaryPhoneNumber: '+33612345678' }],
])('reads a phone stored %s', (_how, phones) => {
  expect(recordToSnapshot({ ...PERSON, phones }, mapping).phone).toBe('+33612345678');
});

test('puts extra fields into attributes', () => {
  const extra: FieldMapping[] = [
    { lead_field: 'attributes.utm', twenty_field: 'utmSource', kind: 'text' },
    { lead_field: 'attributes.vip', twenty_field: 'isVip', kind: 'boolean' },
  ];

  expect(recordToSnapshot({ ...PERSON, utmSource: ' x ', isVip: false }, extra).attributes).toEqual({
    utm: 'x',
    vip: false,
  });
});

test('reads a custom object with its own mapping', () => {
  const lead = { ...PERSON, name: 'L1', lastName: 'One', companyDomain: { primaryLinkUrl: 'https://acme.com' } };

  expect(recordToSnapshot(lead, defaultMapping('lead'))).toMatchObject({
    first_name: 'L1',
    last_name: 'One',
    email: 'ada@example.test',
    company_domain: 'https://acme.com',
    twenty_record: { emails: PERSON.emails, phones: PERSON.phones },
  });
});

describe('a mapping from outside', () => {
  test('leaves out the row that holds the policy of deletion', () => {
    const rows = parseMapping([{ lead_field: 'deleted', twenty_field: null, kind: 'boolean' }, ...mapping]);

    expect(rows).toHaveLength(mapping.length);
  });

  test.each([
    ['no list', {}, /not a list/],
    ['a row that is no object', ['x'], /row 1 is not an object/],
    ['an unknown place', [{ lead_field: 'a', twenty_field: 'person.name.firstName', kind: 'text' }], /row 1 \(a\)/],
    ['an unknown kind', [{ lead_field: 'a', twenty_field: 'b', kind: 'date' }], /Use one of text, email/],
    ['a GraphQL injection', [{ lead_field: 'a', twenty_field: 'b}}', kind: 'text' }], /row 1/],
    ['an unknown direction', [{ lead_field: 'a', twenty_field: 'b', kind: 'text', direction: 'up' }], /"direction"/],
    ['an unknown policy', [{ lead_field: 'a', twenty_field: 'b', kind: 'text', policy: 'mine' }], /"policy"/],
    ['a row without lead field', [{ twenty_field: 'b', kind: 'text' }], /no "lead_field"/],
  ])('is refused with %s', (_what, rows, message) => expect(() => parseMapping(rows)).toThrow(message));
});

describe('fields that hold several values', () => {
  const tags: FieldMapping = { lead_field: 'attributes.tags', twenty_field: 'tags', kind: 'list' };

  test('are read as lists, phones in E.164, each value once', () => {
    const record = {
      ...PERSON,
      emails: { primaryEmail: 'ada@example.test', additionalEmails: ['x1@example.test', 'X1@example.test'] },
      phones: {
        ...(PERSON.phones as object),
        additionalPhones: [
          { number: '4155552671', callingCode: '+1', countryCode: 'US' },
          { number: '12', callingCode: '', countryCode: '' },
        ],
      },
      tags: ['VIP', ' PARTNER '],
    };

    expect(recordToSnapshot(record, [...mapping, tags])).toMatchObject({
      additional_emails: ['x1@example.test'],
      additional_phones: ['+14155552671', '12'],
      attributes: { tags: ['VIP', 'PARTNER'] },
    });
  });

  test.each([[[]], [null]])('are blank when Twenty holds %j', (tagsThere) => {
    expect(recordToSnapshot({ ...PERSON, tags: tagsThere }, [tags])).toMatchObject({ attributes: { tags: null } });
  });
});
