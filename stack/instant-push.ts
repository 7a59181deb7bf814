import { createClient } from '@supabase/supabase-js';
import { randomBytes } from 'node:crypto';
import { CHANNELS, SECRET_HEADER, startDueListener, type DueListener } from './due-listener';
import type { N8n } from './n8n';
import type { N8nClient } from './n8n-client';
import type { Supabase } from './supabase';

/** The credential and the path of the push workflow's webhook. */
const CREDENTIAL = 'Instant push (lead sync)';
const PATH = 'webhook/lead-sync-push';

/** Stores the secret under the name that the push workflow looks for, and returns it. Do it before the workflow is stored. */
export async function importInstantPushCredential(client: N8nClient): Promise<string> {
  const secret = randomBytes(32).toString('hex');
  await client.importCredentials([
    { name: CREDENTIAL, type: 'httpHeaderAuth', data: { name: SECRET_HEADER, value: secret } },
  ]);
  return secret;
}

/** Lets the database announce leads that are due, and a listener call the push workflow for them. */
export async function startInstantPush(
  supabase: Pick<Supabase, 'url' | 'serviceKey' | 'databaseUrl'>,
  { url }: Pick<N8n, 'url'>,
  secret: string,
): Promise<DueListener> {
  const client = createClient(supabase.url, supabase.serviceKey, { auth: { persistSession: false } });
  const { error } = await client.rpc('enable_instant_push');
  if (error) throw new Error(`Instant pushes cannot be turned on: ${error.message}`);
  const { databaseUrl } = supabase;
  return await startDueListener({ databaseUrl, channel: CHANNELS.push, url: `${url}/${PATH}`, secret });
}
