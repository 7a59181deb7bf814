import { InputError } from '../../../errors/input-error';
import { bySize, inBatches, type Item, type NodeRun, type Operation, type Outcome } from '../../../frame';
import { FormNames, readLeads } from '../../leads/read';
import { MOST_PARTS } from '../../transport/client';
import { MetaError } from '../../transport/failures';
import { connect } from '../../transport/n8n-client';
import { leadOptions, outputField, readCallOptions } from '../fields';
import { outputOf } from './output';

function idOf(item: Item): string {
  const id = item.text('leadId');
  if (id !== null && /^\d+$/.test(id)) return id;
  throw new InputError(`Lead ID is ${id === null ? 'empty' : `"${id}"`}`, 'Pass the digits of its ID, as a text.');
}

const execute = async (run: NodeRun<void>) => {
  if (run.items.length === 0) return [[]];
  const graph = await connect(run.context, readCallOptions(run.first));
  const names = new FormNames(graph);
  return await inBatches<void, string>({
    read: idOf,
    split: bySize(MOST_PARTS),
    work: async (batch) => {
      const parts = await readLeads(
        graph,
        batch.map(({ input }) => input),
      );
      const leads = parts.flatMap((part) => ('value' in part ? [part.value] : []));
      await names.of(leads);
      return await Promise.all(
        parts.map(async (part, index): Promise<Outcome> => {
          if ('failure' in part) return new MetaError(part.failure);
          return await outputOf(batch[index].item, [part.value], names);
        }),
      );
    },
    summary: (read, all) => `${read} of ${all} leads were read. To go on with those, set On Error to continue.`,
  })(run);
};

/** Leads by their ids: one call for 50 items. */
export const get: Operation<void> = {
  name: 'Get',
  action: 'Get leads by ID',
  description: 'Get the lead of each item; 50 items are one call',
  fields: [
    {
      displayName: 'Lead ID',
      name: 'leadId',
      type: 'string',
      default: '={{ $json.leadgen_id }}',
      required: true,
      description: 'ID of the lead, as Meta Lead Ads Trigger gives it',
    },
    outputField,
    leadOptions,
  ],
  execute,
};
