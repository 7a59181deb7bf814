import { FormNames, readLeads } from '../leads/read';
import { toLead } from '../leads/to-lead';
import type { MetaLead } from '../leads/types';
import { MetaError, type MetaFailure } from '../transport/failures';
import { maskText } from '../../masking/mask';
import { tried } from '../../runs/tried';
import { SOURCE, type DrainOrder, type DrainReport, type IntakePorts } from './ports';
import { addTrouble, raiseFailure } from './troubles';

interface Claim {
  claim_token: string;
  hints: Array<{ external_id: string }>;
  remaining: number;
}

/** What became of a hint; null: its lead is stored. */
type Errors = Map<string, string | null>;

const LONGEST_ERROR = 500;

/** Of somebody who asked to be forgotten: nothing of them is stored, and nothing more is to be tried. */
const FORGOTTEN = /^forgotten\b/;

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
  const settle = async (): Promise<void> => {
    // Why a value was refused may quote it: the inbox holds nothing of a person.
    for (const [id, error] of errors) if (error !== null) errors.set(id, maskText(error, LONGEST_ERROR));
    const results = ids.map((external_id) => ({ external_id, error: errors.get(external_id) ?? null }));
    await tried(ports.control, async () => {
      await ports.store.rpc('settle_intake', { p_source: SOURCE, p_claim_token: claim_token, p_results: results });
    });
    for (const [id, error] of errors) if (error !== null) addTrouble(report, error, id);
  };
  try {
    const { leads, failure } = await read(ports, ids, errors);
    if (leads.length > 0) await storeLeads(ports, names, order, { leads, errors, report });
    await settle();
    return failure;
  } catch (error) {
    for (const id of ids) if (!errors.has(id)) errors.set(id, (error as Error).message);
    await settle();
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

async function storeLeads(
  { upsert, control }: IntakePorts,
  names: FormNames,
  { ownFields }: DrainOrder,
  { leads, errors, report }: { leads: MetaLead[]; errors: Errors; report: DrainReport },
): Promise<void> {
  const nameOf = await names.of(leads);
  const mapped = leads.map((lead) => toLead(lead, { formName: nameOf(lead.form_id), ownFields }));
  for (const { index, result, reason } of await tried(control, () => upsert(mapped))) {
    if (index === null) continue;
    const { id } = leads[index];
    if (result === 'rejected') {
      errors.set(id, FORGOTTEN.test(reason ?? '') ? null : `rejected: ${reason ?? 'the database gave no reason'}`);
    } else {
      errors.set(id, null);
      if (result === 'created' || result === 'updated') report[result] += 1;
      else report.unchanged += 1;
    }
  }
  for (const { id } of leads) if (!errors.has(id)) errors.set(id, 'the database gave no result');
}
