import { createHash } from 'node:crypto';
import { asUuid, isFilterable } from '../../lead';

/** Separates these ids from all that others derive; any fixed value does. */
const NAMESPACE = 'n8n-nodes-lead-sync';

/**
 * The UUID that stands for these words, always the same one (in the form of version 5, RFC 9562: Twenty takes no later ones), so that whoever makes
 * the record again makes the same record.
 */
export function derivedId(...words: string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([NAMESPACE, ...words]))
    .digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The id that a lead's record is created with: the lead's own, or one made of it where Twenty takes none of its kind, the
 * same as `id_in_twenty` of the database makes. Empty where the lead's is no UUID.
 */
export function recordIdOf(leadId: string): string {
  const id = asUuid(leadId);
  if (id === null || isFilterable(id)) return id ?? '';
  const hash = createHash('md5').update(`lead ${id}`).digest('hex');
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-5$3-8$4-$5');
}
