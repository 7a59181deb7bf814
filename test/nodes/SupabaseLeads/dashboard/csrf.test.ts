import { makeToken, refusalOf } from '../../../../nodes/SupabaseLeads/dashboard/csrf';

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
