import type { Execution, N8nClient } from '../../stack/n8n-client';

/** Looking more often would be measured along; the seconds are told by n8n. */
const POLL_MS = 500;

/** Longest that a workflow may run: a minute, and time for each lead far over what any flow needs. */
export function timeoutMs(leads: number, leastLeadsPerSecond: number): number {
  return 60_000 + (leads / leastLeadsPerSecond) * 1_000;
}

function failure({ status, data }: Execution): string {
  const error = data?.resultData.error;
  const node = error?.node?.name ?? data?.resultData.lastNodeExecuted;
  return [node && `"${node}":`, error?.message ?? status, error?.description].filter(Boolean).join(' ');
}

/** Runs a workflow from its Manual Trigger; gives its seconds by n8n's own clock. Rejects with the node that failed. */
export async function timeWorkflow(client: N8nClient, id: string, timeout: number): Promise<number> {
  const execution = await client.runWorkflow(id, { timeoutMs: timeout, pollMs: POLL_MS });
  if (execution.status !== 'success') throw new Error(`The workflow ${id} failed. ${failure(execution)}`);
  const { startedAt, stoppedAt } = execution;
  if (!startedAt || !stoppedAt) throw new Error(`n8n does not say how long the execution ${execution.id} took.`);
  return (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1_000;
}
