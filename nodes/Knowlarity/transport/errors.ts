import type { INode } from 'n8n-workflow';
import { describeApiFailure, explainApiFailure, type Explanations } from '../../errors/api-failure';
import { explain, type Explained } from '../../errors/explain';
import { KnowlarityError, type KnowlarityFailure, type KnowlarityFailureKind } from './failures';

/** What happened, before what Knowlarity or the network said of it; and what to do next. */
const EXPLANATIONS: Explanations<KnowlarityFailureKind> = {
  key: {
    message: 'Knowlarity does not take the x-api-key',
    next: 'Copy it anew into the credential; no call is lost meanwhile.',
  },
  authorization: {
    message: 'Knowlarity does not take the authorization',
    next: 'Copy it anew into the credential, without a word such as Bearer before it; no call is lost meanwhile.',
  },
  throttled: { message: 'Knowlarity throttled calls for longer than this node waits', next: 'Run again later.' },
  invalid: { message: 'Knowlarity refused the question', next: 'Correct what it names.' },
  wrong_url: {
    message: 'No call log answers at the base URL of the credential',
    next: 'Leave it as https://kpi.knowlarity.com.',
  },
  firewall: {
    message: 'A firewall in front of Knowlarity keeps this n8n out',
    next: 'Let the address of this n8n through without a challenge.',
  },
  server: { message: 'Knowlarity could not answer', next: 'Run again.' },
  network: {
    message: 'Knowlarity cannot be reached',
    next: 'Check the base URL in the credential and the network of this n8n.',
  },
  timeout: { message: 'Knowlarity took too long', next: 'Run again.' },
  cut_off: { message: 'The answer of Knowlarity was cut off', next: 'Run again.' },
  cancelled: { message: 'The execution was cancelled', next: 'Run again.' },
};

/** What happened, with Knowlarity's own words, and what to do, in a few short sentences. */
export const describeFailure = (failure: KnowlarityFailure): string => describeApiFailure(EXPLANATIONS, failure);

/** What the parts of the Knowlarity nodes throw, as n8n shows it. */
export function explainKnowlarity(node: INode, error: unknown, itemIndex?: number): Explained {
  if (!(error instanceof KnowlarityError)) return explain(node, error, itemIndex);
  return explainApiFailure({ node, api: 'Knowlarity', itemIndex }, EXPLANATIONS, error.failure);
}
