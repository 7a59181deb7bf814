import { sleep, type IDataObject, type IWebhookFunctions, type IWebhookResponseData } from 'n8n-workflow';
import { Gathering } from '../../http/gathering';
import { isSameSecret } from '../../http/hmac';
import type { MetaCredentials } from '../transport/address';
import { CREDENTIAL } from '../transport/n8n-client';
import { eachOnce, LARGEST_BODY, leadsIn, parseBody, refusal, type NamedLead } from './delivery';
import { readParameters } from './parameters';

/** How long leads wait for more to come, and at most: so a burst starts few executions. Milliseconds. */
const WINDOW_MS = 250;
const gathering = new Gathering<NamedLead[]>(1_000);

type Credentials = MetaCredentials & Record<string, unknown>;

/** For how long a credential is known: n8n reads and decrypts it for every request, a tenth of what one costs. Milliseconds. */
const KNOWN_MS = 5_000;
const known = new Map<string, { until: number; credentials: Credentials }>();

const keyOf = (context: IWebhookFunctions): string => `${context.getWorkflow().id ?? ''}/${context.getNode().id}`;

async function credentialsOf(context: IWebhookFunctions): Promise<Credentials> {
  const read = async (): Promise<Credentials> => await context.getCredentials<Credentials>(CREDENTIAL);
  if (context.getMode() === 'manual') return await read();
  const found = known.get(keyOf(context));
  if (found !== undefined && Date.now() < found.until) return found.credentials;
  const credentials = await read();
  known.set(keyOf(context), { until: Date.now() + KNOWN_MS, credentials });
  return credentials;
}

/** One request to the trigger's address: Meta asks whether it is the right one, or delivers. */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const credentials = await credentialsOf(context);
  return context.getWebhookName() === 'setup'
    ? answerChallenge(context, credentials)
    : await take(context, credentials);
}

function answerChallenge(context: IWebhookFunctions, { verifyToken = '' }: MetaCredentials): IWebhookResponseData {
  const query = context.getQueryData() as Record<string, unknown>;
  const [mode, token, challenge] = ['hub.mode', 'hub.verify_token', 'hub.challenge'].map((name) => textOf(query[name]));
  if (verifyToken.trim() === '') return refuse(context, 403, 'the credential has no verify token');
  if (mode !== 'subscribe' || token === undefined || challenge === undefined)
    return refuse(context, 400, 'this is not the question that Meta asks');
  if (!isSameSecret(token, verifyToken.trim())) return refuse(context, 403, 'the verify token is wrong');
  context.getResponseObject().status(200).type('text/plain').send(challenge);
  return { noWebhookResponse: true };
}

async function take(context: IWebhookFunctions, { appSecret = '' }: MetaCredentials): Promise<IWebhookResponseData> {
  const { rawBody, headers } = context.getRequestObject();
  if (!Buffer.isBuffer(rawBody)) return refuse(context, 415, 'the delivery has no body, or is a form');
  if (rawBody.length > LARGEST_BODY) return refuse(context, 413, 'the body is larger than 10 MB');
  if (appSecret.trim() === '') return refuse(context, 401, 'the credential has no app secret');
  const reason = refusal(textOf(headers['x-hub-signature-256']), rawBody, appSecret.trim());
  if (reason !== null) return refuse(context, 401, reason);
  const body = parseBody(rawBody);
  if (body === undefined) return refuse(context, 400, 'the body is not JSON');
  const leads = leadsIn(body);
  if (leads === null) return ignored('this is no delivery of a page');
  const { pageId, formIds } = readParameters(context);
  const wanted = leads.filter(
    ({ page_id, form_id }) =>
      (pageId === null || page_id === pageId) && (formIds.length === 0 || formIds.includes(form_id ?? '')),
  );
  if (wanted.length === 0) return ignored('no lead of a form that is listened to');
  return await giveOn(context, wanted);
}

/**
 * Meta is answered at once, and has its leads given on together with those of the next moments. What a crash of n8n takes
 * away meanwhile, the poll finds.
 */
async function giveOn(context: IWebhookFunctions, leads: NamedLead[]): Promise<IWebhookResponseData> {
  if (context.getMode() === 'manual') return itemsOf(leads);
  context.getResponseObject().status(200).json({ status: 'accepted' });
  const gathered = await gathering.add(keyOf(context), leads, WINDOW_MS, sleep);
  const items = gathered === null ? {} : itemsOf(eachOnce(gathered.flat()));
  return { noWebhookResponse: true, ...items };
}

function itemsOf(leads: NamedLead[]): IWebhookResponseData {
  return { workflowData: [leads.map((lead) => ({ json: lead as unknown as IDataObject }))] };
}

/** An answer that starts no execution; to another status Meta would repeat what nobody wants. */
function ignored(reason: string): IWebhookResponseData {
  return { webhookResponse: { status: 'ignored', reason } };
}

function refuse(context: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
  const { id } = context.getWorkflow();
  context.logger.warn(`Meta Lead Ads Trigger refused a request: ${reason}`, {
    workflowId: id,
    nodeName: context.getNode().name,
  });
  context.getResponseObject().status(status).json({ error: reason });
  return { noWebhookResponse: true };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
