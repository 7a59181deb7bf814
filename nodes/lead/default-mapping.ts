import { leadFields } from './fields';
import type { FieldMapping } from './types';

/**
 * The mapping a synced object starts with.
 * @param object `person`, or the singular name of a custom object such as `lead`
 */
export function defaultMapping(object = 'person'): FieldMapping[] {
  return leadFields.flatMap(({ name, kind, person, custom = person, direction = 'both' }) => {
    const twenty_field = object === 'person' ? person : custom;
    if (twenty_field === undefined) return [];
    return [{ object, lead_field: name, twenty_field, kind, direction, policy: 'last_write_wins' }];
  });
}
