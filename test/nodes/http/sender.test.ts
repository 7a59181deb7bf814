import { createHmac } from 'node:crypto';
import { isFromSender } from '../../../nodes/http/sender';

const secret = 'a long secret with ü';
const body = Buffer.from('{"email":"ada@example.com","name":"Zo\u00eb"}');
const hmac = (encoding: 'hex' | 'base64' | 'base64url', of = body, key = secret): string =>
  createHmac('sha256', key).update(of).digest(encoding);

const isFrom = (given: unknown, bytes: Buffer | null = body, by = secret): boolean =>
  isFromSender({ 'x-signature': given }, bytes, { header: 'X-Signature', secret: by });

describe('a sender is known', () => {
  /** Node hands the bytes of a header on as Latin-1. */
  const inHeader = Buffer.from(secret).toString('latin1');
  test.each([
    ['the secret', inHeader],
    ['the signature in hex', hmac('hex')],
    ['the signature in hex, as Meta and GitHub have it', `sha256=${hmac('hex')}`],
    ['the signature in Base64, as Tally has it', hmac('base64')],
    ['the signature in Base64, as Typeform has it', `sha256=${hmac('base64')}`],
    ['the signature in Base64 for addresses', hmac('base64url')],
  ])('by %s', (_what, given) => expect(isFrom(given)).toBe(true));

  test('by the secret alone where the bytes of the body are not known', () => {
    expect(isFrom(inHeader, null)).toBe(true);
    expect(isFrom(hmac('hex'), null)).toBe(false);
  });
});

describe('a sender is refused', () => {
  test.each([
    ['no header', undefined],
    ['two headers', [secret, secret]],
    ['an empty one', ''],
    ['another secret', 'a long secret'],
    ['the secret and more', `${secret} `],
    ['a signature by another secret', hmac('hex', body, 'other')],
    ['a signature of another body', hmac('hex', Buffer.from('{}'))],
    ['half a signature', hmac('hex').slice(0, 32)],
    ['a signature by another way', createHmac('sha1', secret).update(body).digest('hex')],
  ])('with %s', (_what, given) => expect(isFrom(given)).toBe(false));

  test('where there is no secret yet, whatever they give', () => {
    expect(isFrom('', body, '')).toBe(false);
    expect(isFrom(hmac('hex', body, ''), body, '')).toBe(false);
  });

  test('when a single byte of the body has changed', () => {
    const changed = Buffer.from(body);
    changed[3] ^= 1;
    expect(isFrom(hmac('hex'), changed)).toBe(false);
  });
});
