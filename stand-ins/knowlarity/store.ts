/** A call as the call log lists it. All numbers here are made up. */
export interface StoredCall {
  uuid: string;
  customer_number: string;
  /** A text where nobody took it. */
  agent_number: string;
  knowlarity_number: string;
  destination: string;
  start_time: string;
  call_duration: number;
  business_call_type: string;
  call_recording: string | null;
  extension: string | null;
  [field: string]: unknown;
}

/** An account in India and its calls, as Knowlarity keeps them. */
export class KnowlarityStore {
  readonly apiKey = 'made-up-api-key-of-the-stand-in';
  readonly authorization = 'made-up-authorization-of-the-stand-in';
  readonly number = '+918000000001';
  /** By UUID, in the order in which they came. */
  readonly calls = new Map<string, StoredCall>();
  /** Whether times are told with their offset. */
  hasOffsets = true;
  private last = 0;

  /** A call that somebody took and that is over, unless told otherwise. */
  addCall(customer: string, more: Partial<StoredCall> = {}, at = new Date()): StoredCall {
    this.last += 1;
    const call: StoredCall = {
      uuid: `00000000-0000-4000-8000-${String(this.last).padStart(12, '0')}`,
      customer_number: customer,
      agent_number: '+919800000001',
      knowlarity_number: this.number,
      destination: '+919800000001',
      start_time: accountTime(at, this.hasOffsets),
      call_duration: 65,
      business_call_type: 'Incoming',
      call_recording: 'https://recordings.example/made-up.mp3',
      extension: null,
      ...more,
    };
    this.calls.set(call.uuid, call);
    return call;
  }

  addMissedCall(customer: string, at = new Date()): StoredCall {
    return this.addCall(
      customer,
      { agent_number: 'Call Missed', destination: '', call_duration: 0, call_recording: null },
      at,
    );
  }

  /** What becomes of a call that was in progress. */
  change(uuid: string, more: Partial<StoredCall>): void {
    const call = this.calls.get(uuid);
    if (call !== undefined) this.calls.set(uuid, { ...call, ...more });
  }
}

const IST_MINUTES = 330;

/** As an account in India writes times: `2026-11-20 15:30:00+05:30`, or without the offset. */
export function accountTime(time: Date, hasOffset = true): string {
  const local = new Date(time.getTime() + IST_MINUTES * 60_000).toISOString().slice(0, 19).replace('T', ' ');
  return hasOffset ? `${local}+05:30` : local;
}
