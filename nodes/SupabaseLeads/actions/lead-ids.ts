import type { Item } from '../../frame';
import { asUuid } from '../../lead';

/**
 * A lead's ID; `null` when it is empty. One that is none would make the database refuse all leads of the call.
 * @throws NodeOperationError when it is no UUID
 */
export function leadIdOf(item: Item): string | null {
  const id = item.text('leadId');
  return id === null ? null : checkedLeadId(item, id);
}

/**
 * The IDs of leads, given as text with commas or as a list by an expression, each once.
 * @throws NodeOperationError when there is none, one is no UUID, or there are more than `maximum`
 */
export function leadIdsOf(item: Item, maximum: number): string[] {
  const value = item.value('leadIds');
  const given = Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[\s,]+/);
  const ids = new Set(given.filter((id) => id !== '').map((id) => checkedLeadId(item, id.trim())));
  if (ids.size > 0 && ids.size <= maximum) return [...ids];
  throw item.error(
    ids.size === 0 ? 'There is no lead ID' : `These are ${ids.size} lead IDs`,
    `Give 1 to ${maximum} IDs, separated by commas or as a list, e.g. {{ $json.lead_id }}.`,
  );
}

/**
 * The ID of a lead out of a field that must have one.
 * @throws NodeOperationError when it is empty or no UUID
 */
export function leadIdAt(item: Item, name: string): string {
  return checkedLeadId(item, item.text(name) ?? '');
}

const checkedLeadId = (item: Item, given: string): string =>
  checkedId(item, given, { of: 'a lead', from: 'the leads table, e.g. {{ $json.lead_id }}' });

/**
 * A UUID; errors say `of` what it is the ID, and `from` which table.
 * @throws NodeOperationError when it is no UUID
 */
export function checkedId(item: Item, given: string, { of, from }: { of: string; from: string }): string {
  const id = asUuid(given);
  if (id !== null) return id;
  throw item.error(`"${given.slice(0, 60)}" is not the ID of ${of}`, `Give the id of a row of ${from}.`);
}
