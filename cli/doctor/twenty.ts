import type { Client } from 'pg';
import type { TwentyClient } from '../../nodes/Twenty/transport/client';
import { missingFields, readObject } from '../../nodes/Twenty/transport/metadata';
import { readWebhooks } from '../../nodes/Twenty/transport/webhooks';
import { isNearbyAddress } from '../../nodes/http/nearby';
import { defaultMapping } from '../../nodes/lead';
import { syncedMapping } from '../database/schema';
import { WEBHOOK_HANDLER } from '../n8n/bundle';
import { typeClashes } from '../twenty/fields';
import { RIGHT_NAMES, rightsOf, type TwentyRights } from '../twenty/rights';
import { workspaceSize } from '../twenty/size';
import { bad, clock, looker, ok, warn, type Finding, type Seen } from './finding';

function rights(held: TwentyRights): Seen {
  const lacking = (Object.keys(held) as Array<keyof TwentyRights>).filter((right) => !held[right]);
  if (lacking.length === 0) return ok('the key may read, edit and delete, and make webhooks');
  const names = lacking.map((right) => RIGHT_NAMES[right]).join(', ');
  const next = 'Give it to the role of the key in Twenty under Settings › Roles.';
  return lacking.every((right) => right === 'webhooks')
    ? warn(`the role of the key lacks ${names}`, next)
    : bad(`the role of the key lacks ${names}`, next);
}

/** Of the webhooks, those that lead to this n8n. */
async function webhooks(client: TwentyClient, n8nUrl: string | undefined, wanted: boolean): Promise<Seen> {
  const all = await readWebhooks(client);
  const own = all.filter(
    ({ description, targetUrl }) => description?.startsWith('n8n: ') && targetUrl.includes('/webhook/'),
  );
  if (own.length === 0) {
    return wanted
      ? bad(
          'none of n8n is registered, though its workflow is published',
          `Run: pause ${WEBHOOK_HANDLER}, then: resume ${WEBHOOK_HANDLER}`,
        )
      : ok('none is registered: changes come by the schedules');
  }
  const doubled = own.filter(
    ({ operations }, index) => own.findIndex((other) => other.operations.join() === operations.join()) !== index,
  );
  if (doubled.length > 0) {
    return warn(
      `${own.length} of n8n are registered for the same`,
      'Remove in Twenty under Settings › APIs & Webhooks those that lead nowhere; events come twice.',
    );
  }
  const [{ targetUrl }] = own;
  if (isNearbyAddress(targetUrl)) {
    return warn(
      `Twenty is to call ${targetUrl}, an address of a private network`,
      'Twenty drops such calls without a word unless its server and worker run with OUTBOUND_HTTP_SAFE_MODE_ENABLED=false; or set WEBHOOK_URL of n8n to a public address.',
    );
  }
  if (n8nUrl !== undefined && new URL(targetUrl).host !== new URL(n8nUrl).host) {
    return ok(`registered for ${new URL(targetUrl).host}`);
  }
  return ok('registered');
}

/** @param client of the database, for the mapping in use; the default one where it is unknown */
export async function lookAtTwenty(
  twenty: TwentyClient,
  client: Client | undefined,
  n8n: { url?: string; handlerIsPublished: boolean },
  findings: Finding[],
): Promise<void> {
  const look = looker('Twenty', findings);
  await look('Workspace', async () => {
    const { objects, people } = await workspaceSize(twenty);
    return ok(`${objects} objects${people === null ? '' : `, ${people} people`}`);
  });
  if (findings.at(-1)?.status === 'error') return;
  await look('Clock', async () => {
    const answer = await twenty.metadata('GET', '/objects?limit=1');
    const at = answer.ok ? Date.parse(answer.date ?? '') : NaN;
    return clock(Number.isNaN(at) ? null : at - Date.now());
  });
  const fallback = { object: 'person', mapping: defaultMapping() };
  const { object: name, mapping } = client === undefined ? fallback : await syncedMapping(client).catch(() => fallback);
  await look('Rights', async () => rights(await rightsOf(twenty, await readObject(twenty, name))));
  await look('Fields', async () => {
    const object = await readObject(twenty, name);
    const missing = missingFields(object, mapping);
    if (missing.length > 0)
      return warn(
        `${name} lacks ${missing.join(', ')}`,
        'Run: setup. It makes them; or disable their rows in lead_sync.field_mappings.',
      );
    const clashes = typeClashes(object, mapping);
    if (clashes.length === 0) return ok('all of the mapping are there');
    const told = clashes.map(({ field, is, needed }) => `${field} is ${is}, not ${needed}`).join('; ');
    return (clashes.some(({ bearable }) => !bearable) ? bad : warn)(
      told,
      'Rename the field in Twenty, or map the lead’s field to another one.',
    );
  });
  await look('Webhooks', () => webhooks(twenty, n8n.url, n8n.handlerIsPublished));
}
