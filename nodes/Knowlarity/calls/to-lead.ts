import type { IncomingLead } from '../../runs/intake';
import { readCall } from './fields';
import type { Account, Call, RawCall } from './types';

export const SOURCE = 'knowlarity';

/** A call that can be a touch: it has an id, and a number that can be called. */
export interface CallLead {
  id: string;
  call: Call;
  lead: IncomingLead;
}

/**
 * A call as a lead of ours: its phone in E.164, for a call tells neither name nor e-mail, and the call as its touch.
 * @returns null for a call without an id or with a withheld number
 */
export function toLead(raw: RawCall, account: Account): CallLead | null {
  const call = readCall(raw, account);
  if (call.uuid === null || call.customer === null) return null;
  const touch = {
    source: SOURCE,
    external_id: call.uuid,
    kind: 'call',
    time: call.time,
    medium: call.kind,
    agent: call.agent,
    duration_seconds: call.seconds,
    outcome: call.outcome,
    raw,
  };
  const told = Object.fromEntries(Object.entries(touch).filter(([, value]) => value !== null));
  return { id: call.uuid, call, lead: { phone: call.customer, touch: told } };
}
