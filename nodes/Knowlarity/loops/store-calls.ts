import { storeLeads, type Errors } from '../../runs/intake';
import { tried } from '../../runs/tried';
import { SOURCE, type CallLead } from '../calls/to-lead';
import type { IntakePorts, PollReport } from './ports';

/** Stores new calls, and what became of those that were in progress; `errors` gets what became of each. */
export async function storeCalls(
  ports: IntakePorts,
  calls: readonly CallLead[],
  outcome: { errors: Errors; report: PollReport },
): Promise<void> {
  if (calls.length === 0) return;
  await storeLeads(ports, calls, outcome);
  const touches = calls.map(({ lead }) => lead.touch);
  const { updated } = await tried(ports.control, () =>
    ports.store.rpc<{ updated: number }>('update_touches', { p_source: SOURCE, p_touches: touches }),
  );
  outcome.report.completed += updated;
}
