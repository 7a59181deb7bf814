import { sleep, type IDataObject, type IWebhookFunctions, type IWebhookResponseData } from 'n8n-workflow';
import { Gathering } from '../../http/gathering';
import { readEvent, type TriggerEvent } from './event';
import { isAmong } from './operations';
import { readParameters, type TriggerParameters } from './parameters';
import type { Registration } from './registration';
import { SeenDeliveries } from './seen-deliveries';
import { refusal } from './signature';
import { isTestEvent } from './test-event';

/** Twenty itself takes no request beyond 10 MB, and a record is far smaller. Bytes. */
const LARGEST_BODY = 5_000_000;

const LOST_SECRET =
  'n8n does not hold the secret of this webhook. If this happens more than once, deactivate the workflow and activate it again';

const seen = new SeenDeliveries();
/** Twenty gives a delivery up after 5 s. */
const gathering = new Gathering<TriggerEvent>(2_000);

/** One delivery: checked, then given on, alone or with the others of its window. Only Twenty's own get past the check. */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const { rawBody, headers } = context.getRequestObject();
  const { secret } = context.getWorkflowStaticData('node') as Registration;
  const parameters = readParameters(context);
  const now = Date.now();
  if (!Buffer.isBuffer(rawBody)) return refuse(context, 415, 'the delivery has no body, or is a form');
  if (rawBody.length > LARGEST_BODY) return refuse(context, 413, 'the body is larger than 5 MB');
  if (!secret) return refuse(context, 401, LOST_SECRET);
  const timestamp = textOf(headers['x-twenty-webhook-timestamp']);
  const signature = textOf(headers['x-twenty-webhook-signature']);
  const { maxAgeMs } = parameters;
  const reason = refusal({ headers: { timestamp, signature }, rawBody, secret, now, maxAgeMs });
  if (reason !== null) return refuse(context, 401, reason);
  if (!seen.isNew(String(signature), now, Number(timestamp) + maxAgeMs)) return ignored('delivered before');
  const body = parse(rawBody);
  if (body === undefined) return refuse(context, 400, 'the body is not JSON');
  const event = readEvent(body, new Date(now).toISOString());
  if (event === null) return ignored('unknown event');
  const isTest = context.getMode() === 'manual';
  const isWanted = isAmong(parameters.operations, event.object, event.action) || (isTest && isTestEvent(event));
  if (!isWanted) return ignored('not listened to');
  return await giveOn(
    context,
    withRecordOrNot(event, parameters),
    isTest ? { ...parameters, combineEvents: false } : parameters,
  );
}

async function giveOn(
  context: IWebhookFunctions,
  event: TriggerEvent,
  { combineEvents, combineWindowMs }: TriggerParameters,
): Promise<IWebhookResponseData> {
  const key = `${context.getWorkflow().id ?? ''}/${context.getNode().id}`;
  const events = combineEvents ? await gathering.add(key, event, combineWindowMs, sleep) : [event];
  if (events === null) return { webhookResponse: { status: 'accepted' } };
  return { workflowData: [events.map((json) => ({ json }))] };
}

function withRecordOrNot(event: TriggerEvent, { includeRecord }: TriggerParameters): TriggerEvent {
  const { record, ...rest } = event;
  return includeRecord ? { ...rest, record } : rest;
}

/** An answer that starts no execution. */
function ignored(reason: string): IWebhookResponseData {
  return { webhookResponse: { status: 'ignored', reason } };
}

function refuse(context: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
  const { id } = context.getWorkflow();
  context.logger.warn(`Twenty Trigger refused a delivery: ${reason}`, {
    workflowId: id,
    nodeName: context.getNode().name,
  });
  context.getResponseObject().status(status).json({ error: reason });
  return { noWebhookResponse: true };
}

function parse(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8')) as IDataObject;
  } catch {
    return undefined;
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
