import { authorizationFor } from '../../stack/gateway';

const keys = { secretKey: 'sb_secret_a', publishableKey: 'sb_publishable_a', serviceJwt: 's.s.s', anonJwt: 'a.a.a' };

describe('authorizationFor', () => {
  it.each([
    ['the secret key', 'sb_secret_a', undefined, 'Bearer s.s.s'],
    ['the secret key sent as a token, too', 'sb_secret_a', 'Bearer sb_secret_a', 'Bearer s.s.s'],
    ['the publishable key', 'sb_publishable_a', undefined, 'Bearer a.a.a'],
    ['the older service key', 's.s.s', 'Bearer s.s.s', 'Bearer s.s.s'],
    ['the older service key alone', 's.s.s', undefined, 'Bearer s.s.s'],
    ["a user's own token beside the anonymous key", 'a.a.a', 'Bearer u.u.u', 'Bearer u.u.u'],
  ])('passes %s on as a token', (_case, apiKey, authorization, expected) => {
    expect(authorizationFor(apiKey, authorization, keys)).toBe(expected);
  });

  it('knows no other key', () => {
    expect(authorizationFor('sb_secret_b', 'Bearer s.s.s', keys)).toBeNull();
  });
});
