import { defaultMapping, parseMapping } from '../../lead';
import { isNearbyAddress } from '../../http/nearby';
import type { TwentyClient } from '../../Twenty/transport/client';
import { missingFields, readObject } from '../../Twenty/transport/metadata';
import { readWebhooks } from '../../Twenty/transport/webhooks';
import { RIGHT_NAMES, rightsOf, type TwentyRights } from '../../Twenty/workspace/rights';
import { workspaceSize } from '../../Twenty/workspace/size';
import { typeClashes } from '../../Twenty/workspace/type-clashes';
import type { Installation } from './installation';
import { bad, clock, ok, warn, type Findings, type Seen } from './finding';

/** What is known of n8n where Twenty is looked at: the command asks its API, a node does not. */
export interface N8nSide {
  url?: string;
  /** Whether something in n8n wants Twenty's webhooks. */
  wantsWebhooks?: boolean;
}

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
async function webhooks(client: TwentyClient, { url, wantsWebhooks }: N8nSide): Promise<Seen> {
  const all = await readWebhooks(client);
  const own = all.filter(
    ({ description, targetUrl }) => description?.startsWith('n8n: ') && targetUrl.includes('/webhook/'),
  );
  if (own.length === 0) {
    return wantsWebhooks
      ? bad(
          'none of n8n is registered, though its workflow is published',
          'Unpublish and publish it anew in n8n, or run: npx n8n-nodes-lead-sync pause, then: resume',
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
  if (url !== undefined && new URL(targetUrl).host !== new URL(url).host) {
    return ok(`registered for ${new URL(targetUrl).host}`);
  }
  return ok('registered');
}

/** @param installation for the mapping in use; the default one where it is unknown */
export async function lookAtTwenty(
  twenty: TwentyClient,
  installation: Installation | undefined,
  n8n: N8nSide,
  findings: Findings,
): Promise<void> {
  const look = findings.of('Twenty');
  await look('Workspace', async () => {
    const { objects, people } = await workspaceSize(twenty);
    return ok(`${objects} objects${people === null ? '' : `, ${people} people`}`);
  });
  if (findings.last?.status === 'error') return;
  await look('Clock', async () => {
    const answer = await twenty.metadata('GET', '/objects?limit=1');
    const at = answer.ok ? Date.parse(answer.date ?? '') : NaN;
    return clock(Number.isNaN(at) ? null : at - Date.now());
  });
  const name = installation?.object ?? 'person';
  await look('Rights', async () => rights(await rightsOf(twenty, await readObject(twenty, name))));
  await look('Fields', async () => {
    const mapping = installation === undefined ? defaultMapping() : parseMapping(installation.field_mappings);
    const object = await readObject(twenty, name);
    const missing = await missingFields(twenty, object, mapping);
    if (missing.length > 0) {
      return warn(
        `${name} lacks ${missing.join(', ')}`,
        'Run: npx n8n-nodes-lead-sync setup, or the workflow Set up lead sync: they make them, but not those of the company; or disable their rows in lead_sync.field_mappings.',
      );
    }
    const clashes = typeClashes(object, mapping);
    if (clashes.length === 0) return ok('all of the mapping are there');
    const told = clashes.map(({ field, is, needed }) => `${field} is ${is}, not ${needed}`).join('; ');
    return (clashes.some(({ bearable }) => !bearable) ? bad : warn)(
      told,
      'Rename the field in Twenty, or map the lead’s field to another one.',
    );
  });
  await look('Webhooks', () => webhooks(twenty, n8n));
}
