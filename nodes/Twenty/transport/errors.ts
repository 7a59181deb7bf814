import { NodeApiError, type IHookFunctions, type ILoadOptionsFunctions, type INode } from 'n8n-workflow';
import { explain, type Explained } from '../../errors/explain';
import { sentences } from '../../errors/sentences';
import { describeFailure } from './failure-texts';
import { TwentyError, type TwentyFailure } from './failures';

const UNKNOWN_OUTCOME = 'The write may have landed: read the record before you repeat it.';

/**
 * n8n's error of a failed call. `itemIndex` names the input item it belongs to.
 * Unlike a push of leads, which reads before it writes, a plain write is not safe to repeat when its outcome is unknown.
 */
export function toNodeApiError(node: INode, failure: TwentyFailure, itemIndex?: number): NodeApiError {
  const { category, outcome, detail, networkError, httpStatus } = failure;
  const error = new NodeApiError(
    node,
    { message: detail, category, outcome },
    {
      description: httpStatus === null ? networkError : `Twenty answered with HTTP status ${httpStatus}.`,
      httpCode: httpStatus === null ? undefined : String(httpStatus),
      ...(itemIndex === undefined ? {} : { itemIndex }),
    },
  );
  // Set afterwards: the constructor replaces a message that holds a code such as ECONNREFUSED with a general one.
  error.message = sentences(describeFailure(failure), outcome === 'unknown' ? UNKNOWN_OUTCOME : null);
  return error;
}

/** What Twenty's parts throw, as n8n shows it: the one place that does. */
export function explainTwenty(node: INode, error: unknown, itemIndex?: number): Explained {
  if (!(error instanceof TwentyError)) return explain(node, error, itemIndex);
  return { error: toNodeApiError(node, error.failure, itemIndex), details: { ...error.failure } };
}

/** Runs what a panel or an activation asks for; what fails is shown with its message and next step. */
export async function asNodeError<T>(
  context: ILoadOptionsFunctions | IHookFunctions,
  work: () => Promise<T>,
): Promise<T> {
  return await work().catch((error: unknown) => Promise.reject(explainTwenty(context.getNode(), error).error));
}
