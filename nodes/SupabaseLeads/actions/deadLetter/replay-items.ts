import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { operationError } from '../../../errors/operation-error';
import type { LeadDatabase } from '../../transport/client';
import { failedItem } from '../each-item';
import { leadIdParameter } from '../uuid-parameter';

/** Leads that one call replays. */
const BATCH_SIZE = 1000;

interface ItemLead {
  itemIndex: number;
  leadId: string;
}

type Outcome = { json: IDataObject } | { error: unknown };

/**
 * Each input item is one lead; all items travel in few calls. An item says whether its lead was queued, or why not.
 * @throws NodeApiError | NodeOperationError for the first failed item, after all others are sent, unless the node
 * continues on fail
 */
export async function replayItems(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]> {
  const outcomes: Outcome[] = [];
  const leads = readLeads(context, outcomes);
  for (let start = 0; start < leads.length; start += BATCH_SIZE) {
    const batch = leads.slice(start, start + BATCH_SIZE);
    try {
      const results = await replay(database, batch);
      for (const { itemIndex, leadId } of batch) {
        outcomes[itemIndex] = { json: results.get(leadId) ?? { lead_id: leadId, replayed: false } };
      }
    } catch (error) {
      for (const { itemIndex } of batch) outcomes[itemIndex] = { error };
    }
  }
  return outcomes.map((outcome, item) =>
    'json' in outcome ? { json: outcome.json, pairedItem: { item } } : failedItem(context, outcome.error, item),
  );
}

async function replay(database: LeadDatabase, batch: readonly ItemLead[]): Promise<Map<string, IDataObject>> {
  const ids = [...new Set(batch.map(({ leadId }) => leadId))];
  const { results } = await database.call('replay_dead_letters', { p_lead_ids: ids }, batch[0].itemIndex);
  return new Map((results as IDataObject[]).map((result) => [String(result.lead_id), result]));
}

/** The leads of all items; an item without one gets its failure at once. */
function readLeads(context: IExecuteFunctions, outcomes: Outcome[]): ItemLead[] {
  return [...context.getInputData().keys()].flatMap((itemIndex) => {
    try {
      const leadId = leadIdParameter(context, itemIndex);
      if (leadId !== null) return [{ itemIndex, leadId }];
      throw operationError(
        context.getNode(),
        'There is no lead ID',
        'Give it by an expression, e.g. {{ $json.lead_id }}, or replay all leads of a kind.',
        itemIndex,
      );
    } catch (error) {
      outcomes[itemIndex] = { error };
      return [];
    }
  });
}
