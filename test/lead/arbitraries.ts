import fc from 'fast-check';
import type { LeadValues } from '../../nodes/lead';

const padded = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', ' ', '\t', '  \n'), text, fc.constantFrom('', ' ', '\u00a0'))
    .map((parts) => parts.join(''));

const blankOr = (value: fc.Arbitrary<string>): fc.Arbitrary<string | null> =>
  fc.oneof({ weight: 5, arbitrary: padded(value) }, { weight: 1, arbitrary: fc.constantFrom(null, '', '   ') });

const listOf = (value: fc.Arbitrary<string>): fc.Arbitrary<Array<string | null> | null> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.array(blankOr(value), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );

export const texts = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\u0000'));

export const emails = fc
  .tuple(fc.emailAddress(), fc.func(fc.boolean()))
  .map(([email, upper]) => [...email].map((char) => (upper(char) ? char.toUpperCase() : char)).join(''));

/** One number of each kind, in the spellings that people use. */
export const phones = fc.constantFrom(
  '+33 6 12 34 56 78',
  '+33 (0)6 12 34 56 78',
  '0033612345678',
  '(202) 555-0143',
  '202.555.0143 ext. 12',
  '1-202-555-0143',
  '+1 416 555 0199',
  'tel:+44-20-7946-0000',
  '+39 06 1234 5678',
  '+49 30 901820',
  '+91 98765 43210',
  '+44 1481 960194',
);

export const links = fc
  .tuple(
    fc.constantFrom('', 'https://', 'HTTP://', 'http://'),
    fc.domain(),
    fc.boolean(),
    fc.webPath({ size: 'small' }),
    fc.constantFrom('', '/', '//', '?a=1', '?q=%20x/'),
  )
  .map(([scheme, host, upper, path, end]) => `${scheme}${upper ? host.toUpperCase() : host}${path}${end}`);

/** Leads as forms and spreadsheets deliver them: any subset of the fields, nothing normalised. */
export const rawLeads: fc.Arbitrary<LeadValues> = fc.record(
  {
    first_name: blankOr(texts),
    last_name: blankOr(texts),
    email: blankOr(emails),
    additional_emails: listOf(emails),
    phone: blankOr(phones),
    additional_phones: listOf(phones),
    job_title: blankOr(texts),
    linkedin_url: blankOr(links),
    city: blankOr(texts),
    lead_score: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(null, '', ' 42 ')),
  },
  { requiredKeys: [] },
);
