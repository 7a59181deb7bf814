import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { eachItem, type Execute, type Item } from '../../../frame';
import type { FunctionArguments, LeadDatabase } from '../../transport/client';
import { leadIdsOf } from '../lead-ids';

/** Leads that a function takes in one call when they are named. */
const MAX_NAMED = 10_000;
const DEFAULT_STEP = 5_000;

/** A function that works through leads in steps: takes `p_lead_ids`, `p_scope`, `p_limit` and `p_position`. */
export interface SteppedFunction {
  name: string;
  /** The counts of its answer that add up over the steps. */
  sums: readonly string[];
}

/** Which leads, and how: `scope` is the choice that needs work first, in the words of the function. */
export function steppedFields(scope: { value: string; name: string; description: string }): INodeProperties[] {
  const { value } = scope;
  const byScope = { show: { scope: [value, 'all'] } };
  return [
    {
      displayName: 'Which Leads',
      name: 'scope',
      type: 'options',
      options: [
        scope,
        { name: 'All', value: 'all', description: 'Every lead, whether or not anything changed' },
        { name: 'Chosen', value: 'chosen', description: 'The leads whose IDs you give' },
      ],
      default: value,
    },
    {
      displayName: 'Lead IDs',
      name: 'leadIds',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. {{ $json.lead_id }}',
      description: `IDs of leads, separated by commas, or a list by an expression; up to ${MAX_NAMED.toLocaleString('en')}`,
      displayOptions: { show: { scope: ['chosen'] } },
    },
    {
      displayName: 'Until Done',
      name: 'untilDone',
      type: 'boolean',
      default: true,
      description: 'Whether to go on, step by step, until no lead is left. Otherwise it takes one step.',
      displayOptions: byScope,
    },
    {
      displayName: 'Step Size',
      name: 'stepSize',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 20_000 },
      default: DEFAULT_STEP,
      description: 'Leads in one step, which is one call. Lower it where the database is slow.',
      displayOptions: byScope,
    },
    {
      displayName: 'Position',
      name: 'position',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.position }}',
      description: 'Where the step before ended. Empty to begin.',
      displayOptions: { show: { scope: [scope.value, 'all'], untilDone: [false] } },
    },
  ];
}

/**
 * Runs a stepped function for each input item; the answer has the counts of all its steps, and their number.
 * @param tell what the output tells of the answer; all of it, unless given
 */
export function inSteps(
  { name, sums }: SteppedFunction,
  tell: (answer: IDataObject) => IDataObject = (answer) => answer,
): Execute<LeadDatabase> {
  return eachItem(async (item, database) => {
    const call = async (args: FunctionArguments): Promise<IDataObject> => await database.call(name, args, item.index);
    const scope = item.text('scope');
    if (scope === 'chosen') return tell(await call({ p_lead_ids: leadIdsOf(item, MAX_NAMED) }));
    const args = { p_scope: scope, p_limit: item.value('stepSize', DEFAULT_STEP) };
    const step = async (position: unknown): Promise<IDataObject> => await call({ ...args, p_position: position });
    return tell(item.boolean('untilDone', true) ? await allSteps(item, step, sums) : await step(item.text('position')));
  });
}

/** Takes steps until none is left, the execution is cancelled, or one did nothing and would only be repeated. */
async function allSteps(
  item: Item,
  step: (position: unknown) => Promise<IDataObject>,
  sums: readonly string[],
): Promise<IDataObject> {
  const total: Record<string, number> = Object.fromEntries(sums.map((name) => [name, 0]));
  let position: unknown = null;
  for (let steps = 1; ; steps += 1) {
    const answer = await step(position);
    for (const name of sums) total[name] += Number(answer[name] ?? 0);
    const isStuck = Number(answer[sums[0]] ?? 0) === 0 && answer.position === position;
    if (answer.has_next !== true || isStuck || item.isCancelled) return { ...answer, ...total, steps };
    position = answer.position ?? null;
  }
}
