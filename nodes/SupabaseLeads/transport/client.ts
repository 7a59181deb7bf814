import { createClient } from '@supabase/supabase-js';
import { NodeApiError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { isObject } from '../../lead';
import { FAILURES, failureOfBody, type Failure } from './failures';
import { CallError, CREDENTIAL, n8nFetch } from './n8n-fetch';
import { projectUrl } from './project-url';

/** supabase-js wants a key at hand; the credential sets the real one on each request. */
const KEY_SET_BY_CREDENTIAL = 'set-by-the-credential';

/** Arguments by name; what is `null` is left to the function's default. */
export type FunctionArguments = Record<string, unknown>;

/** What the panel shows. What a function itself refuses, it explains best in its own words. */
function wordsFor(name: string, { kind, detail, hint }: Failure): { message: string; description: string } {
  const { message, nextStep } = FAILURES[kind];
  if (kind === 'refused') return { message: detail, description: hint ?? nextStep };
  const said = [`${name}: ${detail}`, hint].filter(Boolean).join('. ');
  return { message, description: `${nextStep} (${said})` };
}

/** The one place where a failed call becomes an error of n8n. */
function nodeApiError(context: IExecuteFunctions, itemIndex: number, name: string, failure: Failure): NodeApiError {
  const { kind, code, httpStatus } = failure;
  return new NodeApiError(
    context.getNode(),
    { kind, ...(code ? { code } : {}) },
    {
      ...wordsFor(name, failure),
      itemIndex,
      ...(httpStatus === undefined ? {} : { httpCode: String(httpStatus) }),
    },
  );
}

/** Calls of database functions for one run of a node; make it once and use it for all items. */
export interface LeadDatabase {
  /**
   * Calls a function that returns one JSON object.
   * @param itemIndex the item an error is about
   * @throws NodeApiError that says what happened and what to do
   */
  call(name: string, args: FunctionArguments, itemIndex: number): Promise<IDataObject>;
}

/**
 * Connects to the project of the node's credential, hosted or self-hosted.
 * @throws NodeApiError when its host is no address
 */
export async function connect(context: IExecuteFunctions): Promise<LeadDatabase> {
  const { host } = await context.getCredentials<{ host: string }>(CREDENTIAL);
  const url = projectUrl(String(host));
  if (url === null) throw nodeApiError(context, 0, 'connect', { kind: 'bad_host', detail: String(host) });

  const supabase = createClient(url, KEY_SET_BY_CREDENTIAL, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: n8nFetch(context) },
  });

  const answerOf = async (
    name: string,
    args: FunctionArguments,
  ): Promise<{ data: IDataObject } | { failure: Failure }> => {
    const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
    try {
      const { data } = await supabase.rpc(name, given).throwOnError();
      if (isObject(data)) return { data };
      return { failure: { kind: 'not_postgrest', detail: `an object was expected, got ${JSON.stringify(data)}` } };
    } catch (error) {
      return {
        failure: error instanceof CallError ? error.failure : failureOfBody(200, String((error as Error).message)),
      };
    }
  };

  return {
    async call(name, args, itemIndex) {
      const answer = await answerOf(name, args);
      if ('failure' in answer) throw nodeApiError(context, itemIndex, name, answer.failure);
      return answer.data;
    },
  };
}
