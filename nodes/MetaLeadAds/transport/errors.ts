import type { IHookFunctions, ILoadOptionsFunctions, INode } from 'n8n-workflow';
import { describeApiFailure, explainApiFailure, type Explanations } from '../../errors/api-failure';
import { explain, type Explained } from '../../errors/explain';
import { MetaError, type MetaFailure, type MetaFailureKind } from './failures';

/** What happened, before what Meta or the network said of it; and what to do next. */
const EXPLANATIONS: Explanations<MetaFailureKind> = {
  token: {
    message: 'Meta no longer accepts the access token',
    next: 'Make a new one that does not expire (of a system user, or of the page) and put it into the credential; nothing is lost for 90 days.',
  },
  token_ends: {
    message: 'The access token of Meta ends within days',
    next: 'Make a new one that does not expire (of a system user, or of the page) and put it into the credential. Nothing is lost so far.',
  },
  permission: {
    message: 'Meta does not let this token read here',
    next: 'Give it leads_retrieval, pages_manage_metadata, pages_show_list, pages_read_engagement and ads_management, and its user both the page and access under Leads Access in the settings of the page.',
  },
  throttled: {
    message: 'Meta throttled calls for longer than this node waits',
    next: 'Run again later: the limit counts the calls of a day.',
  },
  missing: {
    message: 'Meta has no such lead, form or page, or does not show it to this token',
    next: 'Check the ID; of a lead that is there, check Leads Access in the settings of the page.',
  },
  invalid: { message: 'Meta refused the call', next: 'Correct what it names.' },
  wrong_url: {
    message: 'No Graph API answers at the base URL of the credential',
    next: 'Leave it as https://graph.facebook.com.',
  },
  firewall: {
    message: 'A firewall in front of the Graph API keeps this n8n out',
    next: 'Let the address of this n8n through without a challenge.',
  },
  server: { message: 'Meta could not carry the call out', next: 'Run again; see metastatus.com if it lasts.' },
  network: {
    message: 'Meta cannot be reached',
    next: 'Check the base URL in the credential and the network of this n8n.',
  },
  timeout: { message: 'Meta took too long', next: 'Run again.' },
  cut_off: { message: 'The answer of Meta was cut off', next: 'Run again.' },
  cancelled: { message: 'The execution was cancelled', next: 'Run again.' },
};

/** What happened, with Meta's own words, and what to do, in a few short sentences. */
export const describeFailure = (failure: MetaFailure): string => describeApiFailure(EXPLANATIONS, failure);

/** What the parts of the Meta nodes throw, as n8n shows it. */
export function explainMeta(node: INode, error: unknown, itemIndex?: number): Explained {
  if (!(error instanceof MetaError)) return explain(node, error, itemIndex);
  const explained = explainApiFailure({ node, api: 'Meta', itemIndex }, EXPLANATIONS, error.failure);
  const { code } = error.failure;
  return code === undefined ? explained : { ...explained, details: { ...explained.details, code } };
}

/** The same where n8n calls the node outside of a run. */
export async function asNodeError<T>(
  context: ILoadOptionsFunctions | IHookFunctions,
  work: () => Promise<T>,
): Promise<T> {
  return await work().catch((error: unknown) => Promise.reject(explainMeta(context.getNode(), error).error));
}
