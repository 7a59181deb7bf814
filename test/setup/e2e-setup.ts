import { rm } from 'node:fs/promises';
import { printedStep } from '../../stack/report';
import type { Postgres } from '../../stack/postgres';
import { startStack } from '../../stack/stack';
import { makeEmptyDatabase, startProject } from '../../stack/supabase';
import { startTwenty } from '../../stack/twenty';
import { makeDataFolder } from './data-folder';
import { running } from './running';

/** A Supabase project in which there is nothing yet, known to the tests as `TEST_<name>_…`. */
async function startEmptyProject(postgres: Postgres, name: string): Promise<void> {
  const database = name.toLowerCase();
  const ownerUrl = await makeEmptyDatabase(postgres, database);
  const project = await startProject(postgres, database);
  running.add(`${database} project`, () => project.stop());
  process.env[`TEST_${name}_DATABASE_URL`] = ownerUrl;
  process.env[`TEST_${name}_SUPABASE_URL`] = project.url;
  process.env[`TEST_${name}_SUPABASE_SERVICE_KEY`] = project.serviceKey;
}

/** Starts everything, a real n8n included, with no leads in it, and tells the e2e tests the addresses in the environment. */
export default async function e2eSetup(): Promise<void> {
  const folder = await makeDataFolder();
  running.add('data folder', () => rm(folder, { recursive: true, force: true }));
  try {
    const { n8n, access, twenty, localSupabase, postgres } = await startStack({ folder }, printedStep, running);
    if (!localSupabase) throw new Error('The e2e tests need the local Supabase.');
    process.env.TEST_N8N_URL = n8n.url;
    process.env.TEST_N8N_ACCESS = JSON.stringify(access);
    process.env.TEST_N8N_OPTIONS = JSON.stringify(n8n.options);
    process.env.TEST_TWENTY_URL = twenty.url;
    process.env.TEST_TWENTY_API_KEY = twenty.apiKey;
    process.env.TEST_DATABASE_URL = localSupabase.databaseUrl;
    process.env.TEST_SUPABASE_URL = localSupabase.url;
    process.env.TEST_SUPABASE_SERVICE_KEY = localSupabase.serviceKey;
    process.env.TEST_SUPABASE_PUBLISHABLE_KEY = localSupabase.anonKey;
    const bare = await printedStep('A Twenty that nobody has prepared runs', () => startTwenty());
    running.add('bare Twenty', () => bare.stop());
    process.env.TEST_BARE_TWENTY_URL = bare.url;
    process.env.TEST_BARE_TWENTY_API_KEY = bare.apiKey;
    await printedStep('Three Supabase projects with nothing in them run', async () => {
      await startEmptyProject(postgres, 'EMPTY');
      await startEmptyProject(postgres, 'CLEAN');
      await startEmptyProject(postgres, 'OWN_TABLE');
    });
  } catch (error) {
    await running.run();
    throw error;
  }
}
