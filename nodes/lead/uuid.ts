const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in small letters; null for a text that is none. */
export function asUuid(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null;
}
