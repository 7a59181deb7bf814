import { randomBytes } from 'node:crypto';
import type { TwentyClient } from '../transport/client';
import { createWebhook, deleteWebhook, readWebhooks, type TwentyWebhook } from '../transport/webhooks';
import { isSameSet } from './operations';

/** What the node keeps of its webhook, in n8n's static data. */
export type Registration = {
  webhookId?: string;
  secret?: string;
};

/** The webhook that a trigger node wants in Twenty. */
export interface Wanted {
  targetUrl: string;
  operations: string[];
  /** Names the node in Twenty's settings. */
  label: string;
  /** Follows the label, and finds the webhook when all that n8n kept is lost: this n8n, workflow and node. */
  mark: string;
}

/** Whether the webhook is in Twenty as wanted and its deliveries can be checked. */
export async function isRegistered(client: TwentyClient, kept: Registration, wanted: Wanted): Promise<boolean> {
  if (!kept.webhookId || !kept.secret) return false;
  const webhook = (await readWebhooks(client)).find(({ id }) => id === kept.webhookId);
  return (
    webhook !== undefined && webhook.targetUrl === wanted.targetUrl && isSameSet(webhook.operations, wanted.operations)
  );
}

/**
 * Makes the webhook and then removes those it replaces, so that no event falls in between. The secret stays the same
 * where it is known: what is on its way still verifies.
 */
export async function register(
  client: TwentyClient,
  kept: Registration,
  { targetUrl, operations, label, mark }: Wanted,
): Promise<Registration> {
  const replaced = (await readWebhooks(client)).filter(
    (webhook) => isOwn(webhook, kept, targetUrl) || webhook.description?.endsWith(`(${mark})`),
  );
  const secret = kept.secret ?? randomBytes(32).toString('hex');
  const webhookId = await createWebhook(client, { targetUrl, operations, secret, description: `${label} (${mark})` });
  for (const { id } of replaced) await deleteWebhook(client, id);
  return { webhookId, secret };
}

/** Removes the node's webhook, and any that an interrupted registration left at its address. */
export async function deregister(client: TwentyClient, kept: Registration, targetUrl: string): Promise<void> {
  const webhooks = await readWebhooks(client);
  for (const webhook of webhooks.filter((one) => isOwn(one, kept, targetUrl))) await deleteWebhook(client, webhook.id);
}

function isOwn(webhook: TwentyWebhook, kept: Registration, targetUrl: string): boolean {
  return webhook.id === kept.webhookId || webhook.targetUrl === targetUrl;
}
