import { normalText } from '../../../nodes/lead/normal-form';
import { bareHost, comparable, type Field } from '../systems/fields';
import { Violation } from '../violation';
import type { World } from '../world/world';

/**
 * Fields that flow both ways, of synced leads, whose value here is no spelling of the one that is known of Twenty and that
 * are not listed as left out, or that are listed although it is. Not of deleted leads and people, whose fields wait.
 */
const UNEQUAL = `select l.id as lead_id, r ->> 'field' as field, v.local -> (r ->> 'field') as here, s.base_remote -> (r ->> 'field') as there,
    l.left_out ->> (r ->> 'field') as reason
  from public.leads as l
  join lead_sync.lead_states as s on s.lead_id = l.id
  cross join lateral (select lead_sync.lead_values(l) as local offset 0) as v
  cross join jsonb_array_elements(lead_sync.rules('person')) as r
  where l.sync_status = 'synced' and l.twenty_id is not null and not s.gone
    and not v.local ? 'deleted' and not s.base_remote ? 'deleted'
    and r ->> 'direction' = 'both' and r ->> 'field' <> 'deleted'
    and ((v.local -> (r ->> 'field')) is distinct from (s.base_remote -> (r ->> 'field')) or l.left_out <> '{}')
    and lead_sync.is_same(r ->> 'kind', v.local -> (r ->> 'field'), s.base_remote -> (r ->> 'field')) = (l.left_out ? (r ->> 'field'))`;

interface Unequal extends Record<string, unknown> {
  lead_id: string;
  field: string;
  here: unknown;
  there: unknown;
  reason: string | null;
}

/** Whenever a lead is synced, both sides hold the same as far as the sync has read; leads changed past the triggers aside. */
export async function assertEqualWhereSynced(world: World): Promise<void> {
  for (const { lead_id, field, here, there, reason } of await world.database.read<Unequal>(UNEQUAL)) {
    if (world.unseenLeads.has(lead_id)) continue;
    const values = `${JSON.stringify(here)} here, ${JSON.stringify(there)} in Twenty`;
    const listed = reason === null ? 'not listed' : 'listed';
    world.fail('Equal', `lead ${lead_id} is synced with ${field} ${values}, ${listed} as left out`);
  }
}

interface Conflict extends Record<string, unknown> {
  lead_id: string;
  field: string;
  supabase_value: unknown;
  twenty_value: unknown;
}

/** Two spellings of one value are no conflict: nobody could see what to decide. */
export async function assertConflictsDiffer(world: World): Promise<void> {
  const conflicts = await world.database.read<Conflict>(
    'select c.lead_id, c.field, c.supabase_value, c.twenty_value from public.lead_sync_conflicts as c join public.leads as l on l.id = c.lead_id',
  );
  for (const { lead_id, field, supabase_value: here, twenty_value: there } of conflicts) {
    if (inOneForm(field, here) !== inOneForm(field, there)) continue;
    const values = `${JSON.stringify(here)} and ${JSON.stringify(there)}`;
    throw new Violation('Equal', `${field} of lead ${lead_id} is a conflict between ${values}`);
  }
}

function inOneForm(field: string, value: unknown): string | null {
  if (field === 'company_domain') return bareHost(value);
  // columns that are no field of the edits here: forms fill the one, a company is more than the other
  return ['lead_source', 'company_name'].includes(field)
    ? normalText(String(value ?? ''))
    : comparable(field as Field, value);
}
