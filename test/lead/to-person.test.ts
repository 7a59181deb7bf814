import {
  defaultMapping,
  leadToRecord,
  type FieldMapping,
  type LeadValue,
  type LeadValues,
  type TwentyRecord,
} from '../../nodes/lead';

const mapping = defaultMapping('person');

const REMOTE: TwentyRecord = {
  name: { firstName: 'Ada', lastName: 'Lovelace' },
  emails: { primaryEmail: 'ada@example.test', additionalEmails: ['x1@example.test'] },
  phones: {
    primaryPhoneNumber: '612345678',
    primaryPhoneCountryCode: 'FR',
    primaryPhoneCallingCode: '+33',
    additionalPhones: [{ number: '1', countryCode: 'FR', callingCode: '+33' }],
  },
  linkedinLink: {
    primaryLinkLabel: 'me',
    primaryLinkUrl: 'https://linkedin.com/in/ada',
    secondaryLinks: [{ url: 'https://ada.example', label: '' }],
  },
  companyId: 'b1f0a1de-0000-4000-8000-000000000001',
};

const update = (values: LeadValues, missing: string[] = []) =>
  leadToRecord({ values, twentyRecord: REMOTE, mapping, defaultCountry: 'US', missing });

test('writes only the fields that are there', () => {
  expect(update({ job_title: ' CTO ' })).toEqual({ data: { jobTitle: 'CTO' }, leftOut: {} });
});

test('keeps the other parts of every composite it writes', () => {
  const { data } = update({
    first_name: 'Augusta',
    email: ' New@Example.test ',
    phone: '(202) 555-0143',
    linkedin_url: 'linkedin.com/in/augusta/',
  });

  expect(data).toEqual({
    name: { firstName: 'Augusta', lastName: 'Lovelace' },
    emails: { primaryEmail: 'new@example.test', additionalEmails: ['x1@example.test'] },
    phones: {
      primaryPhoneNumber: '2025550143',
      primaryPhoneCountryCode: 'US',
      primaryPhoneCallingCode: '+1',
      additionalPhones: [{ number: '1', countryCode: 'FR', callingCode: '+33' }],
    },
    linkedinLink: {
      primaryLinkLabel: 'me',
      primaryLinkUrl: 'https://linkedin.com/in/augusta',
      secondaryLinks: [{ url: 'https://ada.example', label: '' }],
    },
  });
});

test('writes both parts of a name into one composite', () => {
  expect(update({ first_name: 'A', last_name: 'B' }).data).toEqual({ name: { firstName: 'A', lastName: 'B' } });
});

test('writes blanks as blanks', () => {
  const { data } = update({
    last_name: null,
    email: '',
    phone: '  ',
    linkedin_url: null,
    job_title: '',
    lead_score: null,
  });

  expect(data).toMatchObject({
    name: { firstName: 'Ada', lastName: '' },
    emails: { primaryEmail: '' },
    phones: { primaryPhoneNumber: '', primaryPhoneCountryCode: '', primaryPhoneCallingCode: '' },
    linkedinLink: { primaryLinkUrl: '', primaryLinkLabel: '' },
    jobTitle: null,
    leadScore: null,
  });
});

test('builds complete composites for a create', () => {
  const { data } = leadToRecord({ values: { email: 'a@b.test' }, twentyRecord: null, mapping });

  expect(data).toEqual({ emails: { primaryEmail: 'a@b.test', additionalEmails: [] } });
});

describe('the company of a lead', () => {
  test('is asked for by name and normalised domain', () => {
    const { data, company } = update({ company_name: ' Acme ', company_domain: 'http://www.Acme.com/' });

    expect(company).toEqual({ name: 'Acme', domain: 'https://acme.com' });
    expect(data).not.toHaveProperty('companyId');
  });

  test('is taken off the record when it is blanked', () => {
    expect(update({ company_name: '', company_domain: null })).toEqual({ data: { companyId: null }, leftOut: {} });
  });

  test('is not touched when no company field is there', () => {
    const { data, company } = update({ city: 'Paris' });

    expect(company).toBeUndefined();
    expect(data).not.toHaveProperty('companyId');
  });
});

