import { maskSecrets, maskText } from '../../../nodes/masking/mask';
import { MASKED, SLOW } from './cases';

const LONGEST = 600;

describe('masking', () => {
  it.each(MASKED)('makes of %j what may be shown', (text, masked) => {
    expect(maskText(text, LONGEST)).toBe(masked);
  });

  it.each(Object.entries(SLOW))('takes milliseconds for 40,000 characters of %s', (_what, text) => {
    maskText(text, LONGEST);
    const began = performance.now();

    const masked = maskText(text, text.length);

    expect(performance.now() - began).toBeLessThan(500);
    expect(masked.length).toBeGreaterThan(0);
  });

  it('reads no more of a long text than it can show', () => {
    const text = `${'word '.repeat(2_000_000)}ada@example.com`;
    const began = performance.now();

    const masked = maskText(text, LONGEST);

    expect(performance.now() - began).toBeLessThan(500);
    expect(masked).toHaveLength(LONGEST);
  });

  it('shows no part of a secret that its cut goes through', () => {
    const secrets = 'Bearer abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz ';
    const masked = maskText(`${secrets.repeat(40)}`, 300);

    expect(masked).not.toContain('abcdef');
  });

  it('leaves what tells a person where only secrets have to go', () => {
    expect(maskSecrets('ada@example.com has password=hunter22', LONGEST)).toBe('ada@example.com has password=•••');
  });
});
