import { createHash } from 'node:crypto';
import type { StartedRun } from './run';
import type { Session } from './session';

/** More no page can offer. */
const MOST_FIELDS = 2_000;

/**
 * Before leads are read: tells the database which fields a mapping may name, where that is not what it was told last. The
 * workspace's fields are read for the pull anyway, which is no call that Twenty counts.
 */
export async function storeFields(session: Session, { object, fields_fingerprint: known }: StartedRun): Promise<void> {
  if (known === undefined) return;
  const fields = (await session.read((twenty) => twenty.getFields())).slice(0, MOST_FIELDS);
  const fingerprint = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  if (fingerprint === known) return;
  await session.storeUnleased('store_twenty_fields', {
    p_object: object,
    p_fingerprint: fingerprint,
    p_fields: fields,
  });
}
