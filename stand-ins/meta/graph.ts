import { createHmac } from 'node:crypto';
import { deliveryOf, sendDelivery } from './deliveries';
import { ERRORS, type Answer } from './errors';
import type { MetaStore, StageOfLead, StoredLead } from './store';

/** What is asked of one node of the graph. */
export interface Call {
  method: string;
  /** Below the version. */
  path: string;
  query: URLSearchParams;
  token: string;
}

interface Subscription {
  callback_url: string;
  fields: string[];
}

const LARGEST_PAGE = 500;
const KEPT_DAYS = 90;
const MOST_EVENTS = 1_000;
const OLDEST_EVENT_DAYS = 7;

/** What each path of the Graph API answers. */
export class Graph {
  /** Of the app, to `page`. */
  subscription: Subscription | null = null;
  /** Fields by page. */
  readonly subscribed = new Map<string, string[]>();

  constructor(
    private readonly store: MetaStore,
    private readonly now: () => Date,
  ) {}

  async answer(call: Call): Promise<Answer> {
    const [id, edge, ...rest] = call.path.split('/');
    if (id === this.store.appId && edge === 'subscriptions') return await this.subscriptions(call);
    if (call.path === 'debug_token') return this.debugToken(call);
    const refusal = this.refusalOf(call);
    if (refusal !== null) return refusal;
    if (rest.length > 0) return ERRORS.noField(rest.join('/'));
    if (id === 'me') return this.me(call);
    if (this.store.pages.has(id)) return this.page(id, edge, call);
    if (edge === 'leads' && this.store.forms.has(id)) return this.leadsOf(id, call);
    if (edge === 'events' && this.store.datasets.has(id)) return this.events(id, call);
    if (edge === 'test_leads' && this.store.forms.has(id)) return this.testLead(id, call);
    return edge === undefined ? this.node(id, call) : ERRORS.missing(id);
  }

  private refusalOf({ token, query }: Call): Answer | null {
    if (this.store.hasExpired) return ERRORS.expired();
    const { pages, token: own } = this.store;
    if (token !== own && ![...pages.keys()].some((id) => token === this.store.tokenOf(id))) return ERRORS.badToken();
    const proof = query.get('appsecret_proof');
    const right = createHmac('sha256', this.store.appSecret).update(token).digest('hex');
    return proof !== null && proof !== right ? ERRORS.badProof() : null;
  }

  /** With the app's own token, or with the one that is asked about. */
  private debugToken({ token, query }: Call): Answer {
    const { appId, appSecret, tokenEnds, hasExpired } = this.store;
    const asked = query.get('input_token');
    if (token !== `${appId}|${appSecret}` && token !== asked) return ERRORS.badToken();
    const isValid = asked === this.store.token && !hasExpired;
    return { status: 200, body: { data: { app_id: appId, type: 'SYSTEM_USER', is_valid: isValid, ...tokenEnds } } };
  }

  /** The pages on which the user of a token has a role, whichever, are a field and an edge. */
  private me({ path, query }: Call): Answer {
    const fields = query.get('fields') ?? '';
    const { tokenPage } = this.store;
    const isEdge = path === 'me/accounts';
    if (tokenPage !== null) {
      return isEdge || fields.startsWith('accounts') ? ERRORS.noField('accounts') : { status: 200, body: tokenPage };
    }
    const accounts = [...this.store.pages].map(([id, name]) => ({ id, name }));
    if (isEdge) return listed(accounts, query);
    return {
      status: 200,
      body: {
        id: '1',
        name: 'System user',
        ...(fields.startsWith('accounts') ? { accounts: { data: accounts } } : {}),
      },
    };
  }

  private page(id: string, edge: string | undefined, call: Call): Answer {
    const { pages, foreignPages, tokenPage } = this.store;
    const access_token = this.store.tokenOf(id);
    const isItself = call.token === access_token;
    if (edge === 'subscribed_apps') return isItself ? this.subscribedApps(id, call) : ERRORS.needsPageToken();
    if (edge === 'leadgen_forms') return isItself ? this.formsOf(id, call) : ERRORS.noPageToken();
    if (edge !== undefined) return ERRORS.missing(id);
    const mayHaveToken = isItself || (tokenPage === null && !foreignPages.has(id));
    return {
      status: 200,
      body: only({ id, name: pages.get(id), ...(mayHaveToken ? { access_token } : {}) }, call.query),
    };
  }

  private node(id: string, { query }: Call): Answer {
    const lead = this.store.leads.get(id);
    const form = this.store.forms.get(id);
    if (lead === undefined && form === undefined) return ERRORS.missing(id);
    if (this.store.hidden.has(id)) return ERRORS.noAccess();
    const all = lead ?? { id, name: form?.name };
    return { status: 200, body: only(all as Record<string, unknown>, query) };
  }

  private formsOf(pageId: string, { query }: Call): Answer {
    const forms = [...this.store.forms.values()].filter((form) => form.pageId === pageId);
    return listed(
      forms.map(({ id, name }) => ({ id, name, status: 'ACTIVE', locale: 'en_US' })),
      query,
    );
  }

  /** The latest first, as Meta lists them. */
  private leadsOf(formId: string, { query }: Call): Answer {
    if (this.store.hidden.has(formId)) return ERRORS.noAccess();
    const since = sinceOf(query);
    const kept = this.now().getTime() / 1_000 - KEPT_DAYS * 86_400;
    const leads = [...this.store.leads.values()]
      .filter((lead) => lead.form_id === formId && secondsOf(lead) > Math.max(since, kept))
      .sort((one, other) => secondsOf(other) - secondsOf(one) || (one.id < other.id ? 1 : -1));
    return listed(leads, query);
  }

