import { isObject, type FieldMapping, type JsonValue } from '../../lead';
import type { StartedRun } from './run';
import type { Session } from './session';

/** Where the mapping of deals has them. */
function isStage(row: JsonValue): boolean {
  return isObject(row) && row.object === 'opportunity' && row.lead_field === 'stage' && row.kind === 'option';
}

/** Before deals are read: tells the database which stages the workspace has, which is no call that Twenty counts. */
export async function storeStages(session: Session, { fields }: StartedRun): Promise<void> {
  const row = (fields as JsonValue[]).find(isStage) as FieldMapping | undefined;
  if (row === undefined) return;
  const options = await session.read((twenty) => twenty.getOptions(row.twenty_field));
  await session.storeUnleased('store_stages', { p_options: options });
}
