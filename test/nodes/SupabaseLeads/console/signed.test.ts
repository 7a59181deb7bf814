import { makeToken, packNotice, refusalOf, unpackNotice } from '../../../../nodes/SupabaseLeads/console/frame/signed';

const NOW = new Date('2026-11-21T12:00:00Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

describe('token of the dashboard', () => {
  it('is good for half a day, for who holds the same key', () => {
    const token = makeToken('key', NOW);

    expect(refusalOf(token, 'key', later(11.9))).toBeNull();
    expect(refusalOf(token, 'key', later(12.1))).toBe('The page is too old.');
    expect(refusalOf(token, 'another key', NOW)).toBe('The request has no valid token.');
  });

  it('cannot be prolonged or made up', () => {
    const [expires, signature] = makeToken('key', NOW).split('.');

    const forged = [
      `${Number(expires) + 3600}.${signature}`,
      `${expires}.${'A'.repeat(43)}`,
      `${expires}.`,
      signature,
      '',
      null,
      7,
      {},
    ];

    for (const token of forged) expect(refusalOf(token, 'key', NOW)).toBe('The request has no valid token.');
  });
});

describe('notice of the console', () => {
  const notice = { ok: false, text: 'Ä “lead” was not <pushed>.' };

  it('says for a few minutes what was put into it', () => {
    const packed = packNotice(notice, 'key', NOW);

    expect(unpackNotice(packed, 'key', later(0.1))).toEqual(notice);
    expect(unpackNotice(packed, 'key', later(0.2))).toBeNull();
    expect(packed).toMatch(/^[\w.-]+$/);
  });

  it('cannot be made up, changed or of any length', () => {
    const packed = packNotice(notice, 'key', NOW);
    const [expires, body, signature] = packed.split('.');
    const other = Buffer.from(JSON.stringify([true, 'Call 555-1234'])).toString('base64url');

    for (const forged of [
      `${expires}.${other}.${signature}`,
      `${Number(expires) + 9}.${body}.${signature}`,
      body,
      '',
      null,
      [],
    ]) {
      expect(unpackNotice(forged, 'key', NOW)).toBeNull();
    }
    expect(unpackNotice(packed, 'another key', NOW)).toBeNull();
    expect(unpackNotice(packNotice({ ok: true, text: 'x'.repeat(9_000) }, 'key', NOW), 'key', NOW)?.text).toHaveLength(
      600,
    );
  });

  it('is no token, and a token no notice', () => {
    expect(refusalOf(packNotice(notice, 'key', NOW), 'key', NOW)).toBe('The request has no valid token.');
    expect(unpackNotice(makeToken('key', NOW), 'key', NOW)).toBeNull();
  });
});
