import type { INode } from 'n8n-workflow';
import { describeApiFailure, explainApiFailure, type Explanations } from '../../errors/api-failure';
import { explain, type Explained } from '../../errors/explain';
import { D1Error, type D1Failure, type D1FailureKind } from './failures';

/** What happened, before what Cloudflare or the network said of it; and what to do next. */
const EXPLANATIONS: Explanations<D1FailureKind> = {
  auth: {
    message: 'Cloudflare does not let this token at this database',
    next: 'Look whether the ID of the account is right, and create a token in Cloudflare under My Profile → API Tokens with the permission D1 Edit for it; for a Worker, enter its ADMIN_TOKEN.',
  },
  not_found: {
    message: 'There is no such database',
    next: 'Copy the IDs of the account and the database from the dashboard of Cloudflare; for a Worker, set its variable D1_API to "on".',
  },
  wrong_url: {
    message: 'No D1 answers at the base URL of the credential',
    next: 'Leave it as https://api.cloudflare.com/client/v4, or enter the address of your Worker.',
  },
  firewall: {
    message: 'A firewall in front of D1 keeps this n8n out',
    next: 'Let the address of this n8n through without a challenge.',
  },
  throttled: {
    message: 'Cloudflare throttled calls for longer than this node waits',
    next: 'Run again later: a token may make 1,200 calls in 5 minutes, all its users together.',
  },
  quota: {
    message: "The day's rows of the free plan are used up",
    next: 'Run again tomorrow (UTC), or move the account to the Workers Paid plan.',
  },
  full: {
    message: 'The database is as large as it may become',
    next: 'Delete rows, send fewer tables or columns there, or move to a plan with larger databases.',
  },
  missing_table: {
    message: 'D1 lacks a table',
    next: 'Apply the migrations of the Worker (npx wrangler d1 migrations apply), or correct the name.',
  },
  refused: { message: 'D1 refused a row', next: 'Correct the value that it names; nothing of this call was stored.' },
  statement: { message: 'D1 refused the query', next: 'Correct the query; nothing of this call was stored.' },
  limit: { message: 'D1 takes less than this', next: 'Split it; nothing of this call was stored.' },
  overloaded: { message: 'D1 has too much to do', next: 'Run again; if it happens often, make fewer calls at once.' },
  server: { message: 'D1 could not carry the call out', next: 'Run again; see www.cloudflarestatus.com if it lasts.' },
  network: {
    message: 'D1 cannot be reached',
    next: 'Check the base URL in the credential and the network of this n8n.',
  },
  timeout: {
    message: 'D1 took too long',
    next: 'What the call writes may have landed: look before you repeat it, with less in one call.',
  },
  cut_off: {
    message: 'The answer of D1 was cut off',
    next: 'What the call writes may have landed: look before you repeat it.',
  },
  cancelled: { message: 'The execution was cancelled', next: 'Run again.' },
};

/** What happened, with D1's own words, and what to do, in a few short sentences. */
export const describeFailure = (failure: D1Failure): string => describeApiFailure(EXPLANATIONS, failure);

/** What the parts of the D1 node throw, as n8n shows it. */
export function explainD1(node: INode, error: unknown, itemIndex?: number): Explained {
  if (!(error instanceof D1Error)) return explain(node, error, itemIndex);
  return explainApiFailure({ node, api: 'D1', itemIndex }, EXPLANATIONS, error.failure);
}
