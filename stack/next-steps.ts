import { createClient } from '@supabase/supabase-js';
import type { Knowlarity } from './knowlarity';
import type { Meta } from './meta';
import type { Stack } from './stack';
import { bundledWorkflows } from '../cli/n8n/bundle';

interface SyncedLead {
  id: string;
  twenty_id: string;
  first_name: string;
  last_name: string;
}

/** Two leads that both sides have. */
async function syncedLeads({ supabase }: Stack): Promise<SyncedLead[]> {
  const client = createClient(supabase.url, supabase.serviceKey, { auth: { persistSession: false } });
  const { data, error } = await client
    .from('leads')
    .select('id, twenty_id, first_name, last_name')
    .eq('sync_status', 'synced')
    .not('twenty_id', 'is', null)
    .order('email')
    .limit(2);
  if (error) throw new Error(`The leads cannot be read: ${error.message}`);
  return data as SyncedLead[];
}

/** Stand-ins that leads come from. */
interface Sources {
  meta: Meta;
  knowlarity: Knowlarity;
}

/** Commands to copy that change a lead on each side or bring a new one, and how to see it arrive. For the local services: they hold samples. */
export async function thingsToTry(stack: Stack, { meta, knowlarity }: Sources): Promise<string> {
  const [inTwenty, inSupabase] = await syncedLeads(stack);
  const bundle = await bundledWorkflows();
  const workflow = (file: string): string => `${stack.n8n.url}/workflow/${bundle.get(file)?.id}`;
  const call = knowlarity.api.store;
  const json = "-H 'content-type: application/json'";
  const twentyKey = `-H 'authorization: Bearer ${stack.twenty.apiKey}'`;
  const supabaseKey = `-H 'apikey: ${stack.supabase.serviceKey}'`;
  const person = (id: string): string => `${stack.twenty.url}/rest/people/${id}`;
  const lead = (id: string, more = ''): string => `'${stack.supabase.url}/rest/v1/leads?id=eq.${id}${more}'`;
  return `Try next
  1. Change ${inTwenty.first_name} ${inTwenty.last_name} in Twenty,
       curl -X PATCH ${person(inTwenty.twenty_id)} ${twentyKey} ${json} -d '{"jobTitle": "Chief Sync Officer"}'
     and see it in Supabase a second later:
       curl ${lead(inTwenty.id, '&select=email,job_title,sync_status')} ${supabaseKey}
  2. Change ${inSupabase.first_name} ${inSupabase.last_name} in Supabase,
       curl -X PATCH ${lead(inSupabase.id)} ${supabaseKey} ${json} -d '{"lead_status": "won"}'
     and see leadStatus in Twenty two seconds later:
       curl ${person(inSupabase.twenty_id)} ${twentyKey}
  3. Stop the webhooks by unpublishing
       ${workflow('twenty-webhook-handler')}
     Nothing is lost: the schedule brings the changes, or this workflow when you execute it,
       ${workflow('twenty-to-supabase-lead-sync')}
  4. See which leads to call first, and which rule gave what,
       curl '${stack.supabase.url}/rest/v1/leads?select=first_name,last_name,lead_score,score_breakdown&order=lead_score.desc&limit=3' ${supabaseKey}
     and execute this workflow, which makes a task in Twenty for each lead from 90 points on:
       ${workflow('lead-sync-follow-ups')}
  5. Fill in a form of Facebook, which a stand-in of Meta delivers,
       curl ${meta.url}/v26.0/${meta.formId}/test_leads -H 'authorization: Bearer ${meta.api.store.token}' --data-urlencode 'field_data=[{"name": "full_name", "values": ["Ada Lovelace"]}, {"name": "email", "values": ["ada@lovelace.example"]}]'
     and see the lead in Twenty three seconds later:
       curl '${stack.twenty.url}/rest/people?filter=emails.primaryEmail%5Beq%5D:ada@lovelace.example' ${twentyKey}
  6. Call a customer, by a stand-in of Knowlarity,
       curl ${knowlarity.url}/Basic/v1/account/call/makecall -H 'x-api-key: ${call.apiKey}' -H 'authorization: ${call.authorization}' ${json} -d '{"k_number": "${call.number}", "agent_number": "+919800000001", "customer_number": "+919812345678"}'
     and see the lead in Twenty three seconds later:
       curl '${stack.twenty.url}/rest/people?filter=phones.primaryPhoneNumber%5Beq%5D:9812345678' ${twentyKey}
`;
}
