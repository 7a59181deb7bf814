import { CliError } from '../failure';
import { openProject } from './open';

/** Any number of our own serves; the migrations have another one. */
const ADVISORY_LOCK = 20_203;

/**
 * Takes the project for this set-up alone, until `release`. The lock lives in a transaction, which a pooler keeps on one
 * connection, and ends with the process that holds it.
 * @throws CliError while another set-up has it
 */
export async function lockSetUp(databaseUrl: string): Promise<{ release(): Promise<void> }> {
  const { client } = await openProject(databaseUrl);
  await client.query('begin');
  await client.query('set local idle_in_transaction_session_timeout = 0');
  const { rows } = await client.query<{ taken: boolean }>(
    `select pg_catalog.pg_try_advisory_xact_lock(${ADVISORY_LOCK}) as taken`,
  );
  if (!rows[0].taken) {
    await client.end();
    throw new CliError(
      'Another set-up of this project is at work.',
      'Wait until it has ended, then run this one again: what is done stays done.',
    );
  }
  return {
    release: async () => {
      await client.end();
    },
  };
}
