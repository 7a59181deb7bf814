import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { N8nClient } from './n8n-client';
import type { Stack } from './stack';
import { bundledWorkflows } from '../cli/n8n/bundle';
import { publishBundle } from './workflows';

/** Who can call this n8n, which listens on this machine alone. */
export interface Reach {
  /** The double, a real Twenty on this machine, any Twenty because n8n has a public address, or none. */
  twenty: 'double' | 'nearby' | 'public' | 'none';
  /** Supabase can: the local one, through its listener. */
  supabase: boolean;
}

/** What starts the workflows, and for each thing that is off, how to have it. */
export interface TurnedOn {
  on: string[];
  remarks: string[];
}

const HANDLER = 'twenty-webhook-handler';

/** Whether a web address leads to this machine. */
export async function isOnThisMachine(url: string): Promise<boolean> {
  const own = new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)));
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(hostname, { all: true }).catch(() => []);
  return found.some(({ address }) => own.has(address) || address.startsWith('127.'));
}

/** @param publicUrl what n8n is told of its own address (its variable WEBHOOK_URL) */
export async function reachOf(
  { twenty, localTwenty, localSupabase }: Pick<Stack, 'twenty' | 'localTwenty' | 'localSupabase'>,
  publicUrl = process.env.WEBHOOK_URL,
): Promise<Reach> {
  const supabase = localSupabase !== undefined;
  if (localTwenty) return { twenty: 'double', supabase };
  if (publicUrl) return { twenty: 'public', supabase };
  return { twenty: (await isOnThisMachine(twenty.url)) ? 'nearby' : 'none', supabase };
}

/**
 * Publishes the bundle with its schedules and with whatever can call this n8n. A Twenty that refuses to make the webhook takes
 * away only that.
 */
export async function turnOnStarters(client: N8nClient, n8nUrl: string, reach: Reach): Promise<TurnedOn> {
  const on = ['Schedules'];
  const remarks: string[] = [];
  const starters = { schedules: true, instantPush: reach.supabase };
  const twentyWebhook = reach.twenty !== 'none';
  try {
    await publishBundle(client, { ...starters, twentyWebhook });
    if (twentyWebhook) on.push("Twenty's webhook");
    else remarks.push(unreachable(n8nUrl));
    if (reach.twenty === 'nearby') remarks.push(SAFE_MODE);
  } catch (error) {
    if (!twentyWebhook) throw error;
    await publishBundle(client, { ...starters, twentyWebhook: false });
    remarks.push(`Twenty's webhook is off, because it could not be made: ${(error as Error).message}`);
  }
  if (reach.supabase) on.push('instant pushes');
  else remarks.push(NO_INSTANT_PUSH);
  return { on, remarks };
}

/** Takes the webhook out of somebody's own Twenty again; it would call an n8n that is not there. */
export async function removeTwentyWebhook(client: N8nClient): Promise<void> {
  const id = (await bundledWorkflows()).get(HANDLER)?.id;
  if (id !== undefined) await client.unpublish(id);
}

/** `Schedules, Twenty's webhook and instant pushes are on`. */
export function onLine({ on }: TurnedOn): string {
  const [last = '', ...others] = [...on].reverse();
  return `${[others.reverse().join(', '), last].filter((part) => part !== '').join(' and ')} are on`;
}

/** Twenty drops calls to private addresses without a word, unless it is told not to. */
const SAFE_MODE =
  'Twenty calls this machine only when its server and worker run with OUTBOUND_HTTP_SAFE_MODE_ENABLED=false; otherwise the pull brings its changes every 5 minutes.';

const NO_INSTANT_PUSH =
  'Instant pushes are off, because Supabase cannot call this n8n: the push sends changes every 5 minutes. docs/webhooks.md says how to turn them on for an n8n that it can reach.';

function unreachable(n8nUrl: string): string {
  return `Twenty's webhook is off, because Twenty cannot call ${n8nUrl}: the pull brings its changes every 5 minutes. For changes at once, let a public address lead to ${n8nUrl} (a tunnel) and start with WEBHOOK_URL=https://that.address.`;
}
