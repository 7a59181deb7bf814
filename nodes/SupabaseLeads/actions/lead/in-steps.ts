import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { hintAboutSavedExecutions } from '../../../hints/saved-executions';
import type { FunctionArguments, LeadDatabase } from '../../transport/client';
import { eachItem } from '../each-item';
import { textParameter } from '../parameters';
import { leadIdsParameter } from '../uuid-parameter';

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

/** Runs a stepped function for each input item; the answer has the counts of all its steps, and their number. */
export async function runInSteps(
  context: IExecuteFunctions,
  database: LeadDatabase,
  steppedFunction: SteppedFunction,
): Promise<INodeExecutionData[]> {
  hintAboutSavedExecutions(context);
  return await eachItem(context, async (itemIndex) => {
    const scope = textParameter(context, 'scope', itemIndex);
    if (scope === 'chosen') {
      const leadIds = leadIdsParameter(context, itemIndex, MAX_NAMED);
      return await database.call(steppedFunction.name, { p_lead_ids: leadIds }, itemIndex);
    }
    const args = { p_scope: scope, p_limit: context.getNodeParameter('stepSize', itemIndex, DEFAULT_STEP) };
    const untilDone = context.getNodeParameter('untilDone', itemIndex, true) === true;
    const position = untilDone ? null : textParameter(context, 'position', itemIndex);
    const step = async (at: unknown): Promise<IDataObject> =>
      await database.call(steppedFunction.name, { ...args, p_position: at } satisfies FunctionArguments, itemIndex);
    return untilDone ? await allSteps(context, step, steppedFunction) : await step(position);
  });
}

/** Takes steps until none is left, the execution is cancelled, or one did nothing and would only be repeated. */
async function allSteps(
  context: IExecuteFunctions,
  step: (position: unknown) => Promise<IDataObject>,
  { sums }: SteppedFunction,
): Promise<IDataObject> {
  const total: Record<string, number> = Object.fromEntries(sums.map((name) => [name, 0]));
  let position: unknown = null;
  for (let steps = 1; ; steps += 1) {
    const answer = await step(position);
    for (const name of sums) total[name] += Number(answer[name] ?? 0);
    const isStuck = Number(answer[sums[0]] ?? 0) === 0 && answer.position === position;
    const isCancelled = context.getExecutionCancelSignal()?.aborted === true;
    if (answer.has_next !== true || isStuck || isCancelled) return { ...answer, ...total, steps };
    position = answer.position ?? null;
  }
}
