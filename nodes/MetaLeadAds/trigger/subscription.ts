import { InputError } from '../../errors/input-error';
import type { GraphClient } from '../transport/client';
import { MetaError } from '../transport/failures';

/** What an app is subscribed to (developers.facebook.com/docs/graph-api/reference/app/subscriptions). */
interface Subscription {
  object: string;
  callback_url?: string;
  active?: boolean;
  fields?: Array<{ name: string }>;
}

/** Where and for whom Meta is to deliver. */
export interface Wanted {
  appId: string;
  /** Null: all pages of the token. */
  pageId: string | null;
  callbackUrl: string;
  verifyToken: string;
}

const FIELD = 'leadgen';
const PAGES_AT_ONCE = 100;

async function ofPages(graph: GraphClient, appId: string): Promise<Subscription | undefined> {
  const { data } = await graph.call<{ data: Subscription[] }>({ method: 'GET', path: `${appId}/subscriptions` });
  return data.find(({ object }) => object === 'page');
}

const namesOf = ({ fields = [] }: Subscription): string[] => fields.map(({ name }) => name);

/** Whether Meta delivers leads to this address. */
export async function isSubscribed(graph: GraphClient, { appId, pageId, callbackUrl }: Wanted): Promise<boolean> {
  const subscription = await ofPages(graph, appId);
  if (subscription?.callback_url !== callbackUrl || subscription.active === false) return false;
  if (!namesOf(subscription).includes(FIELD)) return false;
  const answers = await onPages(graph, pageId, async (id) =>
    (await fieldsOfPage(graph, { appId, pageId: id })).includes(FIELD),
  );
  return answers.every((isThere) => isThere);
}

/**
 * Has Meta deliver leads to this address, and leaves what else app and page are subscribed to as it is. Meta asks the
 * address for its verify token meanwhile.
 * @throws InputError where the app delivers to another address, which would get nothing any more
 */
export async function subscribe(graph: GraphClient, wanted: Wanted): Promise<void> {
  const { appId, pageId, callbackUrl, verifyToken } = wanted;
  const subscription = await ofPages(graph, appId);
  const other = subscription?.callback_url;
  if (other !== undefined && other !== callbackUrl && subscription?.active !== false) {
    throw new InputError(
      `The app delivers to ${other} already, and can deliver to one address only`,
      'Remove that subscription in the dashboard of the app under Webhooks → Page, or use an app for this n8n alone.',
    );
  }
  const fields = new Set([...(subscription === undefined ? [] : namesOf(subscription)), FIELD]);
  await graph.call({
    method: 'POST',
    path: `${appId}/subscriptions`,
    form: { object: 'page', callback_url: callbackUrl, verify_token: verifyToken, fields: [...fields].join(',') },
  });
  await onPages(graph, pageId, async (id) => {
    const ofPage = new Set([...(await fieldsOfPage(graph, { appId, pageId: id })), FIELD]);
    const page = await graph.ofPage(id);
    await page.call({
      method: 'POST',
      path: `${id}/subscribed_apps`,
      form: { subscribed_fields: [...ofPage].join(',') },
    });
  });
}

/** Has Meta deliver no leads here any more; another address's subscription stays. */
export async function unsubscribe(graph: GraphClient, { appId, callbackUrl }: Wanted): Promise<void> {
  const subscription = await ofPages(graph, appId);
  if (subscription?.callback_url !== callbackUrl) return;
  await graph.call({
    method: 'DELETE',
    path: `${appId}/subscriptions`,
    query: { object: 'page', fields: FIELD },
  });
}

/**
 * Asks something of the page that is named, or of all; of those, the ones that are somebody else's to manage are passed over.
 * @throws MetaError where the token may manage none of them
 */
async function onPages<T>(
  graph: GraphClient,
  pageId: string | null,
  ask: (pageId: string) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  let refusal: MetaError | null = null;
  for (const id of await pagesOf(graph, pageId)) {
    try {
      answers.push(await ask(id));
    } catch (error) {
      const isAnothers = error instanceof MetaError && ['permission', 'missing'].includes(error.failure.kind);
      if (pageId !== null || !isAnothers) return await Promise.reject(error as Error);
      refusal = error;
    }
  }
  if (refusal !== null && answers.length === 0) throw refusal;
  return answers;
}

/** The page that is named; or all on which the user of the token has a role (developers.facebook.com/docs/graph-api/reference/user/accounts). */
async function pagesOf(graph: GraphClient, pageId: string | null): Promise<string[]> {
  if (pageId !== null) return [pageId];
  const ids: string[] = [];
  try {
    for await (const pages of graph.pages<{ id: string }>('me/accounts', { fields: 'id', limit: PAGES_AT_ONCE })) {
      ids.push(...pages.map(({ id }) => id));
    }
    return ids;
  } catch (error) {
    if (!(error instanceof MetaError) || error.failure.kind !== 'invalid') return await Promise.reject(error as Error);
    // The token is a page's: that has no pages, and is the only one.
    const { id } = await graph.call<{ id: string }>({ method: 'GET', path: 'me', query: { fields: 'id' } });
    return [id];
  }
}

async function fieldsOfPage(
  graph: GraphClient,
  { appId, pageId }: { appId: string; pageId: string },
): Promise<string[]> {
  const page = await graph.ofPage(pageId);
  const { data } = await page.call<{ data: Array<{ id: string; subscribed_fields?: string[] }> }>({
    method: 'GET',
    path: `${pageId}/subscribed_apps`,
  });
  return data.find(({ id }) => id === appId)?.subscribed_fields ?? [];
}
