import type { FilterDirection, Step } from '../steps/schedule';
import { chosen } from '../systems/fields';
import type { World } from '../world/world';

type SetFilter = Extract<Step, { do: 'set filter' }>;

/** Somebody sets a filter, or takes it away. */
export async function setFilter(world: World, step: SetFilter): Promise<void> {
  world.hasFilters = true;
  await setConditions(world, step.direction, conditionsOf(step));
}

/** Takes both filters away; whom one left outside in Twenty, no delta shows again. */
export async function removeFilters(world: World): Promise<void> {
  if (!world.hasFilters) return;
  const outside = await world.database.read<{ id: string }>('select twenty_id as id from lead_sync.people_outside');
  for (const { id } of outside) world.unseenPeople.add(id);
  for (const direction of ['to_twenty', 'to_supabase'] as const) await setConditions(world, direction, null);
}

async function setConditions(world: World, direction: FilterDirection, conditions: unknown): Promise<void> {
  await world.database.rpc('set_filter', { p_direction: direction, p_conditions: conditions });
}

/** A blank cannot be asked for by its value. */
function conditionsOf({ field, operator, value }: SetFilter): object[] | null {
  if (field === null) return null;
  const text = chosen(field, value);
  const isBlank = typeof text !== 'string' || text.trim() === '';
  if (operator !== 'equals') return [{ attribute: field, operator }];
  return [isBlank ? { attribute: field, operator: 'is_not_set' } : { attribute: field, operator, value: text }];
}
