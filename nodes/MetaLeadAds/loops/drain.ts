import { FormNames, readLeads } from '../leads/read';
import { toLead, type LeadOfMeta } from '../leads/to-lead';
import type { MetaLead } from '../leads/types';
import { MetaError, type MetaFailure } from '../transport/failures';
import { settle, storeLeads, type Errors } from '../../runs/intake';
import { SOURCE, type DrainOrder, type DrainReport, type IntakePorts } from './ports';
import { raiseFailure } from './troubles';

interface Claim {
  claim_token: string;
  hints: Array<{ external_id: string }>;
  remaining: number;
}

/**
 * Reads and stores what is noted in the inbox, batch by batch, until nothing is due or the time is over. A lead that
 * fails comes again after a pause and leaves the others alone.
 * @throws MetaError once all else is done, when Meta no longer takes the token or does not let it read a lead
 */
export async function drain(ports: IntakePorts, order: DrainOrder): Promise<DrainReport> {
  const { control, store } = ports;
  const report: DrainReport = {
    claimed: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    troubles: [],
    more_due: false,
  };
  const names = new FormNames(ports.graph);
  const started = control.now();
  let failure: MetaFailure | null = null;
  const isOver = (): boolean =>
    control.isCancelled() || (control.maxDuration !== null && control.now() - started >= control.maxDuration);
  do {
    const claim = await store.rpc<Claim>('claim_intake', { p_source: SOURCE, p_limit: order.batchSize });
    report.claimed += claim.hints.length;
    report.more_due = claim.remaining > 0;
    if (claim.hints.length === 0) break;
    failure = (await work(ports, names, order, claim, report)) ?? failure;
    if (failure?.kind === 'token') break;
  } while (report.more_due && !isOver());
  raiseFailure(failure);
  return report;
}

/** Works on one claim and settles it; gives the failure that somebody has to hear of, if there is one. */
async function work(
  ports: IntakePorts,
  names: FormNames,
  order: DrainOrder,
  { claim_token, hints }: Claim,
  report: DrainReport,
): Promise<MetaFailure | null> {
  const ids = hints.map(({ external_id }) => external_id);
  const errors: Errors = new Map();
  const outcome = { errors, report };
  const claim = { source: SOURCE, claimToken: claim_token, ids };
  try {
    const { leads, failure } = await read(ports, ids, errors);
    await storeLeads(ports, await mapped(leads, names, order), outcome);
    await settle(ports, claim, outcome);
    return failure;
  } catch (error) {
    for (const id of ids) if (!errors.has(id)) errors.set(id, (error as Error).message);
    await settle(ports, claim, outcome);
    if (error instanceof MetaError) return error.failure;
    return await Promise.reject(error as Error);
  }
}

/** Those that can be read; of the others the error is noted, and the gravest failure given. */
async function read(
  { graph }: IntakePorts,
  ids: readonly string[],
  errors: Errors,
): Promise<{ leads: MetaLead[]; failure: MetaFailure | null }> {
  const parts = await readLeads(graph, ids);
  const leads: MetaLead[] = [];
  let failure: MetaFailure | null = null;
  parts.forEach((part, index) => {
    if ('value' in part) return void leads.push({ ...part.value, id: ids[index] });
    errors.set(ids[index], `${part.failure.kind}: ${part.failure.detail}`);
    if (part.failure.kind === 'token' || (part.failure.kind === 'permission' && failure?.kind !== 'token'))
      failure = part.failure;
  });
  return { leads, failure };
}

async function mapped(
  leads: MetaLead[],
  names: FormNames,
  { ownFields }: DrainOrder,
): Promise<Array<{ id: string; lead: LeadOfMeta }>> {
  const nameOf = await names.of(leads);
  return leads.map((lead) => ({ id: lead.id, lead: toLead(lead, { formName: nameOf(lead.form_id), ownFields }) }));
}
