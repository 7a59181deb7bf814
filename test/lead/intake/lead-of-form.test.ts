import { leadOfForm } from '../../../nodes/lead';
import type { JsonObject } from '../../../nodes/lead';

type Lead = JsonObject & { attributes: JsonObject; touch: JsonObject };

function leadOf(payload: JsonObject, honeypot: string | null = null): Lead {
  const form = leadOfForm(payload, honeypot);
  if (!('lead' in form)) throw new Error(`No lead: ${JSON.stringify(form)}`);
  return form.lead as Lead;
}

const ada = { email: 'ada@example.com' };

describe('the lead of a form', () => {
  test('a flat form: fields, attributes and a touch', () => {
    const payload = {
      'Full name': 'Ada King Lovelace',
      'E-Mail *': ' Ada@Example.com ',
      'your-phone': '+44 20 7946 0000',
      Company: 'Engines',
      'Job Title': 'Countess',
      budget: 3,
      interests: ['Looms', 'Engines'],
      gdpr_consent: false,
      marketing_opt_in: 'on',
      utm_source: 'newsletter',
      utm_campaign: 'spring',
      utm_medium: 'email',
      landing_page: 'https://example.com/offer?utm_content=b',
      form_name: 'Offer',
      submission_id: 's-1',
      submitted_at: '2026-01-31T12:00:00+01:00',
    };

    expect(leadOf(payload)).toEqual({
      first_name: 'Ada',
      last_name: 'King Lovelace',
      email: 'ada@example.com',
      phone: '+44 20 7946 0000',
      company_name: 'Engines',
      job_title: 'Countess',
      attributes: {
        budget: '3',
        interests: ['Looms', 'Engines'],
        gdpr_consent: 'false',
        marketing_opt_in: 'on',
        utm_source: 'newsletter',
      },
      touch: {
        kind: 'form',
        external_id: 'Offer: s-1',
        time: '2026-01-31T11:00:00.000Z',
        form: 'Offer',
        campaign: 'spring',
        medium: 'email',
        ad: 'b',
        landing_page: 'https://example.com/offer?utm_content=b',
        raw: payload,
      },
    });
  });

  test.each<[string, JsonObject]>([
    [
      'a list of labels',
      {
        fields: [
          { label: 'Email address', value: 'ada@example.com' },
          { label: 'First name', value: 'Ada' },
        ],
      },
    ],
    [
      'Meta',
      {
        field_data: [
          { name: 'work_email', values: ['ada@example.com'] },
          { name: 'first_name', values: ['Ada'] },
        ],
      },
    ],
    ['Elementor’s fields', { form_fields: { email: 'ada@example.com', first_name: 'Ada' } }],
    ['Jotform', { formID: '9', rawRequest: '{"q3_name":{"first":"Ada"},"q4_email":"ada@example.com"}' }],
    ['names with brackets', { 'contact[email]': 'ada@example.com', 'contact[name]': 'Ada' }],
    [
      'Webflow',
      {
        triggerType: 'form_submission',
        payload: { name: 'Contact', data: { 'First Name': 'Ada', Email: 'ada@example.com' } },
      },
    ],
    [
      'Typeform',
      {
        event_id: 'e',
        form_response: {
          token: 't',
          definition: { fields: [{ id: 'a', title: 'What is your first name?' }] },
          answers: [
            { type: 'text', text: 'Ada', field: { id: 'a' } },
            { type: 'email', email: 'ada@example.com', field: { id: 'b', ref: 'email' } },
          ],
        },
      },
    ],
  ])('%s is understood', (_what, payload) => {
    expect(leadOf(payload)).toMatchObject({ first_name: 'Ada', email: 'ada@example.com' });
  });

  test('names of a company, a product and a person stay apart', () => {
    const payload = { product: { name: 'Loom' }, company: { name: 'Engines' }, name: 'Ada', ...ada };

    expect(leadOf(payload)).toMatchObject({ first_name: 'Ada', company_name: 'Engines', attributes: { name: 'Loom' } });
  });

  test('the surest and least nested question wins, and no answer is lost', () => {
    const payload = {
      billing: { email: 'b@example.com' },
      'Work e-mail': 'w@example.com',
      Email: 'not one',
      email: 'a@example.com',
    };

    expect(leadOf(payload)).toMatchObject({
      email: 'a@example.com',
      attributes: { email: 'b@example.com', 'Work e-mail': 'w@example.com', Email: 'not one' },
    });
  });

  test('questions of one name have an attribute each, or one with all answers', () => {
    const fields = [
      { label: 'Why?', value: 'a' },
      { label: 'Why?', value: 'b' },
    ];
    const payload = { ...ada, a: { size: '1' }, b: { size: '2' }, fields };

    expect(leadOf(payload).attributes).toEqual({ size: '1', 'b.size': '2', 'Why?': ['a', 'b'] });
  });

  test('what nobody may set by a form is an answer like any other', () => {
    const payload = { ...ada, id: '7', twenty_id: 'x', lead_score: 100, lead_status: 'won', lead_source: 'y' };
    const { attributes, touch, ...fields } = leadOf(payload);

    expect(fields).toEqual(ada);
    expect(attributes).toEqual({ id: '7', twenty_id: 'x', lead_score: '100', lead_status: 'won', lead_source: 'y' });
    expect(touch).not.toHaveProperty('source');
  });

  test('markup stays the text that it is', () => {
    const name = '<script>alert(1)</script>';
    expect(leadOf({ ...ada, first_name: name, note: '<b>x</b>' })).toMatchObject({
      first_name: name,
      attributes: { note: '<b>x</b>' },
    });
  });

  test('what is asked besides a detail of the touch that is known stays an answer', () => {
    const answers = { Medium: 'Oil', Campaign: 'Relaunch', referrer_url: 'https://news.example/' };
    const details = { utm_medium: 'email', utm_campaign: 'spring', landing_page: 'https://example.com/' };

    expect(leadOf({ ...ada, ...answers, ...details })).toMatchObject({
      attributes: answers,
      touch: { medium: 'email', campaign: 'spring', landing_page: 'https://example.com/' },
    });
    expect(leadOf({ ...ada, landing_page: 'our shop' }).attributes).toEqual({ landing_page: 'our shop' });
  });

  test('what a service says of its delivery is no answer, however often it says it', () => {
    const delivery = {
      submission_id: 's',
      response_id: 'r',
      form_name: 'Offer',
      form_id: '7',
      submitted_at: '2026-01-31T12:00:00Z',
      created_at: 'yesterday',
      event_type: 'sent',
    };

    expect(leadOf({ ...ada, ...delivery }).attributes).toEqual({});
  });

  test.each([
    ['a page that is no address', { landing_page: 'javascript:alert(1)' }],
    ['a time without its zone', { submitted_at: '2026-01-31T12:00:00' }],
    ['a time that is none', { submitted_at: '2026-13-31T12:00:00Z' }],
    ['an endless id', { submission_id: 'x'.repeat(301) }],
  ])('%s is no detail of the touch', (_what, more) => {
    expect(Object.keys(leadOf({ ...ada, ...more }).touch).sort()).toEqual(['external_id', 'kind', 'raw']);
  });
});

