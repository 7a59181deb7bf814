import { DateTime } from 'luxon';
import type { Item } from './item';

/**
 * A parameter that holds a point in time, as ISO 8601 in UTC; null when it is empty. What the date picker gives has no
 * offset: it is meant in the workflow's time zone. Apart from the others, because it alone needs Luxon in a node's bundle.
 * @throws NodeOperationError when the text is no time
 */
export function timeOf(item: Item, name: string): string | null {
  const text = item.text(name);
  if (text === null) return null;
  const inZone = { zone: item.context.getTimezone() };
  const iso = text.replace(/[ T](?=\d:)/, 'T0').replace(' ', 'T');
  // no other forms: 03.02.2026 is a day in February to some and in March to others
  const readings = [DateTime.fromISO(iso, inZone), DateTime.fromSQL(text, inZone), DateTime.fromRFC2822(text)];
  const time = readings.find(({ isValid }) => isValid);
  if (time) return new Date(time.toMillis()).toISOString();
  throw item.error(
    `${item.label(name)} is not a time: ${text}`,
    'Use ISO 8601, e.g. 2026-01-31T12:00:00Z, or 2026-01-31 12:00 in the time zone of the workflow.',
  );
}
