import fc from 'fast-check';
import { MAX_TEXT_LENGTH, normalise, type FieldKind, type LeadValue } from '../../nodes/lead';
import { domainSpellings, parseDomain, parseLink } from '../../nodes/lead/link';
import { decimal } from '../../nodes/lead/money';
import { emails, links, phones, texts } from './arbitraries';
import { check } from './property';

const field = 'a_field';

function valueOf(kind: FieldKind, input: LeadValue, defaultCountry?: string): LeadValue {
  const result = normalise(kind, input, { field, defaultCountry });
  if ('problem' in result) throw new Error(result.problem.message);
  return result.value;
}

function messageOf(kind: FieldKind, input: LeadValue, defaultCountry?: string): string {
  const result = normalise(kind, input, { field, defaultCountry });
  if ('value' in result) throw new Error(`Expected a problem, got ${JSON.stringify(result.value)}`);
  expect(result.problem.field).toBe(field);
  return result.problem.message;
}

describe('normalising an email', () => {
  test.each([
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['ada@example.com\u200b', 'ada@example.com'],
    ['a@b', 'a@b'],
    ['', null],
    ['   ', null],
    [null, null],
  ])('%j becomes %j', (input, expected) => expect(valueOf('email', input)).toBe(expected));

  test.each(['not an email', 'nope', 'a@', '@b', 'a@b@c', 'ada@example.com, bob@example.com'])(
    'refuses %j and says what to write',
    (input) => expect(messageOf('email', input)).toMatch(/^a_field .*is not an email address.*name@example\.com/),
  );
});

