import { parsePhoneNumber } from 'libphonenumber-js';
import { sampleSet, type SampleLead } from '../../stack/sample-data';

const emailOf = (lead: SampleLead): string => String(lead.email).trim().toLowerCase();

describe('sampleSet', () => {
  it('has 500 people and 500 leads, of whom exactly 50 are the same', () => {
    const { people, leads } = sampleSet();
    const known = new Set(people.map(({ email }) => email));

    expect(known.size).toBe(500);
    expect(new Set(leads.map(emailOf)).size).toBe(500);
    expect(leads.filter((lead) => known.has(emailOf(lead)))).toHaveLength(50);
  });

  it('is the same every time', () => {
    const today = new Date('2026-01-31T12:00:00Z');

    expect(JSON.stringify(sampleSet(500, 50, today))).toBe(JSON.stringify(sampleSet(500, 50, today)));
  });

  it('uses phone numbers that Twenty accepts', () => {
    const invalid = sampleSet().people.filter(({ phone }) => !parsePhoneNumber(phone).isValid());

    expect(invalid).toEqual([]);
  });

  it('has some leads as forms write them: spaces, capitals, blanks', () => {
    const { leads } = sampleSet();

    expect(leads.some(({ email }) => email !== String(email).trim().toLowerCase())).toBe(true);
    expect(leads.some(({ phone }) => phone === null)).toBe(true);
  });
});
