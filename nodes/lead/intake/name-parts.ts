/** A whole name as the fields of a lead: the first word is the first name, the rest the last; a single word is the first name. */
export function namePartsOf(fullName: string): { first_name?: string; last_name?: string } {
  const [first, ...others] = fullName.split(/\s+/).filter(Boolean);
  return { ...(first && { first_name: first }), ...(others.length > 0 && { last_name: others.join(' ') }) };
}