describe('normalising a phone', () => {
  test.each([
    ['06 12 34 56 78', 'FR', '+33612345678'],
    ['+33 (0)6 12 34 56 78', 'US', '+33612345678'],
    ['0033 6 12 34 56 78', 'US', '+33612345678'],
    ['(202) 555-0143 ext. 12', 'us', '+12025550143'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['491711234567', 'DE', '+491711234567'],
    ['391 234 5678', 'IT', '+393912345678'],
    ['8 (912) 345-67-89', 'RU', '+79123456789'],
    ['  ', 'FR', null],
  ])('%j in %s becomes %j', (input, country, expected) => expect(valueOf('phone', input, country)).toBe(expected));

  test('refuses a local number without a country and says how to give one', () => {
    expect(messageOf('phone', '0612345678')).toMatch(/without a country.*\+33612345678, or set a default country/);
  });

  test.each(['abc', '12', 'call me'])('refuses %j', (input) => {
    expect(messageOf('phone', input, 'US')).toMatch(/is not a phone number in US/);
  });

  test.each(['00800 1234 5678', '+881 612 345 678', '+883 510 012 345 678'])(
    'refuses %j: Twenty takes no calling code that is no country’s',
    (input) => {
      expect(messageOf('phone', input)).toMatch(
        /"[+0]0?8.*" has a calling code of no country, which Twenty does not take/,
      );
    },
  );
});

describe('normalising a link', () => {
  test.each([
    ['HTTPS://LinkedIn.com/in/Ada/', 'https://linkedin.com/in/Ada'],
    ['linkedin.com/in/ada', 'https://linkedin.com/in/ada'],
    ['http://example.com/', 'http://example.com'],
    ['//example.com/a', 'https://example.com/a'],
  ])('%j becomes %j', (input, expected) => expect(valueOf('link', input)).toBe(expected));

  test.each(['javascript:alert(1)', 'ftp://example.com', 'no dots', 'mailto:a@b.c '])('refuses %j', (input) => {
    expect(messageOf('link', input)).toMatch(/is not a web address/);
  });
});

describe('normalising a domain', () => {
  test.each([
    'http://www.Acme.com/',
    'acme.com',
    'https://ACME.com',
    'www.acme.com/about?x=1',
    'acme.com.',
    'acme.com:443',
  ])('%j is the company https://acme.com', (input) => expect(valueOf('domain', input)).toBe('https://acme.com'));

  test('keeps a subdomain and a domain named www', () => {
    expect(valueOf('domain', 'shop.acme.com')).toBe('https://shop.acme.com');
    expect(valueOf('domain', 'www.com')).toBe('https://www.com');
  });

  test('lists the spellings under which Twenty may hold it', () => {
    expect(domainSpellings('https://acme.com')).toEqual([
      'https://acme.com',
      'https://www.acme.com',
      'http://acme.com',
      'http://www.acme.com',
      'acme.com',
      'www.acme.com',
    ]);
  });
});

describe('normalising text, numbers and booleans', () => {
  test('trims, and keeps what is inside', () => expect(valueOf('text', ' a  b\n')).toBe('a  b'));
  test('takes a number for a text', () => expect(valueOf('text', 75001)).toBe('75001'));

  test('refuses what databases cannot store', () => {
    expect(messageOf('text', 'a\u0000b')).toMatch(/NUL character.*Remove it/);
    expect(messageOf('text', 'a\ud800b')).toMatch(/half of a character/);
  });

  test('refuses a megabyte of text and says how much is allowed', () => {
    expect(messageOf('text', 'x'.repeat(1_000_000))).toMatch(/1000000 characters long; at most 10000/);
    expect(valueOf('text', 'x'.repeat(MAX_TEXT_LENGTH))).toHaveLength(MAX_TEXT_LENGTH);
  });

  test('refuses an object where a text belongs', () => expect(messageOf('text', { a: 1 })).toMatch(/Map its parts/));

  test.each([
    ['number', ' 4.5 ', 4.5],
    ['number', 0, 0],
    ['number', '9007199254740991', 9_007_199_254_740_991],
    ['number', '0.1234567890123456', 0.123_456_789_012_345_6],
    ['number', '33.3333333333333333', 33.333_333_333_333_336],
    ['number', '1e20', 1e20],
    ['number', '', null],
    ['boolean', 'Yes', true],
    ['boolean', '0', false],
    ['boolean', false, false],
    ['boolean', null, null],
  ] as const)('as a %s %j becomes %j', (kind, input, expected) => expect(valueOf(kind, input)).toBe(expected));

  test('refuses a whole number that a number of Twenty would round', () => {
    expect(messageOf('number', '1234567890123456789')).toMatch(
      /"1234567890123456789" has more digits.*Map it to a text/,
    );
  });

  test('refuses words for a number and for a boolean', () => {
    expect(messageOf('number', 'many')).toMatch(/is not a number/);
    expect(messageOf('number', true)).toMatch(/is not a number/);
    expect(messageOf('boolean', 'perhaps')).toMatch(/neither true nor false/);
  });
});

describe('a long run within a text keeps nobody waiting', () => {
  const run = (character: string): string => character.repeat(1_000_000);

  test('of blanks', () => {
    expect(messageOf('email', `a${run(' ')}b`)).toContain('is 1000002 characters long');
    expect(valueOf('text', `${run(' ')}a \u200bb${run('\u200b')}`)).toBe('a \u200bb');
  });

  test('of slashes', () => {
    expect(parseLink(`x.test/${run('/')}a${run('/')}`)).toBe(`https://x.test/${run('/')}a`);
  });

  test('of dots', () => {
    expect(parseDomain(`x${run('.')}test.`)).toBe(`https://x${run('.')}test`);
  });

  test('of zeros', () => {
    expect(decimal(`1.${run('0')}10`)).toBe(`1.${run('0')}1`);
  });
});

test('normalising twice changes nothing', () => {
  const inputs: [FieldKind, fc.Arbitrary<LeadValue>][] = [
    ['text', texts],
    ['email', emails],
    ['phone', phones],
    ['link', links],
    ['domain', links],
    ['number', fc.double({ noNaN: true, noDefaultInfinity: true })],
    ['boolean', fc.boolean()],
  ];
  const anyInput = fc.oneof(
    ...inputs.map(([kind, arbitrary]) => fc.tuple(fc.constant(kind), fc.oneof(arbitrary, texts, fc.string()))),
  );
  check(
    fc.property(anyInput, ([kind, input]) => {
      const once = normalise(kind, input, { field, defaultCountry: 'US' });
      if ('problem' in once) return;
      expect(normalise(kind, once.value, { field, defaultCountry: 'DE' })).toEqual(once);
    }),
    1_000,
  );
});
