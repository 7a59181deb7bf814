import type { Client } from 'pg';
import { CliError } from '../failure';
import { openDatabase } from './connection';

const OLDEST_SERVER = 150_000;

/** Connects, as the owner of the schema. @throws CliError, `ConnectionError` */
export async function openProject(databaseUrl: string): Promise<{ client: Client; version: string }> {
  const client = await openDatabase(databaseUrl);
  client.on('error', () => undefined); // the running query reports a lost connection
  try {
    const { rows } = await client.query<{ number: string; version: string }>(
      "select current_setting('server_version_num') as number, current_setting('server_version') as version",
    );
    const [{ number, version }] = rows;
    if (Number(number) < OLDEST_SERVER) {
      throw new CliError(
        `The server runs PostgreSQL ${version}; 15 or newer is needed.`,
        'Upgrade it, then run the command again.',
      );
    }
    return { client, version: version.split(' ')[0] };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** Runs work with a connection and ends it. */
export async function withDatabase<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { client } = await openProject(databaseUrl);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
