import type { IDataObject, IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { isSameSecret } from '../../http/hmac';
import { parsePhone } from '../../lead/phone';
import { readCall } from '../calls/fields';
import type { Call } from '../calls/types';
import type { KnowlarityCredentials } from '../transport/address';
import { accountOf, CREDENTIAL } from '../transport/n8n-client';
import { readParameters } from './parameters';
import { callsIn, LARGEST_PUSH } from './push';

/** The parameter of the address that brings the secret where no header can be set. */
const SECRET_PARAMETER = 'secret';

/** One push: what it says is not believed, only that there is something to read in the log. */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const credentials = await context.getCredentials<KnowlarityCredentials & Record<string, unknown>>(CREDENTIAL);
  const secret = (credentials.pushSecret ?? '').trim();
  const { numbers, header } = readParameters(context);
  const { [SECRET_PARAMETER]: inAddress, ...query } = context.getQueryData() as Record<string, unknown>;
  const body: unknown = context.getBodyData();
  if (secret === '') return refuse(context, 401, 'the credential has no push secret');
  const given = [context.getHeaderData()[header.toLowerCase()], inAddress].filter((one) => typeof one === 'string');
  if (!given.some((one) => isSameSecret(one, secret))) return refuse(context, 401, 'the secret is missing or wrong');
  if (sizeOf(context, body) > LARGEST_PUSH) return refuse(context, 413, 'the push is larger than 100 kB');
  const raw = callsIn(query, body);
  if (raw === null) return refuse(context, 400, 'the push is no form and no JSON');
  const account = accountOf(credentials);
  const calls = raw
    .map((call) => readCall(call, account))
    .filter(({ uuid, customer, time }) => [uuid, customer, time].some((known) => known !== null));
  if (calls.length === 0) return ignored('no call is named');
  const allowed = numbers.map((number) => parsePhone(number, account.country)?.e164 ?? number);
  const wanted = calls.filter(
    ({ knowlarityNumber }) => allowed.length === 0 || allowed.includes(knowlarityNumber ?? ''),
  );
  if (wanted.length === 0) return ignored('no call of a number that is listened to');
  return { workflowData: [wanted.map((call) => ({ json: toItem(call) }))] };
}

/**
 * Called on activation: a trigger that takes no push tells so before Knowlarity is told its address.
 * @throws NodeOperationError when the credential has no push secret
 */
export async function requireSecret(context: IHookFunctions): Promise<void> {
  const { pushSecret = '' } = await context.getCredentials<KnowlarityCredentials & Record<string, unknown>>(CREDENTIAL);
  if (pushSecret.trim() !== '') return;
  throw operationError(
    context.getNode(),
    'The Knowlarity credential has no push secret, so no push would be taken',
    'Think one up, put it into the credential and the Hook API of Knowlarity; or disable this trigger: the poll alone loses nothing.',
  );
}

function sizeOf(context: IWebhookFunctions, body: unknown): number {
  const { rawBody, url } = context.getRequestObject();
  const bytes = Buffer.isBuffer(rawBody) ? rawBody.length : Buffer.byteLength(JSON.stringify(body ?? ''));
  return bytes + url.length;
}

function toItem({ uuid, customer, agent, knowlarityNumber, time, seconds, kind, outcome }: Call): IDataObject {
  return {
    uuid,
    customer_number: customer,
    agent,
    knowlarity_number: knowlarityNumber,
    time,
    duration_seconds: seconds,
    business_call_type: kind,
    outcome,
  };
}

/** An answer that starts no execution; to another status Knowlarity would repeat what nobody wants. */
function ignored(reason: string): IWebhookResponseData {
  return { webhookResponse: { status: 'ignored', reason } };
}

function refuse(context: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
  context.logger.warn(`Knowlarity Trigger refused a push: ${reason}`, {
    workflowId: context.getWorkflow().id,
    nodeName: context.getNode().name,
  });
  context.getResponseObject().status(status).json({ error: reason });
  return { noWebhookResponse: true };
}
