import { InputError } from '../../../errors/input-error';
import { allTogether, type Item, type Operation } from '../../../frame';
import { connect } from '../../../SupabaseLeads/transport/client';
import { SOURCE } from '../../loops';

/** Hints that `add_to_intake` takes in one call. */
const BATCH_SIZE = 10_000;

function hintOf(item: Item): { external_id: string; hint: object } | InputError {
  const external_id = item.text('leadId');
  if (external_id === null || !/^\d+$/.test(external_id)) {
    return new InputError(
      `Lead ID is ${external_id === null ? 'empty' : `"${external_id}"`}`,
      'Pass the digits of its ID, as a text.',
    );
  }
  const { page_id, form_id } = item.input;
  return { external_id, hint: { page_id, form_id } };
}

/** Deliveries → inbox. */
export const add: Operation<void> = {
  name: 'Add',
  action: 'Add leads to the inbox',
  description: 'Note which leads Meta named: each once, however often it comes',
  fields: [
    {
      displayName: 'Lead ID',
      name: 'leadId',
      type: 'string',
      default: '={{ $json.leadgen_id }}',
      required: true,
      description: 'ID of the lead, as Meta Lead Ads Trigger gives it',
    },
  ],
  execute: allTogether<void>(async (items) => {
    const database = await connect(items[0].context);
    const bad: Array<{ item: Item; error: InputError }> = [];
    const hints = items.flatMap((item) => {
      const hint = hintOf(item);
      if (!(hint instanceof InputError)) return [hint];
      bad.push({ item, error: hint });
      return [];
    });
    const sum = { added: 0, known: 0, waiting: 0 };
    for (let start = 0; start < hints.length; start += BATCH_SIZE) {
      const args = { p_source: SOURCE, p_hints: hints.slice(start, start + BATCH_SIZE) };
      const answer = await database.call('add_to_intake', args, 0);
      sum.added += Number(answer.added);
      sum.known += Number(answer.known);
      sum.waiting = Number(answer.waiting);
    }
    if (bad.length > 0) {
      const [{ item, error }] = bad;
      const noted = `${bad.length} of ${items.length} leads were not noted; the others were. The first: ${error.message}`;
      throw item.error(noted, 'Pass the digits of its ID, as a text.');
    }
    return sum;
  }),
};
