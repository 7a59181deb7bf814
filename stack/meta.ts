import { setTimeout as delay } from 'node:timers/promises';
import { bundledWorkflows } from '../cli/n8n/bundle';
import { MetaApi } from '../stand-ins/meta';
import type { N8nClient } from './n8n-client';
import { freePort } from './ports';
import { withStarters, type Starters } from './workflows';

const FILE = 'meta-lead-intake';
const SUBSCRIBE_TIMEOUT_MS = 30_000;

/** Meta as a stand-in, with a page that has a form, and "Meta lead intake" taking its leads. */
export interface Meta {
  url: string;
  api: MetaApi;
  formId: string;
  workflowId: string;
  stop(): Promise<void>;
}

/** Starts the stand-in, puts the workflow with its credential into n8n, and returns when the stand-in delivers to it. */
export async function startMeta(
  client: N8nClient,
  { schedules, port }: Pick<Starters, 'schedules'> & { port?: number },
): Promise<Meta> {
  const bundled = (await bundledWorkflows()).get(FILE);
  if (!bundled) throw new Error(`workflows/${FILE}.json is missing.`);
  const api = new MetaApi();
  const { appId, appSecret, token: accessToken } = api.store;
  const page = api.store.addPage('Our page');
  const formId = api.store.addForm(page, 'Newsletter');
  const baseUrl = await api.listen(await freePort(port));
  const data = { baseUrl, version: 'v26.0', appId, appSecret, accessToken, verifyToken: 'made-up-verify-token' };
  await client.importCredentials([{ name: 'Meta Lead Ads account (lead sync)', type: 'leadSyncMetaLeadAdsApi', data }]);
  const workflow = withStarters(bundled, { schedules });
  const pageId = { __rl: true, mode: 'id', value: page };
  const nodes = workflow.nodes.map((node) =>
    node.parameters && 'pageId' in node.parameters ? { ...node, parameters: { ...node.parameters, pageId } } : node,
  );
  await client.importWorkflows([{ ...workflow, nodes }]);
  await client.publish(bundled.id);
  // n8n makes webhooks some time after it says that a workflow is published.
  for (const deadline = Date.now() + SUBSCRIBE_TIMEOUT_MS; api.graph.subscription === null; await delay(50)) {
    if (Date.now() > deadline) throw new Error('n8n did not subscribe to the stand-in of Meta within 30 s.');
  }
  return { url: baseUrl, api, formId, workflowId: bundled.id, stop: () => api.close() };
}
