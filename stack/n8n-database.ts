import { runN8nCommand, type N8nOptions } from './n8n';
import type { Postgres } from './postgres';
import type { Progress } from './report';

const DATABASE = 'n8n';
/** n8n's tables with nothing in them: the template for further databases of a test. */
export const TEMPLATE = 'n8n_template_2_41_1';

/**
 * Makes a new, empty n8n database and returns its address. n8n needs some 15 s for the migrations of its own tables: they are
 * made once in a template, and every later start copies it.
 */
export async function makeN8nDatabase(
  postgres: Postgres,
  options: Omit<N8nOptions, 'databaseUrl'>,
  progress: Progress,
): Promise<string> {
  if (!(await postgres.hasDatabase(TEMPLATE))) {
    progress('making its tables, once, takes about 15 s');
    const unfinished = `${TEMPLATE}_unfinished`;
    await postgres.dropDatabase(unfinished);
    await postgres.createDatabase(unfinished);
    await runN8nCommand({ ...options, databaseUrl: postgres.url(unfinished) }, ['list:workflow']);
    await postgres.renameDatabase(unfinished, TEMPLATE);
  }
  await postgres.dropDatabase(DATABASE);
  await postgres.createDatabase(DATABASE, { template: TEMPLATE });
  return postgres.url(DATABASE);
}
