import { rm } from 'node:fs/promises';
import { printedStep } from '../../dev/stack/report';
import { startStack } from '../../dev/stack/stack';
import { makeDataFolder } from './data-folder';
import { running } from './running';

/** Starts everything, a real n8n included, with no leads in it, and tells the e2e tests the addresses in the environment. */
export default async function e2eSetup(): Promise<void> {
  const folder = await makeDataFolder();
  running.add('data folder', () => rm(folder, { recursive: true, force: true }));
  try {
    const { n8n, twenty, localSupabase } = await startStack({ folder }, printedStep, running);
    if (!localSupabase) throw new Error('The e2e tests need the local Supabase.');
    process.env.TEST_N8N_URL = n8n.url;
    process.env.TEST_N8N_OPTIONS = JSON.stringify(n8n.options);
    process.env.TEST_TWENTY_URL = twenty.url;
    process.env.TEST_TWENTY_API_KEY = twenty.apiKey;
    process.env.TEST_DATABASE_URL = localSupabase.databaseUrl;
    process.env.TEST_SUPABASE_URL = localSupabase.url;
    process.env.TEST_SUPABASE_SERVICE_KEY = localSupabase.serviceKey;
  } catch (error) {
    await running.run();
    throw error;
  }
}
