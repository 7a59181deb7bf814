import { setTimeout as delay } from 'node:timers/promises';
import { bundledWorkflows } from '../cli/n8n/bundle';
import { KnowlarityApi, sendPush } from '../stand-ins/knowlarity';
import type { N8nClient } from './n8n-client';
import { freePort } from './ports';
import { withStarters, type Starters } from './workflows';

const FILE = 'knowlarity-call-intake';
const TRIGGER = 'n8n-nodes-lead-sync.knowlarityTrigger';
const WEBHOOK_TIMEOUT_MS = 30_000;
const PUSH_SECRET = 'made-up-push-secret-of-the-stand-in';

/** Knowlarity as a stand-in, and "Knowlarity call intake" taking its calls. */
export interface Knowlarity {
  url: string;
  api: KnowlarityApi;
  workflowId: string;
  /** Where the workflow takes pushes, and with which secret. */
  hook: { address: string; secret: string };
  stop(): Promise<void>;
}

/** Starts the stand-in, puts the workflow with its credential and its trigger on into n8n, and returns when n8n takes pushes. */
export async function startKnowlarity(
  client: N8nClient,
  { schedules, port }: Pick<Starters, 'schedules'> & { port?: number },
): Promise<Knowlarity> {
  const bundled = (await bundledWorkflows()).get(FILE);
  if (!bundled) throw new Error(`workflows/${FILE}.json is missing.`);
  const api = new KnowlarityApi();
  const baseUrl = await api.listen(await freePort(port));
  const { apiKey, authorization: authorizationToken } = api.store;
  const account = { timeZone: 'Asia/Kolkata', country: 'IN' };
  const data = { ...account, baseUrl, apiKey, authorizationToken, pushSecret: PUSH_SECRET };
  await client.importCredentials([{ name: 'Knowlarity account (lead sync)', type: 'leadSyncKnowlarityApi', data }]);
  const workflow = withStarters(bundled, { schedules });
  const nodes = workflow.nodes.map((node) => (node.type === TRIGGER ? { ...node, disabled: false } : node));
  await client.importWorkflows([{ ...workflow, nodes }]);
  await client.publish(bundled.id);
  const trigger = nodes.find(({ type }) => type === TRIGGER) as { webhookId?: string } | undefined;
  const hook = { address: `${client.url}/webhook/${trigger?.webhookId}/webhook`, secret: PUSH_SECRET };
  const answer = async (): Promise<number> => await fetch(hook.address).then(({ status }) => status);
  // n8n makes webhooks some time after it says that a workflow is published; this one then refuses who does not know the secret.
  for (const deadline = Date.now() + WEBHOOK_TIMEOUT_MS; (await answer()) !== 401; await delay(50)) {
    if (Date.now() > deadline) throw new Error('n8n did not take pushes of the stand-in of Knowlarity within 30 s.');
  }
  api.onCall = (call) => void sendPush(hook.address, call, { secret: hook.secret });
  return { url: baseUrl, api, workflowId: bundled.id, hook, stop: () => api.close() };
}
