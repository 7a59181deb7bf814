import { connectionAdvice } from '../../../cli/database/connection-advice';

const failure = (code: string, message = 'no'): NodeJS.ErrnoException => Object.assign(new Error(message), { code });

test.each(['ENOTFOUND', 'ENETUNREACH', 'EHOSTUNREACH', 'EAFNOSUPPORT', 'ETIMEDOUT'])(
  'the direct address of Supabase without IPv6 (%s): the pooler has IPv4',
  (code) => {
    expect(connectionAdvice(failure(code), 'db.abcdefghij.supabase.co')).toMatch(
      /Connect › Session pooler.*postgres\.<project>/,
    );
  },
);

test.each([
  ['ENETUNREACH', 'no', /network, a VPN and the firewall/],
  ['ENOTFOUND', 'no', /typing errors/],
  ['', 'timeout expired', /firewall/],
  ['28P01', 'password authentication failed', /Percent-encode .*# as %23/],
  ['XX000', 'Tenant or user not found', /postgres\.<project>/],
  ['', 'The server does not support SSL connections', /sslmode=disable/],
  ['28000', 'no pg_hba.conf entry for host, no encryption', /sslmode=require/],
  ['CERT_HAS_EXPIRED', 'certificate has expired', /renew it/],
])('%s "%s" has its own next step', (code, message, advice) => {
  expect(connectionAdvice(failure(code, message), 'db.example.com')).toMatch(advice);
});

test('an error that says it all is left as it is', () => {
  expect(connectionAdvice(failure('EWHATEVER', 'the moon is full'), 'localhost')).toBe('');
});
