import { isTestLead, toLead } from '../../../nodes/MetaLeadAds/leads/to-lead';
import type { MetaLead } from '../../../nodes/MetaLeadAds/leads/types';

const lead = (answers: Record<string, unknown[]>, more: Partial<MetaLead> = {}): MetaLead => ({
  id: '800000000000001',
  created_time: '2026-11-20T10:00:00+0000',
  field_data: Object.entries(answers).map(([name, values]) => ({ name, values })),
  ...more,
});

test('standard questions become fields, all others attributes under their own keys', () => {
  const { touch, ...fields } = toLead(
    lead({
      email: [' ada@example.com '],
      first_name: ['Ada'],
      phone_number: ['+442012345678'],
      job_title: ['Engineer'],
      company_name: ['Engines Ltd'],
      city: ['London'],
      state: ['England'],
      post_code: ['W1'],
      country: ['GB'],
      'budget.per_year': ['10'],
      gender: [''],
    }),
  );

  expect(fields).toEqual({
    email: 'ada@example.com',
    first_name: 'Ada',
    phone: '+442012345678',
    job_title: 'Engineer',
    company_name: 'Engines Ltd',
    city: 'London',
    region: 'England',
    postal_code: 'W1',
    country: 'GB',
    attributes: { budget_per_year: '10' },
  });
  expect(touch).toMatchObject({ source: 'meta', external_id: '800000000000001', time: '2026-11-20T10:00:00.000Z' });
});

test('no value is lost where a question has several', () => {
  expect(
    toLead(
      lead({
        email: ['a@example.com', 'b@example.com'],
        work_email: ['c@example.com', 'a@example.com'],
        work_phone_number: ['+442012345678'],
        phone_number: ['+442012345679'],
        job_title: ['Engineer', 'Poet'],
        interests: ['one', 'two'],
      }),
    ),
  ).toMatchObject({
    email: 'a@example.com',
    additional_emails: ['b@example.com', 'c@example.com'],
    phone: '+442012345678',
    additional_phones: ['+442012345679'],
    job_title: 'Engineer',
    attributes: { job_title: ['Engineer', 'Poet'], interests: ['one', 'two'] },
  });
});

test.each(['constructor', 'toString', 'hasOwnProperty'])('a question may be called %s', (name) => {
  expect(toLead(lead({ [name]: ['Gaudí'] }))).toMatchObject({ attributes: { [name]: 'Gaudí' } });
});

test.each([
  ['Ada', { first_name: 'Ada' }],
  ['Ada  King Lovelace', { first_name: 'Ada', last_name: 'King Lovelace' }],
])('the full name %j is %j', (full_name, names) => {
  expect(toLead(lead({ full_name: [full_name] }))).toEqual({
    ...names,
    attributes: {},
    touch: expect.anything() as unknown,
  });
});

test('parts of a name that were asked for come before those of the full name', () => {
  expect(toLead(lead({ full_name: ['Ada Lovelace'], last_name: ['King'] }))).toMatchObject({
    first_name: 'Ada',
    last_name: 'King',
  });
});

test('questions of one’s own are the fields that one says', () => {
  const ownFields = { your_firm: 'company_name', full_name: 'attributes.signed_as', city: 'region' };

  expect(toLead(lead({ your_firm: ['Engines'], full_name: ['Ada L'], city: ['Kent'] }), { ownFields })).toMatchObject({
    company_name: 'Engines',
    region: 'Kent',
    attributes: { signed_as: 'Ada L' },
  });
});

test('questions of one’s own may ask for further addresses and numbers', () => {
  const ownFields = { other_emails: 'additional_emails', office: 'additional_phones' };
  const answers = {
    other_emails: ['c@example.com, d@example.com'],
    email: ['a@example.com', 'b@example.com'],
    office: ['+442012345678', '+442012345679'],
  };

  expect(toLead(lead(answers), { ownFields })).toMatchObject({
    email: 'a@example.com',
    additional_emails: ['c@example.com', 'd@example.com', 'b@example.com'],
    additional_phones: ['+442012345678', '+442012345679'],
    attributes: {},
  });
});

test('a touch tells the names of campaign, ad set, ad and form, and their ids where they have none', () => {
  const more = { campaign_name: 'Spring', adset_id: '2', ad_name: 'Blue', form_id: '7', is_organic: false };

  expect(toLead(lead({}, more), { formName: 'Newsletter' }).touch).toMatchObject({
    campaign: 'Spring',
    ad_set: '2',
    ad: 'Blue',
    form: 'Newsletter',
    medium: 'paid_social',
  });
  expect(toLead(lead({}, { form_id: '7', is_organic: true })).touch).toMatchObject({
    form: '7',
    medium: 'organic_social',
  });
});

test('a test lead is marked, and its dummy texts are not taken for answers', () => {
  const made = lead({ email: ['test@meta.example'], full_name: ['<test lead: dummy data for full_name>'] });

  expect(isTestLead(made)).toBe(true);
  expect(toLead(made)).toEqual({
    email: 'test@meta.example',
    attributes: { test_lead: true },
    touch: expect.anything() as unknown,
  });
});

test('consents are attributes', () => {
  const custom_disclaimer_responses = [
    { checkbox_key: 'news', is_checked: '1' },
    { checkbox_key: 'calls', is_checked: '' },
  ];

  expect(toLead(lead({}, { custom_disclaimer_responses })).attributes).toEqual({ news: true, calls: false });
});
