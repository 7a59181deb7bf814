import type { IHookFunctions } from 'n8n-workflow';
import { InputError } from '../../errors/input-error';
import type { MetaCredentials } from '../transport/address';
import { asNodeError } from '../transport/errors';
import { connect, CREDENTIAL } from '../transport/n8n-client';
import { readParameters } from './parameters';
import { isSubscribed, subscribe, unsubscribe, type Wanted } from './subscription';

/** Somebody waits for the answer when a workflow is activated: less patience than in an execution. Milliseconds. */
const PATIENCE = { timeoutMs: 15_000, maxWaitMs: 15_000 };

/** Called on activation, and again at every start of n8n. */
export async function isInPlace(context: IHookFunctions): Promise<boolean> {
  if (!readParameters(context).subscribe) return true;
  return await asNodeError(context, async () =>
    isSubscribed(await connect(context, PATIENCE), await wantedOf(context)),
  );
}

export async function put(context: IHookFunctions): Promise<boolean> {
  return await asNodeError(context, async () => {
    await subscribe(await connect(context, PATIENCE), await wantedOf(context));
    return true;
  });
}

/** Where Meta does not let it, the workflow is deactivated all the same. */
export async function remove(context: IHookFunctions): Promise<boolean> {
  if (!readParameters(context).subscribe) return true;
  try {
    await unsubscribe(await connect(context, PATIENCE), await wantedOf(context));
    return true;
  } catch (error) {
    context.logger.warn(
      `Meta Lead Ads Trigger could not end its subscription. Remove it in the dashboard of the app under Webhooks → Page. ${(error as Error).message}`,
    );
    return false;
  }
}

async function wantedOf(context: IHookFunctions): Promise<Wanted> {
  const {
    appId = '',
    appSecret = '',
    verifyToken = '',
  } = await context.getCredentials<MetaCredentials & Record<string, unknown>>(CREDENTIAL);
  const callbackUrl = context.getNodeWebhookUrl('default');
  if (callbackUrl === undefined) {
    throw new InputError('n8n gives this node no webhook address', 'Save the workflow and try again.');
  }
  if (![appId, appSecret, verifyToken].every((part) => part.trim() !== '')) {
    throw new InputError(
      'The Meta Lead Ads credential lacks the app ID, the app secret or the verify token',
      'Copy the first two from the dashboard of your app, and think up the third.',
    );
  }
  const { pageId } = readParameters(context);
  return { appId: appId.trim(), pageId, callbackUrl, verifyToken: verifyToken.trim() };
}
