import type { Ports } from '../../../nodes/LeadSync/loops/ports';
import { pull } from '../../../nodes/LeadSync/loops/pull';
import { push } from '../../../nodes/LeadSync/loops/push';
import type { NotStarted, SyncReport } from '../../../nodes/LeadSync/loops/run';
import { twentyPort } from '../../../nodes/LeadSync/n8n-ports';
import { QUIET } from '../../quiet-control';
import type { CallFunction } from './lead-functions';
import type { LimitedTwenty } from './limited-twenty';

function portsOf({ client, clock }: LimitedTwenty, call: CallFunction): Ports {
  return {
    twenty: (settings) => twentyPort(client, settings),
    store: { rpc: call },
    control: { ...QUIET, now: () => clock.now(), sleep: (milliseconds) => clock.sleep(milliseconds) },
  };
}

function figuresOf(report: SyncReport | NotStarted): Record<string, number> {
  if (!report.started) throw new Error(`The run did not start: ${report.reason}`);
  return report.figures;
}

/** The pull of the Lead Sync node, without n8n. Returns the number of leads created. */
export async function pullAll(limited: LimitedTwenty, call: CallFunction, pageSize: number): Promise<number> {
  const order = { mode: 'delta', trigger: 'manual', policy: null, pageSize } as const;
  return figuresOf(await pull(portsOf(limited, call), order)).created;
}

/** The push of the Lead Sync node, without n8n. Returns the number of people created. */
export async function pushAll(limited: LimitedTwenty, call: CallFunction, batchSize: number): Promise<number> {
  const order = { trigger: 'manual', policy: null, batchSize, strict: false } as const;
  return figuresOf(await push(portsOf(limited, call), order)).pushed_created;
}
