import type { Env } from './env';
import { HttpError, json } from './http';

/** What can be asked for, and which of n8n's workflows does it. */
const SYNCS = {
  prospects: { workflow: 'down', table: 'prospects', mode: 'changes' },
  campaigns: { workflow: 'down', table: 'campaigns', mode: 'changes' },
  emails: { workflow: 'up', table: null, mode: 'changes' },
  full: { workflow: 'down', table: null, mode: 'rebuild' },
} as const;

const TIMEOUT_MS = 10_000;

/**
 * Calls the workflow's webhook.
 * @throws HttpError 404 for an unknown sync, 409 while its address is not set, 502 when n8n does not take the call
 */
export async function startSync(env: Env, name: string): Promise<Response> {
  if (!Object.hasOwn(SYNCS, name))
    throw new HttpError(404, 'not_found', `Syncs are: ${Object.keys(SYNCS).join(', ')}.`);
  const { workflow, table, mode } = SYNCS[name as keyof typeof SYNCS];
  const variable = workflow === 'down' ? 'N8N_DOWN_WEBHOOK' : 'N8N_UP_WEBHOOK';
  const url = env[variable];
  if (!url) throw new HttpError(409, 'not_set_up', `The variable ${variable} is not set.`);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-lead-sync-secret': env.N8N_SECRET ?? '' },
    body: JSON.stringify({ table, mode }),
    redirect: 'manual', // the secret goes to no other address
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new HttpError(502, 'n8n_unreachable', `n8n cannot be reached: ${(error as Error).message}`);
  });
  if (!response.ok)
    throw new HttpError(
      502,
      'n8n_refused',
      `n8n answered ${response.status}: is the workflow active, ${variable} its address, and N8N_SECRET its secret?`,
    );
  return json({ accepted: true, workflow, table, mode }, 202);
}