  /** Makes a lead of the given answers and delivers it. Meta keeps one at a time for each form; here there may be more. */
  private testLead(formId: string, { method, query }: Call): Answer {
    if (method !== 'POST') return ERRORS.missing(formId);
    const given = JSON.parse(query.get('field_data') ?? '[]') as StoredLead['field_data'];
    const answers = Object.fromEntries(given.map(({ name, values }) => [name, values]));
    const lead = this.store.addOrganicLead(formId, answers);
    if (this.subscription !== null) void sendDelivery(this.subscription.callback_url, deliveryOf(this.store, [lead]));
    return { status: 200, body: { id: lead.id } };
  }

  /** Takes all events of a call or none. */
  private events(datasetId: string, { method, query }: Call): Answer {
    if (method !== 'POST') return ERRORS.missing(datasetId);
    const text = (query.get('data') ?? '').replace(/"lead_id":(\d+)/g, '"lead_id":"$1"');
    const events = JSON.parse(text) as StageOfLead[];
    if (events.length > MOST_EVENTS) return ERRORS.badEvent(`Send at most ${MOST_EVENTS} events.`);
    for (const event of events) {
      const days = (this.now().getTime() / 1_000 - event.event_time) / 86_400;
      if (!this.store.leads.has(event.user_data.lead_id)) return ERRORS.badEvent('The lead_id is invalid.');
      if (days > OLDEST_EVENT_DAYS || days < 0) return ERRORS.badEvent('The timestamp for this event is too far off.');
      if (event.event_name === '' || event.action_source !== 'system_generated')
        return ERRORS.badEvent('The event lacks its name or action_source.');
    }
    if (query.get('test_event_code') === null) this.store.datasets.get(datasetId)?.push(...events);
    return { status: 200, body: { events_received: events.length, messages: [], fbtrace_id: 'AbcdefghijK' } };
  }

  private subscribedApps(pageId: string, { method, query }: Call): Answer {
    if (method === 'POST') {
      this.subscribed.set(pageId, (query.get('subscribed_fields') ?? '').split(','));
      return { status: 200, body: { success: true } };
    }
    const fields = this.subscribed.get(pageId);
    const data = fields === undefined ? [] : [{ id: this.store.appId, name: 'App', subscribed_fields: fields }];
    return { status: 200, body: { data } };
  }

  /** With the app's own token; a new address must answer the challenge. */
  private async subscriptions({ method, query, token }: Call): Promise<Answer> {
    if (token !== `${this.store.appId}|${this.store.appSecret}`) return ERRORS.badToken();
    if (method === 'GET') {
      const fields = this.subscription?.fields.map((name) => ({ name, version: 'v26.0' }));
      const { callback_url } = this.subscription ?? {};
      return {
        status: 200,
        body: { data: this.subscription === null ? [] : [{ object: 'page', callback_url, active: true, fields }] },
      };
    }
    if (method === 'DELETE') {
      const fields = (this.subscription?.fields ?? []).filter((name) => name !== query.get('fields'));
      this.subscription = this.subscription && fields.length > 0 ? { ...this.subscription, fields } : null;
      return { status: 200, body: { success: true } };
    }
    const callback_url = query.get('callback_url') ?? '';
    if (!(await answersChallenge(callback_url, query.get('verify_token') ?? ''))) return ERRORS.callback();
    this.subscription = { callback_url, fields: (query.get('fields') ?? '').split(',') };
    return { status: 200, body: { success: true } };
  }
}

async function answersChallenge(callback: string, verifyToken: string): Promise<boolean> {
  const challenge = '1158201444';
  const question = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': verifyToken,
    'hub.challenge': challenge,
  });
  const answer = await fetch(`${callback}?${question.toString()}`).catch(() => null);
  return answer?.status === 200 && (await answer.text()) === challenge;
}

const secondsOf = ({ created_time }: StoredLead): number => Math.floor(Date.parse(created_time) / 1_000);

function sinceOf(query: URLSearchParams): number {
  const filters = JSON.parse(query.get('filtering') ?? '[]') as Array<{
    field: string;
    operator: string;
    value: number;
  }>;
  const time = filters.find(({ field, operator }) => field === 'time_created' && operator === 'GREATER_THAN');
  return time?.value ?? 0;
}

/** The fields that were asked for; `id` always. */
function only(node: Record<string, unknown>, query: URLSearchParams): Record<string, unknown> {
  const fields = (query.get('fields') ?? 'id').split(',');
  return Object.fromEntries(Object.entries(node).filter(([name]) => name === 'id' || fields.includes(name)));
}

/** A page of a list; the cursor is opaque to callers. */
function listed(nodes: Array<Record<string, unknown>>, query: URLSearchParams): Answer {
  const limit = Math.min(Number(query.get('limit') ?? 25), LARGEST_PAGE);
  const after = query.get('after');
  const start = after === null ? 0 : Number(Buffer.from(after, 'base64').toString());
  const end = Math.min(start + limit, nodes.length);
  const cursor = (at: number): string => Buffer.from(String(at)).toString('base64');
  const data = nodes.slice(start, end).map((node) => only(node, query));
  const next = end < nodes.length ? { next: `https://graph.facebook.com/next?after=${cursor(end)}` } : {};
  const paging =
    data.length === 0 ? {} : { paging: { cursors: { before: cursor(start), after: cursor(end) }, ...next } };
  return { status: 200, body: { data, ...paging } };
}
