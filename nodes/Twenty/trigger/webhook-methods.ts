import type { IHookFunctions } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { asNodeError } from '../transport/errors';
import type { TwentyClient } from '../transport/client';
import { forgetObjects, readObjects, type ObjectMetadata } from '../transport/metadata';
import { connect } from '../transport/n8n-client';
import { isNearbyAddress } from '../../http/nearby';
import { ALL } from '../transport/webhooks';
import { readParameters, type TriggerParameters } from './parameters';
import { deregister, isRegistered, register, type Registration, type Wanted } from './registration';
import { startTestEvents, stopTestEvents, TEST_OPERATION } from './test-event';

/** Somebody waits for the answer when a workflow is activated: less patience than in an execution. Milliseconds. */
const PATIENCE = { timeoutMs: 15_000, maxWaitMs: 30_000 };

/** Called on activation, and again at every start of n8n: whether the webhook is in place. */
export async function isWebhookInPlace(context: IHookFunctions): Promise<boolean> {
  return await asNodeError(context, async () => {
    return await isRegistered(
      await connect(context, PATIENCE),
      kept(context),
      wanted(context, readParameters(context)),
    );
  });
}

/** Makes the webhook, or makes it anew where n8n's address, the objects, the events or the secret are no longer those. */
export async function makeWebhook(context: IHookFunctions): Promise<boolean> {
  return await asNodeError(context, async () => {
    const parameters = readParameters(context);
    const client = await connect(context, PATIENCE);
    await requireChoices(context, client, parameters);
    const webhook = wanted(context, parameters);
    Object.assign(kept(context), await register(client, kept(context), webhook));
    if (isNearbyAddress(webhook.targetUrl)) context.logger.warn(nearbyWarning(webhook.targetUrl));
    if (isTest(context) && parameters.sendTestEvent) await startTestEvents(context, client);
    return true;
  });
}

/** Removes the webhook. Where Twenty does not let it, the workflow is deactivated all the same. */
export async function removeWebhook(context: IHookFunctions): Promise<boolean> {
  stopTestEvents(context);
  const registration = kept(context);
  try {
    await deregister(await connect(context, PATIENCE), registration, addressOf(context));
  } catch (error) {
    context.logger.warn(
      `Twenty Trigger could not remove its webhook from Twenty. Remove it there under Settings → APIs & Webhooks, or activate and deactivate the workflow again. ${(error as Error).message}`,
    );
    return false;
  }
  delete registration.webhookId;
  delete registration.secret;
  return true;
}

function kept(context: IHookFunctions): Registration {
  return context.getWorkflowStaticData('node') as Registration;
}

function isTest(context: IHookFunctions): boolean {
  return context.getMode() === 'manual';
}

function addressOf(context: IHookFunctions): string {
  const url = context.getNodeWebhookUrl('default');
  if (url !== undefined) return url;
  throw operationError(context.getNode(), 'n8n gives this node no webhook address', 'Save the workflow and try again.');
}

function wanted(context: IHookFunctions, { operations, sendTestEvent }: TriggerParameters): Wanted {
  const { id, name } = context.getWorkflow();
  const node = context.getNode();
  const place = `${context.getInstanceId().slice(0, 12)}/${id ?? ''}/${node.id}`;
  return {
    targetUrl: addressOf(context),
    operations: isTest(context) && sendTestEvent ? [...operations, TEST_OPERATION] : operations,
    label: `n8n: ${name ?? ''}, ${node.name}`,
    mark: `${isTest(context) ? 'test ' : ''}${place}`,
  };
}

async function requireChoices(
  context: IHookFunctions,
  client: TwentyClient,
  { objects, operations }: TriggerParameters,
): Promise<void> {
  if (objects.length === 0) {
    throw operationError(context.getNode(), 'No object is chosen', 'Choose the objects to listen to, e.g. Person.');
  }
  if (operations.length === 0) {
    throw operationError(context.getNode(), 'No event is chosen', 'Choose what must happen to a record, or All.');
  }
  if (objects.includes(ALL)) return;
  const missingIn = (known: ObjectMetadata[]): string[] =>
    objects.filter((name) => !known.some(({ nameSingular }) => nameSingular === name));
  if (missingIn(await readObjects(client)).length === 0) return;
  // It may have been made within the minute for which the list is kept.
  forgetObjects(client);
  const known = await readObjects(client);
  const missing = missingIn(known);
  if (missing.length === 0) return;
  const offered = known.filter(({ isSystem }) => !isSystem).map(({ nameSingular }) => nameSingular);
  throw operationError(
    context.getNode(),
    `Twenty has no object "${missing.join('", "')}"`,
    `Choose from: ${offered.join(', ')}.`,
  );
}

function nearbyWarning(targetUrl: string): string {
  return `Twenty Trigger listens at ${targetUrl}, an address of a private network. Twenty sends nothing to such addresses, and says nothing about it, unless its server and its worker run with OUTBOUND_HTTP_SAFE_MODE_ENABLED=false.`;
}
