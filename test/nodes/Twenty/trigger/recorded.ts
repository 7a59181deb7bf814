import deliveries from './recorded-deliveries.json';

/** The secret of the webhook whose deliveries were recorded. */
export const SECRET = 's3cr3t-key';

/** A delivery as a real Twenty server sent it, to the byte. */
export interface RecordedDelivery {
  /** Twenty's release. */
  release: string;
  what: string;
  timestamp: string;
  signature: string;
  nonce: string;
  rawBody: string;
}

export const RECORDED: readonly RecordedDelivery[] = deliveries;

/** The delivery that told of one kind of event. */
export function recorded(what: string, release = '2.31'): RecordedDelivery {
  const found = RECORDED.find((delivery) => delivery.what === what && delivery.release === release);
  if (!found) throw new Error(`No delivery "${what}" was recorded on ${release}`);
  return found;
}