test('does not write what flows only to Supabase, read-only company fields and fields the workspace lacks', () => {
  const rows = [
    { lead_field: 'job_title', twenty_field: 'jobTitle', kind: 'text', direction: 'to_supabase' },
    { lead_field: 'company_size', twenty_field: 'company.employees', kind: 'text' },
    { lead_field: 'city', twenty_field: 'city', kind: 'text' },
  ] as const;
  const values = { job_title: 'x', company_size: '10', city: 'Paris' };

  const { data, company } = leadToRecord({ values, twentyRecord: null, mapping: [...rows], missing: ['city'] });

  expect(data).toEqual({});
  expect(company).toBeUndefined();
});

test('leaves out every value that Twenty would refuse, and says why', () => {
  const { data, leftOut } = update({ email: 'nope', phone: 'abc', job_title: 'a\u0000b', city: 'Paris' });

  expect(Object.keys(leftOut)).toEqual(['email', 'phone', 'job_title']);
  expect(leftOut.phone).toMatch(/"abc" is not a phone number/);
  expect(data).toEqual({ city: 'Paris' });
});

test('hands back a value that Twenty already holds, even one our rules would refuse', () => {
  const emails = { primaryEmail: 'not an email', additionalEmails: [] };

  const { data, leftOut } = leadToRecord({ values: { email: 'not an email' }, twentyRecord: { emails }, mapping });

  expect(leftOut).toEqual({});
  expect(data).toEqual({ emails });
});

test('writes attributes through the mapping', () => {
  const rows = [{ lead_field: 'attributes.utm', twenty_field: 'utmSource', kind: 'text' }] as const;

  const { data } = leadToRecord({ values: { attributes: { utm: ' x ' } }, twentyRecord: null, mapping: [...rows] });

  expect(data).toEqual({ utmSource: 'x' });
});

describe('fields that hold several values', () => {
  const emails = { primaryEmail: 'ada@example.test', additionalEmails: ['old@example.test'] };
  const known = { number: '4155552671', callingCode: '+1', countryCode: 'CA' };
  const phones = {
    primaryPhoneNumber: '612345678',
    primaryPhoneCountryCode: 'FR',
    primaryPhoneCallingCode: '+33',
    additionalPhones: [known],
  };
  const write = (values: LeadValues) => leadToRecord({ values, twentyRecord: { emails, phones }, mapping });

  test('are written beside the part of the composite that stays', () => {
    const { data, leftOut } = write({
      additional_emails: ['Old@example.test ', 'new@example.test', ''],
      additional_phones: ['+1 415 555 2671', '+33698765432'],
    });

    expect(leftOut).toEqual({});
    expect(data).toEqual({
      emails: { ...emails, additionalEmails: ['old@example.test', 'new@example.test'] },
      phones: { ...phones, additionalPhones: [known, { number: '698765432', callingCode: '+33', countryCode: 'FR' }] },
    });
  });

  test('stay when another part of the composite is written', () => {
    expect(write({ email: 'eve@example.test', phone: '' }).data).toMatchObject({
      emails: { primaryEmail: 'eve@example.test', additionalEmails: ['old@example.test'] },
      phones: { primaryPhoneNumber: '', additionalPhones: [known] },
    });
  });

  test('are emptied by a blank', () => {
    expect(write({ additional_emails: null, additional_phones: [] }).data).toEqual({
      emails: { ...emails, additionalEmails: [] },
      phones: { ...phones, additionalPhones: [] },
    });
  });

  test('go out as a plain list; one text is a list of one', () => {
    const rows: FieldMapping[] = [{ lead_field: 'attributes.tags', twenty_field: 'tags', kind: 'list' }];
    const tags = (value: LeadValue) =>
      leadToRecord({ values: { attributes: { tags: value } }, twentyRecord: null, mapping: rows }).data.tags;

    expect([tags(['VIP', 'VIP', ' PARTNER']), tags('VIP'), tags([]), tags(null)]).toEqual([
      ['VIP', 'PARTNER'],
      ['VIP'],
      null,
      null,
    ]);
  });
});
