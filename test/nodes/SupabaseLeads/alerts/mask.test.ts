import { maskText } from '../../../../nodes/SupabaseLeads/alerts/mask';

describe('masking', () => {
  it.each([
    ['ada.lovelace@example.com is taken', 'a•••@example.com is taken'],
    ['call +1 (555) 010-9988 now', 'call •••88 now'],
    ['06 12 34 56 78', '•••78'],
    ['(555) 010-9988', '•••88'],
    ['Bearer sbp_abcdefghijkl refused', 'Bearer ••• refused'],
    ['key eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoi.c2ln', 'key •••'],
    ['postgres://lead:hunter22@db.example.com/x', 'postgres://lead:•••@db.example.com/x'],
    ['?apikey=abcd1234&x=1', '?apikey=•••&x=1'],
    ['"password":"hunter22"', '"password":"•••"'],
    ['sb_secret_abcdef', 'sb_secret_•••'],
    ['bot 123456789:AAaaBBbbCCccDDddEEeeFFffGGgg-HHhhii', 'bot •••'],
  ])('hides what is private in %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    'The run of 2026-11-21 12:53:06 failed after 1,000,000 leads',
    'lead 4474848c-5bb8-4ac1-8774-012345678901',
    '12.5 % of 20 attempts, p95 1234567 ms, HTTP 429',
    'at 2026-11-21T12:53:06.123456+00:00',
  ])('leaves times, figures and ids in %j', (text) => {
    expect(maskText(text)).toBe(text);
  });
});