describe('a delivery that comes again', () => {
  const idOf = (payload: JsonObject): unknown => leadOf(payload).touch.external_id;

  test('has the same digest, in whatever order its keys are', () => {
    const one = { ...ada, data: { a: 1, b: [{ x: 1, y: 2 }] } };
    const other = { data: { b: [{ y: 2, x: 1 }], a: 1 }, ...ada };

    expect(idOf(one)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(idOf(other)).toBe(idOf(one));
    expect(idOf({ ...one, more: 1 })).not.toBe(idOf(one));
  });

  test('has the id that the service gives it, within its form', () => {
    expect(idOf({ ...ada, entry_id: 5, form_name: 'A', try: 1 })).toBe('A: 5');
    expect(idOf({ ...ada, entry_id: 5, form_name: 'A', try: 2 })).toBe('A: 5');
    expect(idOf({ ...ada, entry_id: 5, form_name: 'B' })).toBe('B: 5');
    expect(leadOf({ ...ada, event_id: 'e', submission_id: 's' })).toMatchObject({
      attributes: {},
      touch: { external_id: 's' },
    });
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['a field', { event_id: 'webinar-7' }, { event_id: 'webinar-7' }],
    ['a group', { event: { id: 'webinar-7' } }, { id: 'webinar-7' }],
    [
      'a field beside an endless id',
      { event_id: 'webinar-7', submission_id: 'x'.repeat(301) },
      { event_id: 'webinar-7' },
    ],
  ])('of an event to which many come, named by %s, is one for each of them', (_what, event, attributes) => {
    const [one, other] = [
      { ...ada, ...event },
      { email: 'grace@example.com', ...event },
    ];

    expect(idOf(one)).toMatch(/^sha256:/);
    expect(idOf(other)).not.toBe(idOf(one));
    expect(leadOf(one).attributes).toEqual(attributes);
  });
});

describe('a form that is no lead', () => {
  test.each(['_gotcha', 'fax_number', 'Fax number'])('a robot filled in %s', (honeypot) => {
    expect(leadOfForm({ ...ada, fields: { [honeypot]: 'x' } }, honeypot)).toEqual({ robot: true });
    expect(leadOfForm({ ...ada, [`fields[${honeypot}]`]: 'x' }, honeypot)).toEqual({ robot: true });
    expect(leadOfForm({ ...ada, fields: { [honeypot]: ' ' } }, honeypot)).toHaveProperty('lead');
  });

  test.each<[string, JsonObject]>([
    ['nothing', {}],
    ['a name alone', { name: 'Ada' }],
    ['an address that is none', { email: 'ada at example' }],
    ['a number too short to call', { phone: '12' }],
  ])('with %s nobody can be answered', (_what, payload) => {
    expect(leadOfForm(payload, null)).toEqual({ refused: 'no answer is an e-mail address or a phone number' });
  });

  test('it is nested beyond any form', () => {
    const payload = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as JsonObject;
    expect(leadOfForm({ ...ada, payload }, null)).toEqual({ refused: 'it is nested more than 32 deep' });
  });

  test('what is made to be slow to read is read at once', () => {
    const payload = { ...ada, ['('.repeat(50_000)]: 'x', ['[a].'.repeat(12_000)]: 'y', [' '.repeat(50_000)]: 'z' };
    expect(leadOf(payload)).toMatchObject(ada);
  });
});
