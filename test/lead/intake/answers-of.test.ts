import { answersOf } from '../../../nodes/lead/intake/answers-of';

/** What was answered to the question of a name. */
const told = (payload: unknown, name: string): string[] | undefined =>
  answersOf(payload).find(({ names }) => names.includes(name))?.values;

describe('the answers of a form', () => {
  test('flat: each key is a question; blanks are none', () => {
    expect(answersOf({ email: ' ada@example.com ', seats: 3, consent: false, phone: ' ', city: null })).toEqual([
      { names: ['email'], values: ['ada@example.com'] },
      { names: ['seats'], values: ['3'] },
      { names: ['consent'], values: ['false'] },
    ]);
  });

  test('nested: by the whole path and by its own name, so that two of one name stay apart', () => {
    const payload = { data: { contact: { name: 'Ada' }, company: { name: 'Engines' } } };
    expect(answersOf(payload)).toEqual([
      { names: ['data.contact.name', 'name'], values: ['Ada'] },
      { names: ['data.company.name', 'name'], values: ['Engines'] },
    ]);
  });

  test('a list of labels and values: every value stays, in the alphabet it was asked in', () => {
    const fields = [
      { label: 'आपका नाम', value: 'आदा' },
      { label: 'Interests', value: ['Engines', '', 'Looms'] },
    ];
    expect(told({ fields }, 'आपका नाम')).toEqual(['आदा']);
    expect(told({ fields }, 'Interests')).toEqual(['Engines', 'Looms']);
  });

  test('Meta’s field_data', () => {
    const payload = { id: '1', field_data: [{ name: 'email', values: ['a@example.com', 'b@example.com'] }] };
    expect(told(payload, 'email')).toEqual(['a@example.com', 'b@example.com']);
    expect(told(payload, 'id')).toEqual(['1']);
  });

  test('Tally: a choice is told by its text, not by the id of its option', () => {
    const options = [
      { id: 'o-1', text: 'Small' },
      { id: 'o-2', text: 'Large' },
    ];
    const payload = {
      eventId: 'e-1',
      data: { fields: [{ key: 'question_1', label: 'Size', type: 'MULTIPLE_CHOICE', value: ['o-2'], options }] },
    };
    expect(told(payload, 'Size')).toEqual(['Large']);
    expect(told(payload, 'question_1')).toEqual(['Large']);
    expect(told(payload, 'eventId')).toEqual(['e-1']);
  });

  test('Typeform: an answer has its question’s title; hidden fields are answers, too', () => {
    const payload = {
      event_id: 'e-1',
      form_response: {
        token: 't-1',
        hidden: { utm_source: 'spring' },
        definition: { fields: [{ id: 'f1', title: 'Your e-mail?', type: 'email' }] },
        answers: [
          { type: 'email', email: 'ada@example.com', field: { id: 'f1', ref: 'mail' } },
          { type: 'choices', choices: { labels: ['A', 'B'], other: 'C' }, field: { id: 'f2', ref: 'many' } },
          { type: 'boolean', boolean: true, field: { id: 'f3', ref: 'consent' } },
        ],
      },
    };
    expect(told(payload, 'Your e-mail?')).toEqual(['ada@example.com']);
    expect(told(payload, 'many')).toEqual(['A', 'B', 'C']);
    expect(told(payload, 'consent')).toEqual(['true']);
    expect(told(payload, 'utm_source')).toEqual(['spring']);
    expect(told(payload, 'title')).toBeUndefined();
  });

  test('Jotform: what is in rawRequest; a rawRequest that is no JSON is one text', () => {
    const rawRequest = JSON.stringify({ q3_name: { first: 'Ada', last: 'Lovelace' }, q4_email: 'ada@example.com' });
    expect(told({ formID: '9', rawRequest }, 'q3_name.first')).toEqual(['Ada']);
    expect(told({ formID: '9', rawRequest }, 'q4_email')).toEqual(['ada@example.com']);
    for (const rawRequest of ['{"q3', '42']) expect(told({ rawRequest }, 'rawRequest')).toEqual([rawRequest]);
  });

  test('Elementor: fields by id, each with its title', () => {
    const payload = { fields: { email: { id: 'email', type: 'email', title: 'E-mail', value: 'ada@example.com' } } };
    expect(told(payload, 'E-mail')).toEqual(['ada@example.com']);
    expect(told(payload, 'email')).toEqual(['ada@example.com']);
  });

  test('a form that asks for a name, a question and an answer keeps all it asked', () => {
    const payload = { body: { name: 'Ada', question: 'How much?', answer: '42', email: 'ada@example.com' } };
    expect(answersOf(payload).map(({ values }) => values[0])).toEqual(['Ada', 'How much?', '42', 'ada@example.com']);
  });

  test('whatever else comes has no answers, or those that can be read', () => {
    for (const nothing of [null, undefined, '', 'text', 3, [], {}, [null]]) expect(answersOf(nothing)).toEqual([]);
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expect(answersOf(JSON.parse(deep))).toEqual([]);
    expect(answersOf(JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)))).toEqual([]);
    expect(told(JSON.parse('{"__proto__": {"email": "x@example.com"}, "email": "a@example.com"}'), 'email')).toEqual([
      'x@example.com',
    ]);
    expect(({} as Record<string, unknown>).email).toBeUndefined();
  });
});
