import type { IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';
import { sentences } from '../../../errors/sentences';
import { type Approval, type Approvals, type Decided, sentenceOf } from '../../approvals/approval';
import { type Press, pressIn } from '../../approvals/press';
import { pressedIn, questionOf, type Pressed, type Question } from '../../approvals/question';
import { TELEGRAM } from '../../alerts/markup';
import type { LeadDatabase } from '../../transport/client';
import type { Operation } from '../types';

/** Characters of an answer to a press, says Telegram. */
const LONGEST_ANSWER = 200;

/** What follows from a press: what the one who pressed is told, and what becomes of the message for all. */
interface Outcome {
  answer: string;
  message?: { text: string } | Question;
}

/**
 * Decides what a pressed button in Telegram stands for (`decide_approval`), once, if its message is in the chat that is asked. Calls the database once
 * a press: what is left to merge after a yes, the next pulls take.
 */
export const decideByButton: Operation = {
  name: 'Decide by Button',
  action: 'Decide an approval by a button in Telegram',
  description: 'Decide what a button in Telegram stands for, which Check and Tell has sent along with the alert',
  fields: [
    {
      displayName: 'Telegram Chat ID',
      name: 'telegramChatId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. -1001234567890',
      description:
        'Chat that is asked: a press in any other decides nothing. A Telegram Trigger on callback queries gives the press.',
    },
  ],
  outputs: ['Answer', 'Message'],
  async execute(run) {
    const database = await run.connect();
    const outputs: INodeExecutionData[][] = [[], []];
    for (const item of run.items) {
      const press = pressIn(item.input);
      if (press === null) {
        throw item.error('This is no press of a button', 'Connect a Telegram Trigger that is on for callback queries.');
      }
      const { answer, message } = await outcomeOf(press, (item.text('telegramChatId') ?? '').toLowerCase(), database);
      const pairedItem = { item: item.index };
      outputs[0].push({ json: { query_id: press.queryId, text: shortened(answer) }, pairedItem });
      const [chat_id] = press.chats;
      if (message) outputs[1].push({ json: { chat_id, message_id: press.messageId, ...message }, pairedItem });
    }
    return outputs;
  },
};

const shortened = (text: string): string => {
  const characters = [...text];
  return characters.length <= LONGEST_ANSWER ? text : `${characters.slice(0, LONGEST_ANSWER - 1).join('')}…`;
};

async function outcomeOf(press: Press, chat: string, database: LeadDatabase): Promise<Outcome> {
  const pressed = pressedIn(press.data);
  if (pressed === null || !press.chats.includes(chat)) return { answer: 'This button decides nothing here.' };
  const { id, isYes, leads, version } = pressed;
  try {
    const args = { p_id: id, p_yes: isYes, p_by: press.by, p_leads: leads, p_seen: version };
    return outcomeOfDecision((await database.call('decide_approval', args, 0)) as IDataObject & Decided);
  } catch (error) {
    const { message, httpCode } = error as NodeApiError;
    return httpCode === '409'
      ? await outcomeOfRefusal(pressed, message, database)
      : { answer: sentences('It was not decided', message) };
  }
}

function outcomeOfDecision(decided: Decided): Outcome {
  const { id, decision, decided_by, decided_before } = decided;
  const text = `${TELEGRAM.bold(`${sentenceOf(decided)} (${id})`)}\n${decision === 'yes' ? '✅ Yes' : '⛔ No'}, by ${TELEGRAM.escape(decided_by)}`;
  const answer = `${decision === 'yes' ? 'Yes' : 'No'}: approval ${id}`;
  return {
    answer: decided_before ? `Approval ${id} was decided before by ${decided_by}: ${decision}.` : `${answer}.`,
    message: { text },
  };
}

/** It was decided otherwise, or has grown or changed since: then the message asks anew. */
async function outcomeOfRefusal({ id }: Pressed, message: string, database: LeadDatabase): Promise<Outcome> {
  const { approvals } = (await database.call(
    'get_approvals',
    { p_status: 'open', p_limit: 100 },
    0,
  )) as unknown as Approvals;
  const open: Approval | undefined = approvals.find((each) => each.id === id);
  return { answer: message, message: open ? questionOf(open) : { text: TELEGRAM.escape(message) } };
}
