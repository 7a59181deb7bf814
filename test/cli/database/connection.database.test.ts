import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { openDatabase } from '../../../cli/database/connection';
import { postgresUser } from '../../../stack/postgres-user';
import { connectDatabase } from '../../setup/database';

const run = promisify(execFile);
const openssl = (args: string[]) => run('openssl', args);
const NEW_KEY = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

const at = (parameters: string, host = 'localhost', change: (url: URL) => void = () => undefined): string => {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.hostname = host;
  url.search = parameters;
  change(url);
  return url.href;
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(20);
}

/** Whether the connection is encrypted. */
async function encrypted(databaseUrl: string): Promise<boolean> {
  const client = await openDatabase(databaseUrl);
  try {
    const { rows } = await client.query<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    return rows[0].ssl;
  } finally {
    await client.end();
  }
}

describe('a server without TLS', () => {
  test.each(['', 'sslmode=disable', 'sslmode=allow', 'sslmode=prefer'])('is reached with "%s"', async (parameters) => {
    expect(await encrypted(at(parameters))).toBe(false);
  });

  test.each(['sslmode=require', 'sslmode=verify-full'])(
    'is not reached with %s, and the way out is told',
    async (parameters) => {
      await expect(encrypted(at(parameters))).rejects.toThrow(/does not support SSL.*sslmode=disable/);
    },
  );
});

describe('a server with TLS from a private CA', () => {
  let folder: string;
  let ca: string;
  let sql: Client;

  const file = (name: string): string => join(folder, name);

  const makeCa = async (name: string): Promise<string> => {
    const args = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
    await openssl(['req', '-x509', ...NEW_KEY, ...args]);
    return file(`${name}.crt`);
  };

  /** From now on the server shows a certificate of the CA for that host. */
  const serve = async (host: string): Promise<void> => {
    const [key, request, certificate] = ['key', 'csr', 'crt'].map((ending) => file(`${host}.${ending}`));
    await openssl(['req', ...NEW_KEY, '-subj', `/CN=${host}`, '-keyout', key, '-out', request]);
    const signed = ['-CA', ca, '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2', '-out', certificate];
    await openssl(['x509', '-req', '-in', request, ...signed]);
    const user = postgresUser();
    if (user) await chown(key, user.uid, user.gid);
    await chmod(key, 0o600);
    await sql.query(`alter system set ssl_cert_file = '${certificate}'`);
    await sql.query(`alter system set ssl_key_file = '${key}'`);
    await sql.query('alter system set ssl = on');
    await sql.query('select pg_reload_conf()');
    await until(async () => (await shownName()) === host);
  };

  /** The name in the certificate that the server shows now. */
  const shownName = async (): Promise<string | undefined> => {
    const client = await openDatabase(at('sslmode=prefer'));
    try {
      const { stream } = (client as unknown as { connection: { stream: Partial<TLSSocket> } }).connection;
      return stream.getPeerCertificate?.().subject.CN as string | undefined;
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    sql = await connectDatabase();
    folder = await mkdtemp(join(tmpdir(), 'lead-sync-tls-'));
    await chmod(folder, 0o711);
    ca = await makeCa('ca');
    await serve('localhost');
  });
  afterAll(async () => {
    await sql.query('alter system reset ssl');
    await sql.query('alter system reset ssl_cert_file');
    await sql.query('alter system reset ssl_key_file');
    await sql.query('select pg_reload_conf()');
    await until(async () => (await shownName()) === undefined);
    await sql.end();
    await rm(folder, { recursive: true });
  });

  test.each([
    ['', true],
    ['sslmode=disable', false],
    ['sslmode=allow', false],
    ['sslmode=prefer', true],
    ['sslmode=require', true],
  ])('"%s" encrypts as libpq does and verifies nothing', async (parameters, expected) => {
    expect(await encrypted(at(parameters))).toBe(expected);
  });

  test.each(['require', 'verify-ca', 'verify-full'])('sslmode=%s with the CA verifies', async (mode) => {
    expect(await encrypted(at(`sslmode=${mode}&sslrootcert=${ca}`))).toBe(true);
  });

  test('verify-full without the CA says where to get it', async () => {
    await expect(encrypted(at('sslmode=verify-full'))).rejects.toThrow(
      /sslrootcert=.*Download certificate.*sslmode=require/,
    );
    await expect(encrypted(at('sslmode=verify-full&sslrootcert=system'))).rejects.toThrow(/Download certificate/);
  });

  test('another CA verifies nothing', async () => {
    const other = await makeCa('other');
    await expect(encrypted(at(`sslmode=require&sslrootcert=${other}`))).rejects.toThrow(
      /a CA that this machine does not know/,
    );
  });

  test('another host than in the certificate: verify-full refuses, verify-ca does not', async () => {
    await serve('db.example.com');
    await expect(encrypted(at(`sslmode=verify-full&sslrootcert=${ca}`))).rejects.toThrow(/for another host/);
    expect(await encrypted(at(`sslmode=verify-ca&sslrootcert=${ca}`))).toBe(true);
  });
});

describe('what is wrong with a database URL is told, and the password is not', () => {
  test.each([
    ['postgres://me:top#secret@localhost/postgres', /Percent-encode.*# as %23/],
    ['postgres://me:top/secret@localhost/postgres', /Percent-encode/],
    ['postgres://me:100%secret@localhost/postgres', /% as %25/],
    ['postgres://me:[YOUR-PASSWORD]@localhost/postgres', /place of the brackets/],
    ['https://abc.supabase.co', /It looks like postgres:\/\//],
    ['postgres://me:secret@localhost/postgres?sslmode=on', /There is no sslmode on; there is disable/],
    ['postgres://me:secret@localhost/postgres?sslmode=verify-ca', /needs the file of the CA/],
    ['postgres://me:secret@localhost:1/postgres?sslmode=require&sslrootcert=/nowhere.crt', /A file .* is not there/],
    ['postgres://me@localhost:1/postgres?password=secret&sslpassword=secret', /Nothing listens there/],
  ])('%s', async (databaseUrl, advice) => {
    const attempt = openDatabase(databaseUrl);
    await expect(attempt).rejects.toThrow(advice);
    await expect(attempt).rejects.not.toThrow(/secret/);
  });

  test('a password with special characters works when they are percent-encoded', async () => {
    const sql = await connectDatabase();
    await sql.query("create role special login password 'a#b/c?d@e%f:g h'");
    try {
      const url = at('', '127.0.0.1', (address) => {
        address.username = 'special';
        address.password = encodeURIComponent('a#b/c?d@e%f:g h');
        address.pathname = '/postgres';
      });
      await expect(encrypted(url)).resolves.toBe(false);
      const wrong = url.replace('%23', '%24');
      await expect(encrypted(wrong)).rejects.toThrow(/password is wrong.*Percent-encode/);
    } finally {
      await sql.query('drop role special');
      await sql.end();
    }
  });
});
