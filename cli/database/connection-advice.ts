export const PERCENT_ENCODING =
  'Percent-encode what is special in the password, e.g. # as %23, / as %2F, ? as %3F, @ as %40, % as %25.';

const POOLER =
  'Supabase has the direct address for IPv6 only: take the one under Connect › Session pooler, whose user is postgres.<project>.';
const UNKNOWN_CA =
  'The certificate of the server comes from a CA that this machine does not know: name its file with &sslrootcert=… at the end of the URL (on Supabase: Database › Settings › SSL Configuration › Download certificate), or take sslmode=require, which encrypts and does not verify.';
const UNREACHABLE = 'There is no way to that address from here: check the network, a VPN and the firewall.';

const BY_CODE: Readonly<Record<string, string>> = {
  ENOENT: 'A file that the database URL names is not there: check its path.',
  ECONNREFUSED: 'Nothing listens there: check host and port, and that the database runs.',
  ENOTFOUND: 'The host name is unknown: check it for typing errors.',
  EAI_AGAIN: 'The host name could not be looked up: is this machine online?',
  ETIMEDOUT: 'No answer: check the host, the port and the firewall.',
  ECONNRESET: 'The server hung up: check that host and port are those of PostgreSQL, and not of its API.',
  ENETUNREACH: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  EAFNOSUPPORT: UNREACHABLE,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate is for another host: take the host that it names, or sslmode=verify-ca, which does not compare names.',
  CERT_HAS_EXPIRED: 'The certificate of the server has expired: renew it there.',
  '28P01': `User or password is wrong. ${PERCENT_ENCODING}`,
  '28000': 'The server refuses this user from here; it may want TLS: add ?sslmode=require to the end of the URL.',
  '3D000': 'There is no such database; on Supabase its name is postgres.',
  '53300': 'All connections are taken: try again later, or take the address of the pooler.',
  '57P03': 'The database is starting or stopping: try again in a minute.',
};

const BY_MESSAGE: ReadonlyArray<[RegExp, string]> = [
  [/does not support SSL/, 'Take sslmode=disable, or prefer, which does without TLS where there is none.'],
  [/timeout expired|timeout exceeded/, BY_CODE.ETIMEDOUT],
  [
    /tenant or user not found/i,
    'The user of Supabase’s pooler is postgres.<project>, and the host is that of the project’s region.',
  ],
  [/SSL connection is required/i, BY_CODE['28000']],
];

/** Codes of a host that has no address that this machine can use. */
const NO_ROUTE = ['ENOTFOUND', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ETIMEDOUT'];

/** The next step after a connection failed, or '' when the error says it all. */
export function connectionAdvice({ code = '', message }: NodeJS.ErrnoException, host: string): string {
  const isDirectSupabase = /^db\.[a-z0-9]+\.supabase\.(co|com|red)$/.test(host);
  if (isDirectSupabase && (NO_ROUTE.includes(code) || /timeout expired/.test(message))) return POOLER;
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? BY_CODE[code] ?? '';
}
