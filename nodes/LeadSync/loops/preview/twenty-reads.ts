import { getChangedPage } from '../../../Twenty/leads/get-changed';
import { getLeadsByIdOrEmail } from '../../../Twenty/leads/get-many';
import { previewPush, type PreviewedCompanies } from '../../../Twenty/leads/preview-push';
import { readScope, type ScopeSettings } from '../../../Twenty/leads/scope';
import type { TwentyClient } from '../../../Twenty/transport/client';
import type { TwentyReads } from './ports';

/** Twenty over its client, as a preview sees it: what would be written is only worked out. */
export function twentyReads(client: TwentyClient, settings: ScopeSettings): TwentyReads {
  const scope = () => readScope(client, settings);
  const companies: PreviewedCompanies = new Map();
  return {
    callsPerMinute: () => client.callsPerMinute,
    getChangedPage: async (window) => await getChangedPage(client, await scope(), window),
    getLeads: async (asked) => await getLeadsByIdOrEmail(client, await scope(), asked),
    previewPush: async (writes, { strict }) => await previewPush(client, await scope(), writes, strict, companies),
  };
}
