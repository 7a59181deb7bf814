import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { jsonField } from '../../../frame';
import { readFailedExecution } from '../../alerts/failed-execution';
import { toMessages } from '../../alerts/messages';
import type { Report } from '../../alerts/notification';
import { channelFields, TELLING_OUTPUTS, tellingItems } from '../alert/channel-fields';
import { ownFailure } from '../alert/own-failure';
import { tellingOfFailure } from '../alert/tell-failure';
import type { NodeRun, Operation } from '../types';
import { type AiAnswers, hasNoModel, readAnswers } from './ai-answers';

/** Leads whose answer could not be used, as far as a report names them. */
const MOST_TOLD = 50;

/** What the batches of an execution came to. */
interface Sums extends IDataObject {
  batches: number;
  applied: number;
  kept: number;
  rejected: number;
  unanswered: number;
  /** A lead and why its answer could not be used. */
  to_tell: string[];
}

const NOTHING: Sums = { batches: 0, applied: 0, kept: 0, rejected: 0, unanswered: 0, to_tell: [] };

/**
 * Stores what a model said to a batch of leads as far as it holds (`apply_ai_segments`), and asks for the next batch. At the
 * end it tells which answers could not be used; where the model or Supabase did not answer, it tells that, and Settle ends
 * the execution with it.
 */
export const storeAiAnswers: Operation = {
  name: 'Store AI Answers',
  action: 'Store AI answers about leads',
  description:
    "Store a model's answers as far as they hold, go on with the next batch, and tell what could not be used",
  fields: [
    jsonField({
      displayName: 'Leads',
      name: 'leads',
      required: true,
      description: 'The items of Get to Classify that the model was asked about, in the order of the answers',
      placeholder: "e.g. {{ $('Get undecided leads').all(0).map((item) => item.json) }}",
    }),
    {
      displayName: 'Max Batches',
      name: 'maxBatches',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 50,
      description: 'Batches of one execution, which limits what it may cost',
    },
    ...channelFields,
  ],
  outputs: [...TELLING_OUTPUTS, 'Next Batch'],
  async execute(run) {
    const leads = run.first.list<IDataObject>('leads');
    const answers = run.items.map(({ input }) => input);
    if (leads.length === 0) return await failed(run, answers[0]?.error);
    const read = readAnswers(leads, answers);
    if (hasNoModel(read)) return [...toldItems(run, NOTHING), []];
    if (read.results.length === 0) return await failed(run, `The model did not answer: ${read.error}`);
    const memory = run.context.getContext('node') as { sums?: Sums };
    let sums: Sums;
    try {
      sums = await stored(run, read, memory.sums ?? NOTHING);
    } catch (error) {
      return await failed(run, error);
    }
    const { position, has_next } = leads[0];
    const goesOn = has_next === true && sums.batches < Number(run.first.value('maxBatches'));
    memory.sums = sums;
    if (!goesOn) return [...toldItems(run, sums), []];
    return [...TELLING_OUTPUTS.map(() => []), [{ json: { position }, pairedItem: { item: 0 } }]];
  },
};

/** Stores what holds and adds it up. */
async function stored(run: NodeRun, read: AiAnswers, before: Sums): Promise<Sums> {
  const database = await run.connect();
  const answer = await database.call('apply_ai_segments', { p_results: read.results }, 0);
  const rejected = (answer.results as IDataObject[]).filter(({ result }) => result === 'rejected');
  return {
    batches: before.batches + 1,
    applied: before.applied + Number(answer.applied),
    kept: before.kept + Number(answer.kept),
    rejected: before.rejected + Number(answer.rejected),
    unanswered: before.unanswered + read.unanswered,
    to_tell: [
      ...before.to_tell,
      ...rejected.map(({ lead_id, reason }) => `${String(lead_id)}: ${String(reason)}`),
      ...read.unreadable.map((lead_id) => `${String(lead_id)}: the answer was not a segment with a confidence`),
    ].slice(0, MOST_TOLD),
  };
}

function reportOf({ context }: NodeRun, { applied, to_tell }: Sums): Report {
  return {
    title: context.getWorkflow().name ?? 'Segments by a model',
    reason: `${applied} leads got a segment. Some answers could not be used, and the rules' result stands.`,
    notifications: to_tell.map((told, id) => {
      const [leadId, ...reason] = told.split(': ');
      return {
        id,
        kind: 'raised',
        severity: 'warning',
        title: `Lead ${leadId}`,
        message: reason.join(': '),
        advice: null,
        since: null,
        at: new Date().toISOString(),
      };
    }),
  };
}

function toldItems(run: NodeRun, sums: Sums): INodeExecutionData[][] {
  return tellingItems(run, sums, toMessages(reportOf(run, sums)), {
    what: 'What could not be used',
    notification_ids: [],
    remembered_as: null,
    stop: null,
    if_not_told: 'It stands in the output of this execution.',
  });
}

async function failed(run: NodeRun, error: unknown): Promise<INodeExecutionData[][]> {
  const message = error instanceof Error ? error.message : ((error as IDataObject | undefined)?.message ?? error);
  const { context } = run;
  const failure = readFailedExecution(ownFailure(context, context.getInputSourceData().previousNode, message));
  const told = await tellingOfFailure(run, failure, {
    what: 'The failure',
    stop: failure.error,
    if_not_told: 'No channel took the alert.',
    onceAnHour: false,
    nextStep: "Nothing is lost: the rules' result stands, and the next run asks again.",
  });
  return [...told, []];
}
