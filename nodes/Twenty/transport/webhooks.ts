import { unwrap, type TwentyClient } from './client';

/** Stands for every object, or every event, in a webhook of Twenty, and in the trigger's panel alike. */
export const ALL = '*';

/** A webhook as Twenty lists it. */
export interface TwentyWebhook {
  id: string;
  targetUrl: string;
  /** `person.created`, `person.*`, `*.deleted`, `*.*`, … */
  operations: string[];
  description: string | null;
}

export type NewWebhook = Omit<TwentyWebhook, 'id'> & { secret: string };

interface WebhookPage {
  data: { webhooks: TwentyWebhook[] };
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** All webhooks of the workspace. Releases differ: the list comes bare, or in pages like other metadata. */
export async function readWebhooks(client: TwentyClient): Promise<TwentyWebhook[]> {
  const webhooks: TwentyWebhook[] = [];
  const seen = new Set<string>();
  let after = '';
  for (;;) {
    const answer = unwrap(await client.rest<TwentyWebhook[] | WebhookPage>('GET', `/webhooks${after}`));
    if (Array.isArray(answer)) return answer;
    webhooks.push(...answer.data.webhooks);
    const { hasNextPage, endCursor } = answer.pageInfo;
    if (!hasNextPage || endCursor === null || seen.has(endCursor)) return webhooks;
    seen.add(endCursor);
    after = `?starting_after=${encodeURIComponent(endCursor)}`;
  }
}

/** @returns the new webhook's id */
export async function createWebhook(client: TwentyClient, webhook: NewWebhook): Promise<string> {
  return unwrap(await client.rest<TwentyWebhook>('POST', '/webhooks', webhook)).id;
}

/** Removes a webhook; one that is gone already is fine. */
export async function deleteWebhook(client: TwentyClient, id: string): Promise<void> {
  const answer = await client.rest('DELETE', `/webhooks/${id}`);
  if (!answer.ok && answer.failure.category === 'not_found') return;
  unwrap(answer);
}
