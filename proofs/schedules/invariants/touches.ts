import { Violation } from '../violation';
import type { World } from '../world/world';

/** Each touch that came is there once, on the lead that has it: one that joined another took it along, one removed for good left it without a lead. */
export async function assertTouchesKept({ database, touches }: World): Promise<void> {
  const rows = await database.read<{ external_id: string; lead_id: string | null }>(
    'select external_id, lead_id from public.lead_touches',
  );
  const kept = new Map(rows.map(({ external_id, lead_id }) => [external_id, lead_id]));
  for (const [id, lead] of touches.kept) {
    if (!kept.has(id)) throw new Violation('Touches', `touch ${id} of lead ${lead} is lost`);
    if (kept.get(id) !== lead) throw new Violation('Touches', `touch ${id} is of lead ${kept.get(id)}, not of ${lead}`);
  }
  if (rows.length !== touches.kept.size)
    throw new Violation('Touches', `there are ${rows.length} touches, of ${touches.kept.size}`);
}
