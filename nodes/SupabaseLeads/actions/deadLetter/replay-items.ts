import type { IDataObject } from 'n8n-workflow';
import { bySize, inBatches, type Item } from '../../../frame';
import type { LeadDatabase } from '../../transport/client';
import { leadIdOf } from '../lead-ids';

/** Leads that one call replays. */
const BATCH_SIZE = 1000;

/** Each input item is one lead; all items travel in few calls. An item says whether its lead was queued, or why not. */
export const replayItems = inBatches<LeadDatabase, string>({
  read: requiredLeadId,
  split: bySize(BATCH_SIZE),
  async work(batch, database) {
    const p_lead_ids = [...new Set(batch.map(({ input }) => input))];
    const { results } = await database.call('replay_dead_letters', { p_lead_ids }, batch[0].item.index);
    const byLead = new Map((results as IDataObject[]).map((result) => [String(result.lead_id), result]));
    return batch.map(({ input: lead_id }) => byLead.get(lead_id) ?? { lead_id, replayed: false });
  },
});

function requiredLeadId(item: Item): string {
  const leadId = leadIdOf(item);
  if (leadId !== null) return leadId;
  throw item.error(
    'There is no lead ID',
    'Give it by an expression, e.g. {{ $json.lead_id }}, or replay all leads of a kind.',
  );
}
