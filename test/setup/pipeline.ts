import { parse } from 'libpg-query';
import { Client, type Connection } from 'pg';

/** The statements of a script, each as it stands there. */
async function statementsOf(script: string): Promise<string[]> {
  const bytes = Buffer.from(script);
  const { stmts = [] } = (await parse(script)) as { stmts?: Array<{ stmt_location?: number; stmt_len?: number }> };
  return stmts.map(({ stmt_location: from = 0, stmt_len: length = bytes.length }) =>
    bytes.subarray(from, from + length).toString(),
  );
}

/**
 * Runs a script as `supabase db push` does: statement by statement, without waiting for answers, and so in one transaction that nothing
 * begins or ends.
 */
export async function runInPipeline(url: string, script: string): Promise<void> {
  const statements = await statementsOf(script);
  const client = new Client({ connectionString: url });
  await client.connect();
  const { connection } = client as unknown as { connection: Connection };
  for (const event of [
    'parseComplete',
    'commandComplete',
    'rowDescription',
    'dataRow',
    'readyForQuery',
    'errorMessage',
  ])
    connection.removeAllListeners(event);
  await new Promise<void>((resolve, reject) => {
    connection.once('readyForQuery', () => resolve());
    connection.once('errorMessage', reject);
    for (const text of statements) {
      connection.parse({ text, name: '', types: [] }, true);
      connection.bind({}, true);
      connection.execute({}, true);
    }
    connection.sync();
  });
  await client.end();
}
