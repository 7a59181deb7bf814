import { withoutSecret } from '../../../nodes/http/known-secret';

const SECRET = 'sb"key+with/odd=signs?1234';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ['itself', `apikey ${SECRET} is unknown`],
  ['JSON', JSON.stringify({ headers: { apikey: SECRET } })],
  ['an address', `/login?apikey=${encodeURIComponent(SECRET)}&next=/`],
  ['Base64', `Basic ${base64(SECRET)}`],
  ['Base64 after one more letter', base64(`:${SECRET}`)],
  ['Base64 after two more letters', base64(`u:${SECRET}`)],
  ['Base64 in the middle of a request', base64(`POST / HTTP/1.1\r\nauthorization: Bearer ${SECRET}\r\n\r\n{}`)],
  ['Base64 for addresses', Buffer.from(`Bearer ${SECRET}`).toString('base64url')],
])('a secret in the form of %s does not stay', (_form, text) => {
  const shown = withoutSecret(SECRET)(text);

  const read = [
    shown,
    decodeURIComponent(shown),
    ...shown.split(/[^\w+/=-]+/).map((part) => Buffer.from(part, 'base64').toString()),
  ];
  for (const reading of read) expect(reading).not.toContain(SECRET.slice(4, -4));
});

test('a long body is looked through, too', () => {
  const page = JSON.stringify(Array(10_000).fill({ email: 'ada@example.com', note: SECRET }));

  expect(withoutSecret(SECRET)(page)).not.toContain(JSON.stringify(SECRET).slice(1, -1));
});

test('what is too short for a key would be found by chance, and stays', () => {
  expect(withoutSecret('key')('the key of the monkey')).toBe('the key of the monkey');
});

test('a page of 1,000 leads costs less than a microsecond each', () => {
  const page = JSON.stringify(
    Array(1_000).fill({ id: 'x'.repeat(36), email: 'ada@example.com', note: 'y'.repeat(1_000) }),
  );
  const withoutKey = withoutSecret('e'.repeat(40));
  withoutKey(page);
  const began = performance.now();

  for (let turn = 0; turn < 10; turn++) withoutKey(page);

  expect((performance.now() - began) / 10).toBeLessThan(5);
});
