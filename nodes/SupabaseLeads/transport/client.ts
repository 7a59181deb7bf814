import { NodeApiError, type IDataObject } from 'n8n-workflow';
import { sentences } from '../../errors/sentences';
import { isObject } from '../../lead';
import { describeFailure, FAILURES, type Failure } from './failure-texts';
import { failureOfBody, maskedFailure } from './failures';
import { projectUrl } from './project-url';
import { callFunction, CREDENTIAL, type DatabaseContext } from './rpc';

/** Arguments by name; what is `null` is left to the function's default. */
export type FunctionArguments = Record<string, unknown>;

/** The one place where a failed call becomes an error of n8n; `description` is what the other side said. */
function nodeApiError(context: DatabaseContext, itemIndex: number, name: string, failure: Failure): NodeApiError {
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

type Answer = { data: IDataObject } | { failure: Failure };

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Calls of database functions for one run of a node; make it once and use it for all items. */
export interface LeadDatabase {
  /** The project's address. */
  readonly url: string;
  /**
   * Calls a function that returns one JSON object.
   * @param itemIndex the item an error is about
   * @param timeoutMs what to wait for; as long as Supabase works on a call unless given
   * @throws NodeApiError that says what happened and what to do
   */
  call(name: string, args: FunctionArguments, itemIndex: number, timeoutMs?: number): Promise<IDataObject>;
}

/**
 * Connects to the project of the node's credential, hosted or self-hosted.
 * @param actor who acts, for the audit log; the workflow unless somebody else is given
 * @throws NodeApiError when its host is no address
 */
export async function connect(context: DatabaseContext, actor?: string): Promise<LeadDatabase> {
  const { host, serviceKey } = await context.getCredentials<{ host: string; serviceKey: string }>(CREDENTIAL);
  const url = projectUrl(String(host));
  if (url === null) throw nodeApiError(context, 0, 'connect', { kind: 'bad_host', detail: 'no call was made' });

  const project = {
    url,
    serviceKey: String(serviceKey),
    actor: actor ?? `n8n: ${context.getWorkflow().name ?? 'a workflow'}`,
  };
  const answerOf = async (name: string, args: FunctionArguments, timeoutMs?: number): Promise<Answer> => {
    const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
    const answer = await callFunction(context, project, name, given as IDataObject, timeoutMs);
    if ('failure' in answer) return answer;
    const data = jsonIn(answer.text);
    if (data === undefined) return { failure: maskedFailure(failureOfBody(200, answer.text)) };
    if (isObject(data)) return { data };
    return { failure: { kind: 'not_postgrest', detail: `an object was expected, got ${JSON.stringify(data)}` } };
  };

  return {
    url,
    async call(name, args, itemIndex, timeoutMs) {
      const answer = await answerOf(name, args, timeoutMs);
      if ('failure' in answer) throw nodeApiError(context, itemIndex, name, answer.failure);
      return answer.data;
    },
  };
}
