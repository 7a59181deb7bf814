/**
 * `gulp exportWorkflows`: takes the bundled workflows that are edited in n8n, and those whose ids are given as WORKFLOW_IDS,
 * out of a running n8n into workflows/, without what belongs to that n8n. Those of tools/workflows/build come from there alone. N8N_URL is its address (default http://127.0.0.1:5678) and N8N_API_KEY
 * a key for it; without a key, the login of the n8n that `npm start` runs is used.
 */
import axios, { isAxiosError } from 'axios';
import { N8nClient, OWNER } from '../../stack/n8n-client';
import { builtWorkflows } from './build/bundle';
import { readBundle, writeToBundle } from './bundle';
import { strip, type ExportedWorkflow } from './stable';

type ReadWorkflow = (id: string) => Promise<ExportedWorkflow>;

function withApiKey(url: string, apiKey: string): ReadWorkflow {
  const api = axios.create({ baseURL: `${url}/api/v1`, headers: { 'X-N8N-API-KEY': apiKey } });
  return async (id) => {
    try {
      return (await api.get<ExportedWorkflow>(`/workflows/${id}`)).data;
    } catch (error) {
      const status = isAxiosError(error) ? error.response?.status : undefined;
      throw new Error(
        `n8n at ${url} does not give the workflow ${id}: ${status ? `HTTP ${status}` : (error as Error).message}`,
        { cause: error },
      );
    }
  };
}

async function withLocalLogin(url: string): Promise<ReadWorkflow> {
  const client = await N8nClient.logIn(url, OWNER);
  return async (id) => await client.request<ExportedWorkflow>('get', `/workflows/${id}`);
}

async function main(): Promise<void> {
  const url = (process.env.N8N_URL ?? 'http://127.0.0.1:5678').replace(/\/$/, '');
  const apiKey = process.env.N8N_API_KEY;
  const readWorkflow = apiKey ? withApiKey(url, apiKey) : await withLocalLogin(url);
  const built = builtWorkflows();
  const bundled = (await readBundle())
    .filter(({ name }) => !built.has(name))
    .map(({ text }) => (JSON.parse(text) as { id: string }).id);
  const wished = (process.env.WORKFLOW_IDS ?? '').split(',').filter((id) => id !== '');
  for (const id of new Set([...bundled, ...wished])) {
    console.log(await writeToBundle(strip(await readWorkflow(id))));
  }
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
