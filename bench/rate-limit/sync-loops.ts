import type { Write } from '../../nodes/lead';
import { getChangedPage } from '../../nodes/Twenty/leads/get-changed';
import { getLeadsByIdOrEmail, type AskedLead } from '../../nodes/Twenty/leads/get-many';
import { pushLeads } from '../../nodes/Twenty/leads/push';
import { readScope, type LeadScope } from '../../nodes/Twenty/leads/scope';
import { DEFAULT_BATCH_SIZE } from '../../nodes/Twenty/records/limits';
import type { TwentyClient } from '../../nodes/Twenty/transport/client';
import type { CallFunction } from './lead-functions';

interface Run {
  id: string;
  token: string;
}

interface StartedRun {
  started: boolean;
  reason?: string;
  run: Run;
  object: string;
  fields: unknown;
  settings: { default_country: string };
  window: { from: string | null; until: string | null };
  position: string | null;
  read_started_at: string;
}

interface Merged {
  counts: { created: number };
  writes: Write[];
  lease_seconds: number;
  has_next: boolean;
  position: string | null;
  read_started_at: string;
}

interface Claim {
  claim_token: string;
  claimed: number;
  read_started_at: string;
  leads: AskedLead[];
}

interface Sides {
  twenty: TwentyClient;
  call: CallFunction;
}

async function start({ twenty, call }: Sides, direction: string): Promise<StartedRun & { scope: LeadScope }> {
  const started = await call<StartedRun>('start_sync_run', { p_direction: direction, p_trigger: 'manual' });
  if (!started.started) throw new Error(`The run did not start: ${started.reason}`);
  const { object, fields, settings } = started;
  const scope = await readScope(twenty, { object, fieldMapping: fields, defaultCountry: settings.default_country });
  return { ...started, scope };
}

/** What the pull workflow does, node by node, without n8n. Returns the number of leads created. */
export async function pullAll(sides: Sides, pageSize: number): Promise<number> {
  const { twenty, call } = sides;
  const { run, window, scope, ...started } = await start(sides, 'twenty_to_supabase');
  let { position, read_started_at: readStartedAt } = started;
  let until = window.until;
  let created = 0;
  for (;;) {
    const read = await getChangedPage(twenty, scope, { updatedSince: window.from, until, position, pageSize });
    const merged = await call<Merged>('upsert_leads', {
      p_leads: read.leads,
      p_source: 'twenty',
      p_read_started_at: readStartedAt,
      p_run: { ...run, calls: read.calls },
      p_page: read.page,
      p_missing_fields: read.missing_fields,
    });
    created += merged.counts.created;
    if (!merged.has_next) break;
    ({ position, read_started_at: readStartedAt } = merged);
    until = read.page.until;
  }
  await call('finish_sync_run', { p_run: run });
  return created;
}

/**
 * What the push workflow does, node by node, without n8n. Returns the number of people created. Rejects when claimed
 * leads need no write, which those of the benchmark always do.
 */
export async function pushAll(sides: Sides, claimSize: number): Promise<number> {
  const { twenty, call } = sides;
  const { run, scope } = await start(sides, 'supabase_to_twenty');
  let created = 0;
  for (;;) {
    const claim = await call<Claim>('get_leads_for_sync', { p_limit: claimSize, p_run: run });
    if (claim.claimed === 0) break;
    const found = await getLeadsByIdOrEmail(twenty, scope, claim.leads);
    const plan = await call<Merged>('upsert_leads', {
      p_leads: found.leads,
      p_source: 'twenty',
      p_read_started_at: claim.read_started_at,
      p_run: { ...run, calls: found.calls },
      p_claim_token: claim.claim_token,
      p_missing_fields: found.missing_fields,
    });
    if (plan.writes.length === 0) throw new Error(`Of ${claim.claimed} claimed leads none has anything to write.`);
    const pushed = await pushLeads(twenty, scope, plan.writes, {
      leaseSeconds: plan.lease_seconds,
      runId: run.id,
      batchSize: DEFAULT_BATCH_SIZE,
    });
    const { counts } = await call<{ counts: { created: number } }>('update_sync_status', {
      p_claim_token: claim.claim_token,
      p_results: pushed.results,
      p_run: { ...run, calls: pushed.calls },
    });
    created += counts.created;
  }
  await call('finish_sync_run', { p_run: run });
  return created;
}
