import type {
  IDataObject,
  IExecuteFunctions,
  IHttpRequestOptions,
  IN8nHttpFullResponse,
  IPollFunctions,
} from 'n8n-workflow';
import { isRedirect } from '../../http/redirects';
import { withoutSecret } from '../../http/known-secret';
import { actorHeader } from './actor';
import { failureOfAnswer, failureOfNetwork, failureOfRedirect, maskedFailure } from './failures';
import type { Failure } from './failure-texts';

/** A node at work that calls the database. */
export type DatabaseContext = IExecuteFunctions | IPollFunctions;

export const CREDENTIAL = 'leadSyncSupabaseApi';

/** The key of the node's credential, for what is signed with it. */
export async function serviceKeyOf(context: IExecuteFunctions): Promise<string> {
  return (await context.getCredentials<{ serviceKey: string }>(CREDENTIAL)).serviceKey;
}

/** Supabase ends API calls after 60 s; the rest is the way there and back. */
const TIMEOUT_MS = 65_000;

async function sentBy(
  context: DatabaseContext,
  request: IHttpRequestOptions,
): Promise<{ answer: IN8nHttpFullResponse } | { failure: Failure }> {
  try {
    const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, request);
    return { answer: answer as IN8nHttpFullResponse };
  } catch (error) {
    return { failure: failureOfNetwork(error) };
  }
}

/**
 * Calls a function of the schema public over PostgREST (https://docs.postgrest.org/en/v12/references/api/functions.html) and n8n's HTTP
 * helper, so that its proxies, outbound policy and credentials hold. Redirects are not followed, and no answer brings the key back.
 * @param url of the project
 * @param serviceKey as in the credential
 * @param actor who calls, for the audit log
 * @param timeout milliseconds
 * @returns the text of a success, or why there was none
 */
export async function callFunction(
  context: DatabaseContext,
  { url, serviceKey, actor }: { url: string; serviceKey: string; actor: string },
  name: string,
  args: IDataObject,
  timeout = TIMEOUT_MS,
): Promise<{ text: string } | { failure: Failure }> {
  const sent = await sentBy(context, {
    url: `${url}/rest/v1/rpc/${name}`,
    method: 'POST',
    // a project may expose other schemas before this one
    headers: {
      'content-type': 'application/json',
      'content-profile': 'public',
      'x-lead-sync-actor': actorHeader(actor),
    },
    body: JSON.stringify(args),
    encoding: 'text',
    disableFollowRedirect: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    timeout,
  });
  if ('failure' in sent) return { failure: maskedFailure(sent.failure) };
  const { body, headers, statusCode } = sent.answer;
  // PostgREST answers with 300 where it cannot tell functions apart, and sends nobody on
  if (isRedirect(statusCode) && headers.location)
    return { failure: maskedFailure(failureOfRedirect(statusCode, headers.location)) };
  const text = withoutSecret(serviceKey.trim())(typeof body === 'string' ? body : JSON.stringify(body));
  return statusCode >= 300 ? { failure: maskedFailure(failureOfAnswer(statusCode, text)) } : { text };
}
