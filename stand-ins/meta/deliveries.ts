import { createHmac } from 'node:crypto';
import type { MetaStore, StoredLead } from './store';

/** A delivery as Meta sends it: what is not ASCII is escaped before it is signed. */
export interface Delivery {
  body: string;
  headers: { 'content-type': string; 'x-hub-signature-256': string };
}

/** Delivers to an address that the app is subscribed with; gives the status of its answer, 0 where none came. */
export async function sendDelivery(callbackUrl: string, { body, headers }: Delivery): Promise<number> {
  return await fetch(callbackUrl, { method: 'POST', body, headers: { ...headers } }).then(
    ({ status }) => status,
    () => 0,
  );
}

export function signDelivery(body: string, appSecret: string): Delivery {
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  return { body, headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` } };
}

/** Names leads, several in one delivery as Meta does under load: an entry for each page, a change for each lead. */
export function deliveryOf(store: MetaStore, leads: readonly StoredLead[]): Delivery {
  const pageOf = ({ form_id }: StoredLead): string => store.forms.get(form_id)?.pageId ?? '0';
  const entry = [...new Set(leads.map(pageOf))].map((id) => ({
    id,
    time: Math.floor(Date.now() / 1_000),
    changes: leads
      .filter((lead) => pageOf(lead) === id)
      .map((lead) => ({
        field: 'leadgen',
        value: {
          leadgen_id: lead.id,
          page_id: id,
          form_id: lead.form_id,
          ad_id: lead.ad_id ?? '0',
          adgroup_id: lead.ad_id ?? '0',
          created_time: Math.floor(Date.parse(lead.created_time) / 1_000),
        },
      })),
  }));
  const body = JSON.stringify({ object: 'page', entry }).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return signDelivery(body, store.appSecret);
}
