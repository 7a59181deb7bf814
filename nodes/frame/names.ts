/** The names in a list of the panel, or in a text with commas, as people and expressions give one. */
export function namesIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
  return list.map((name) => name.trim()).filter((name) => name !== '');
}
