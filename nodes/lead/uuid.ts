const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in small letters; null for a text that is none. */
export function asUuid(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null;
}

/** Whether Twenty's filters take an id: a UUID with a version from 1 to 5 and a variant. One other in a list has the whole request refused. */
export function isFilterable(id: string): boolean {
  return /^.{14}[1-5].{4}[89ab]/i.test(id) && asUuid(id) !== null;
}
