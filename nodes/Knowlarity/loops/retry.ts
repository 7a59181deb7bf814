import { settle, type Errors } from '../../runs/intake';
import { callsOf, type Window } from '../calls/read';
import { SOURCE, toLead, type CallLead } from '../calls/to-lead';
import type { IntakePorts, PollReport } from './ports';
import { storeCalls } from './store-calls';

interface Claim {
  claim_token: string;
  hints: Array<{ external_id: string; hint: { time: string } }>;
}

/** Calls that are read and stored again in one poll. */
const BATCH_SIZE = 100;
/** How far before and after its begin a call is looked for, in milliseconds. */
const AROUND = 60_000;

/** Reads and stores again what the database refused before, as far as its pause is over. */
export async function retry(ports: IntakePorts, report: PollReport): Promise<void> {
  const { store, client, account } = ports;
  const { claim_token, hints } = await store.rpc<Claim>('claim_intake', { p_source: SOURCE, p_limit: BATCH_SIZE });
  if (hints.length === 0) return;
  const ids = hints.map(({ external_id }) => external_id);
  const found = new Map<string, CallLead>();
  for (const window of windowsAround(hints.map(({ hint }) => Date.parse(hint.time)))) {
    for await (const page of callsOf(client, window, { timeZone: account.timeZone })) {
      for (const call of page.map((raw) => toLead(raw, account))) {
        if (call !== null && ids.includes(call.id)) found.set(call.id, call);
      }
    }
  }
  const errors: Errors = new Map(
    ids.filter((id) => !found.has(id)).map((id) => [id, 'missing: the log lists it no more']),
  );
  await storeCalls(ports, [...found.values()], { errors, report });
  await settle(ports, { source: SOURCE, claimToken: claim_token, ids }, { errors, report });
}

/** The times with what is around them; those that meet are one. */
function windowsAround(times: readonly number[]): Window[] {
  const windows: Window[] = [];
  for (const time of [...times].sort((one, other) => one - other)) {
    const last = windows.at(-1);
    if (last !== undefined && time - AROUND <= last.until) last.until = time + AROUND;
    else windows.push({ since: time - AROUND, until: time + AROUND });
  }
  return windows;
}
