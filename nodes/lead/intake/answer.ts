/** One question of a form: what it is called, in the words of its readers first, and all that was answered. */
export interface Answer {
  names: string[];
  values: string[];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, number or boolean as its text; null for blanks and for whatever has parts. */
export function textOf(value: unknown): string | null {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return null;
  return String(value).trim() || null;
}
