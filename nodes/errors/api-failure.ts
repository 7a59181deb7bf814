import { NodeApiError, type INode } from 'n8n-workflow';
import type { Explained } from './explain';
import { sentences } from './sentences';

/** What an API or the network said of a failed call, as the middle of a sentence. */
interface ApiFailure<Kind extends string> {
  kind: Kind;
  detail: string;
  httpStatus: number | null;
  networkError?: string;
}

/** By kind of failure: what happened, before the API's own words, and what to do next. */
export type Explanations<Kind extends string> = Record<Kind, { message: string; next: string }>;

/** What happened, with the API's own words, and what to do, in a few short sentences. */
export function describeApiFailure<Kind extends string>(
  explanations: Explanations<Kind>,
  { kind, detail }: ApiFailure<Kind>,
): string {
  const { message, next } = explanations[kind];
  return sentences(`${message}: ${detail}`, next);
}

/**
 * A failed call as n8n shows it.
 * @param api its name
 */
export function explainApiFailure<Kind extends string>(
  { node, api, itemIndex }: { node: INode; api: string; itemIndex?: number },
  explanations: Explanations<Kind>,
  failure: ApiFailure<Kind>,
): Explained {
  const { kind, detail, httpStatus, networkError } = failure;
  const error = new NodeApiError(
    node,
    { message: detail, kind },
    {
      description: httpStatus === null ? networkError : `${api} answered with HTTP status ${httpStatus}.`,
      httpCode: httpStatus === null ? undefined : String(httpStatus),
      ...(itemIndex === undefined ? {} : { itemIndex }),
    },
  );
  // Set afterwards: the constructor replaces a message that holds a code such as ECONNREFUSED with a general one.
  error.message = describeApiFailure(explanations, failure);
  return { error, details: { kind, detail, httpStatus } };
}
