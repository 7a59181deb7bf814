import { type IDataObject, type IExecuteFunctions, sleep } from 'n8n-workflow';
import { jsonField } from '../../../frame';
import type { Operation } from '../types';

/** After so many pauses a channel has had its chance. */
const MOST_PAUSES = 8;
const LONGEST_PAUSE_S = 60;

/** What this node knows of the run so far. */
interface Memory {
  pauses?: number;
  /** What the channel said to the messages that are done with. */
  answers?: IDataObject[];
}

/** Seconds that a channel asks for before it takes the message, e.g. "Too Many Requests: retry after 7"; null when it does not. */
function pauseOf({ error }: IDataObject): number | null {
  const text = String((error as IDataObject | undefined)?.message ?? error ?? '');
  const seconds = /retry after (\d+)/i.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/**
 * Waits as long as a channel asks, and gives the messages that it did not take once more; when nothing has to be sent
 * again, gives what the channel said to all of them.
 */
export const pause: Operation = {
  name: 'Wait for a Channel',
  action: 'Wait for a channel',
  description: 'Wait as long as a channel asks, and send again what it did not take',
  fields: [
    jsonField({
      displayName: 'Message',
      name: 'message',
      required: true,
      description: 'The item that the node of the channel was given',
      placeholder: "e.g. {{ $('Check alerts').item.json }}",
    }),
  ],
  outputs: ['Done', 'Send Again'],
  async execute({ context, items }) {
    const memory = context.getContext('node') as Memory;
    const mayPause = (memory.pauses ?? 0) < MOST_PAUSES;
    const again = items.filter(({ input }) => mayPause && pauseOf(input) !== null);
    const done = items.filter((item) => !again.includes(item)).map(({ input }) => input);
    const answers = [...(memory.answers ?? []), ...done];
    if (again.length === 0) {
      delete memory.answers;
      delete memory.pauses;
      return [answers.map((json) => ({ json, pairedItem: { item: 0 } })), []];
    }
    memory.answers = answers;
    memory.pauses = (memory.pauses ?? 0) + 1;
    await wait(context, Math.max(...again.map(({ input }) => pauseOf(input) ?? 0)));
    const messages = again.map((item) => ({
      json: item.json('message') as IDataObject,
      pairedItem: { item: item.index },
    }));
    return [[], messages];
  },
};

/** A second more than was asked for: clocks differ. */
async function wait(context: IExecuteFunctions, seconds: number): Promise<void> {
  await sleep(Math.min(seconds + 1, LONGEST_PAUSE_S) * 1000, context.getExecutionCancelSignal());
}
