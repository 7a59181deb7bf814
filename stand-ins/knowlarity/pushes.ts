import type { StoredCall } from './store';

/** How an account was told to push: fields and form are its own. */
export type Manner = 'form' | 'query' | 'json' | 'nested';

/**
 * Pushes a call to an address, with the secret in a header; gives the status of its answer, 0 where none came.
 * @param secret null: none is sent
 */
export async function sendPush(
  address: string,
  call: StoredCall,
  { manner = 'form', secret }: { manner?: Manner; secret: string | null },
): Promise<number> {
  const fields = { ...fieldsOf(call) };
  const form = new URLSearchParams(fields);
  const headers: Record<string, string> = secret === null ? {} : { 'x-lead-sync-secret': secret };
  const json = { ...headers, 'content-type': 'application/json' };
  const [url, request]: [string, RequestInit] = {
    query: [`${address}?${form.toString()}`, { headers }] as [string, RequestInit],
    form: [address, { method: 'POST', headers, body: form }] as [string, RequestInit],
    json: [address, { method: 'POST', headers: json, body: JSON.stringify(fields) }] as [string, RequestInit],
    nested: [address, { method: 'POST', headers: json, body: JSON.stringify({ data: fields }) }] as [
      string,
      RequestInit,
    ],
  }[manner];
  return await fetch(url, request).then(
    ({ status }) => status,
    () => 0,
  );
}

function fieldsOf(call: StoredCall): Record<string, string> {
  return {
    uuid: call.uuid,
    customer_number: call.customer_number,
    agent_number: call.agent_number,
    knowlarity_number: call.knowlarity_number,
    call_duration: String(call.call_duration),
    business_call_type: call.business_call_type,
    resource_url: call.call_recording ?? '',
  };
}
