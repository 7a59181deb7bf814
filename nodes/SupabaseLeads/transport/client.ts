import { createClient, type WebSocketLikeConstructor } from '@supabase/supabase-js';
import { NodeApiError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { sentences } from '../../errors/sentences';
import { isObject } from '../../lead';
import { describeFailure, FAILURES, type Failure } from './failure-texts';
import { failureOfBody } from './failures';
import { CallError, CREDENTIAL, n8nFetch } from './n8n-fetch';
import { projectUrl } from './project-url';

/** supabase-js wants a key at hand; the credential sets the real one on each request. */
const KEY_SET_BY_CREDENTIAL = 'set-by-the-credential';

/** Nothing is read in real time here; but supabase-js refuses to start where Node has no WebSocket (20, on which n8n 1 runs) and none is given. */
const NO_SOCKET = class {} as unknown as WebSocketLikeConstructor;

/** Arguments by name; what is `null` is left to the function's default. */
export type FunctionArguments = Record<string, unknown>;

/** The one place where a failed call becomes an error of n8n; `description` is what the other side said. */
function nodeApiError(context: IExecuteFunctions, itemIndex: number, name: string, failure: Failure): NodeApiError {
  const { kind, code, httpStatus, detail, hint } = failure;
  const error = new NodeApiError(
    context.getNode(),
    { kind, ...(code ? { code } : {}) },
    {
      message: FAILURES[kind].message,
      description: sentences(FAILURES[kind].more, `${name}: ${detail}`, hint),
      itemIndex,
      ...(httpStatus === undefined ? {} : { httpCode: String(httpStatus) }),
    },
  );
  // Set afterwards: the constructor replaces a message that holds a code such as ECONNREFUSED with a general one.
  error.message = describeFailure(failure);
  return error;
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
  const { host, serviceKey } = await context.getCredentials<{ host: string; serviceKey: string }>(CREDENTIAL);
  const url = projectUrl(String(host));
  if (url === null) throw nodeApiError(context, 0, 'connect', { kind: 'bad_host', detail: 'no call was made' });

  const supabase = createClient(url, KEY_SET_BY_CREDENTIAL, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    realtime: { transport: NO_SOCKET },
    global: { fetch: n8nFetch(context, String(serviceKey)) },
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
