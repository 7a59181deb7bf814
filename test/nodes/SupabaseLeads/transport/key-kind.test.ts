import { keyEnd, keyFault, keyKind } from '../../../../nodes/SupabaseLeads/transport/key-kind';

function token(claims: object): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

it.each([
  ['sb_secret_abc', 'secret'],
  [token({ role: 'service_role' }), 'service_role'],
  [token({ role: 'lead_sync_api' }), 'lead_sync_api'],
  ['a key that a gateway made up', 'other'],
])('takes a key that may read leads: %s', (key, kind) => {
  expect(keyKind(key)).toBe(kind);
  expect(keyFault(keyKind(key))).toBeUndefined();
});

it.each([
  ['sb_publishable_abc', /publishable/],
  [token({ role: 'anon' }), /anon/],
  [token({ role: 'authenticated' }), /authenticated/],
  [token({ sub: 'workspace', type: 'API_KEY' }), /Twenty/],
])('says what is wrong with %s', (key, fault) => {
  expect(keyFault(keyKind(key))).toMatch(fault);
});

it('tells when a token ends, where it says so', () => {
  expect(keyEnd(token({ role: 'service_role', exp: 1_800_000_000 }))).toEqual(new Date(1_800_000_000_000));
  expect(keyEnd('sb_secret_abc')).toBeNull();
});
