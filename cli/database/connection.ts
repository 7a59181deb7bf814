import { Client } from 'pg';
import { connectionAdvice, PERCENT_ENCODING } from './connection-advice';

/** A database that cannot be reached: the message says why and what to do next. */
export class ConnectionError extends Error {
  override name = 'ConnectionError';
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

/** What is tried one after the other: `allow` and `prefer` make do with a connection of the other kind. */
const ATTEMPTS: Readonly<Record<SslMode, SslMode[]>> = {
  disable: ['disable'],
  allow: ['disable', 'require'],
  prefer: ['require', 'disable'],
  require: ['require'],
  'verify-ca': ['verify-ca'],
  'verify-full': ['verify-full'],
};

const NO_TLS_HERE = 'The server does not support SSL connections';
/** What `pg_hba.conf` refuses, e.g. a connection with or without TLS. */
const REFUSED_BY_RULE = '28000';

function parseUrl(databaseUrl: string): URL {
  const looksLike = `It looks like postgres://user:password@host:5432/postgres. ${PERCENT_ENCODING}`;
  let url: URL;
  try {
    url = new URL(databaseUrl);
    decodeURIComponent(url.username + url.password);
  } catch {
    throw new ConnectionError(`The database URL cannot be read. ${looksLike}`);
  }
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.hash !== '') {
    throw new ConnectionError(`The database URL cannot be read. ${looksLike}`);
  }
  if (/^\[.*\]$/.test(decodeURIComponent(url.password))) {
    throw new ConnectionError('Put the password of the database in the place of the brackets in the database URL.');
  }
  return url;
}

/** As libpq: from the URL, else from PGSSLMODE, else `prefer`. */
function sslModeOf(url: URL): SslMode {
  const wanted = url.searchParams.get('sslmode') ?? process.env.PGSSLMODE ?? 'prefer';
  const mode = SSL_MODES.find((known) => known === wanted);
  if (!mode) throw new ConnectionError(`There is no sslmode ${wanted}; there is ${SSL_MODES.join(', ')}.`);
  return mode;
}

/**
 * The address by which `pg` connects in one mode, with the meaning that libpq gives it (https://www.postgresql.org/docs/current/libpq-ssl.html): `require`
 * encrypts and does not verify unless there is a CA, `verify-ca` verifies the certificate, `verify-full` the host's name as well.
 * Without `sslrootcert` the last one trusts the public CAs that Node knows.
 */
function addressIn(mode: SslMode, url: URL): string {
  const ca = url.searchParams.get('sslrootcert') ?? process.env.PGSSLROOTCERT;
  if (mode === 'verify-ca' && !ca) {
    throw new ConnectionError('sslmode=verify-ca needs the file of the CA: add &sslrootcert=… to the database URL.');
  }
  const address = new URL(url);
  address.searchParams.set('uselibpqcompat', 'true');
  address.searchParams.set('sslmode', mode);
  address.searchParams.delete('sslrootcert');
  if (ca && ca !== 'system' && mode !== 'disable') address.searchParams.set('sslrootcert', ca);
  return address.href;
}

function shown(url: URL): string {
  const address = new URL(url);
  address.password = '';
  for (const name of ['password', 'sslpassword']) address.searchParams.delete(name);
  return address.href;
}

/** Connects as the URL says. Rejects with a {@link ConnectionError} that never shows the password. */
export async function openDatabase(databaseUrl: string): Promise<Client> {
  const url = parseUrl(databaseUrl);
  const [first, second] = ATTEMPTS[sslModeOf(url)];
  const attempt = async (mode: SslMode): Promise<Client> => {
    const client = new Client({ connectionString: addressIn(mode, url), connectionTimeoutMillis: 15_000 });
    await client.connect();
    return client;
  };
  try {
    return await attempt(first).catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      if (second && (message === NO_TLS_HERE || code === REFUSED_BY_RULE)) return attempt(second);
      throw error;
    });
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    const advice = connectionAdvice(error as NodeJS.ErrnoException, url.hostname);
    throw new ConnectionError(`Cannot connect to ${shown(url)}: ${message || code}. ${advice}`.trim());
  }
}
