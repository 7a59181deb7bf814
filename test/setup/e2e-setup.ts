import type { Config } from 'jest';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installN8n } from '../../stack/n8n-install';
import { startPostgres, type Postgres } from '../../stack/postgres';
import { printedStep, type Step } from '../../stack/report';
import { buildPackage, startStack } from '../../stack/stack';
import { makeEmptyDatabase, startProject } from '../../stack/supabase';
import { startTwenty } from '../../stack/twenty';
import { makeDataFolder } from './data-folder';
import { running } from './running';

/** A Supabase project in which there is nothing yet, known to the tests as `TEST_<name>_…`. */
async function startEmptyProject(postgres: Postgres, name: string): Promise<Record<string, string>> {
  const database = name.toLowerCase();
  const ownerUrl = await makeEmptyDatabase(postgres, database);
  const project = await startProject(postgres, database);
  running.add(`${database} project`, () => project.stop());
  return {
    [`TEST_${name}_DATABASE_URL`]: ownerUrl,
    [`TEST_${name}_SUPABASE_URL`]: project.url,
    [`TEST_${name}_SUPABASE_SERVICE_KEY`]: project.serviceKey,
  };
}

/** Starts everything, a real n8n included, with no leads in it; resolves with the addresses, as the tests find them in the environment. */
async function startOne(folder: string, tarball: string, step: Step): Promise<Record<string, string>> {
  const { n8n, access, twenty, localSupabase, postgres } = await startStack({ folder, tarball }, step, running);
  if (!localSupabase) throw new Error('The e2e tests need the local Supabase.');
  const bare = await step('A Twenty that nobody has prepared runs', () => startTwenty());
  running.add('bare Twenty', () => bare.stop());
  const projects = await step('Three Supabase projects with nothing in them run', async () => [
    await startEmptyProject(postgres, 'EMPTY'),
    await startEmptyProject(postgres, 'CLEAN'),
    await startEmptyProject(postgres, 'OWN_TABLE'),
  ]);
  return {
    TEST_N8N_URL: n8n.url,
    TEST_N8N_ACCESS: JSON.stringify(access),
    TEST_N8N_OPTIONS: JSON.stringify(n8n.options),
    TEST_TWENTY_URL: twenty.url,
    TEST_TWENTY_API_KEY: twenty.apiKey,
    TEST_BARE_TWENTY_URL: bare.url,
    TEST_BARE_TWENTY_API_KEY: bare.apiKey,
    TEST_DATABASE_URL: localSupabase.databaseUrl,
    TEST_SUPABASE_URL: localSupabase.url,
    TEST_SUPABASE_SERVICE_KEY: localSupabase.serviceKey,
    TEST_SUPABASE_PUBLISHABLE_KEY: localSupabase.anonKey,
    ...Object.assign({}, ...projects),
  };
}

/** Each of jest's workers has a stack of its own, which `own-addresses.ts` names to its tests. */
export default async function e2eSetup({ maxWorkers }: Config): Promise<void> {
  const folders = await Promise.all(Array.from({ length: Number(maxWorkers) }, makeDataFolder));
  for (const folder of folders) running.add('data folder', () => rm(folder, { recursive: true, force: true }));
  try {
    await printedStep('n8n is installed', installN8n);
    // the empty cluster, too, is made once, for all to copy
    await printedStep('PostgreSQL is installed', async () =>
      (await startPostgres({ dataDir: join(folders[0], 'first') })).stop(),
    );
    const tarball = await printedStep('The package is built and packed', buildPackage);
    const stacks = folders.map((folder, index) =>
      startOne(folder, tarball, (title, work) => printedStep(`${index + 1}: ${title}`, work)),
    );
    await Promise.allSettled(stacks); // what is under way is stopped, too
    process.env.TEST_ADDRESSES = JSON.stringify(await Promise.all(stacks));
  } catch (error) {
    await running.run();
    throw error;
  }
}
