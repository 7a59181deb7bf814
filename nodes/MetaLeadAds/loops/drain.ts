import { FormNames, readLeads } from '../leads/read';
import { toLead, type LeadOfMeta } from '../leads/to-lead';
import type { MetaLead } from '../leads/types';
import { MetaError, type MetaFailure } from '../transport/failures';
import { settle, storeLeads, type Errors } from '../../runs/intake';
import { OneAtATime, type Meanwhile } from '../../runs/one-at-a-time';
import { SOURCE, type DrainOrder, type DrainReport, type IntakePorts } from './ports';
import { raiseFailure } from './troubles';

interface Claim {
  claim_token: string;
  hints: Array<{ external_id: string }>;
  remaining: number;
}

/**
 * After few leads the inbox is looked at again at once, after many a little later, so that they gather and cost few calls:
 * where 20 a second come, or more, every call is full.
 */
const LONGEST_PAUSE_MS = 5_000;
const PAUSE_A_LEAD_MS = 50;

const drains = new OneAtATime();

/**
 * Reads and stores what is noted in the inbox, batch by batch, until nothing is due or the time is over. A lead that
 * fails comes again after a pause and leaves the others alone. Where a drain is at work in this process already, that one
 * looks again before it ends, and this one does nothing.
 * @throws MetaError once all else is done, when Meta no longer takes the token or does not let it read a lead
 */
export async function drain(ports: IntakePorts, order: DrainOrder): Promise<DrainReport> {
  const report: DrainReport = {
    claimed: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    troubles: [],
    more_due: false,
    joined: false,
  };
  const done = await drains.run(ports.inbox, (meanwhile) => drainAll(ports, order, report, meanwhile));
  return done ? report : { ...report, joined: true };
}

async function drainAll(
  ports: IntakePorts,
  order: DrainOrder,
  report: DrainReport,
  meanwhile: Meanwhile,
): Promise<void> {
  const { control, store } = ports;
  const names = new FormNames(ports.graph);
  const started = control.now();
  let failure: MetaFailure | null = null;
  let sincePause = 0;
  const isOver = (): boolean =>
    control.isCancelled() || (control.maxDuration !== null && control.now() - started >= control.maxDuration);
  do {
    const claim = await store.rpc<Claim>('claim_intake', { p_source: SOURCE, p_limit: order.batchSize });
    report.claimed += claim.hints.length;
    report.more_due = claim.remaining > 0;
    sincePause += claim.hints.length;
    if (claim.hints.length > 0) failure = (await work(ports, names, order, claim, report)) ?? failure;
    if (failure?.kind === 'token') break;
    // What is less than a batch waits for more where more is coming.
    const isFull = claim.remaining >= order.batchSize || (report.more_due && !meanwhile.came());
    if (isFull && claim.hints.length > 0) continue;
    if (!meanwhile.taken()) break;
    report.more_due = true;
    await control.sleep(Math.min(sincePause * PAUSE_A_LEAD_MS, LONGEST_PAUSE_MS));
    sincePause = 0;
  } while (!isOver());
  raiseFailure(failure);
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
