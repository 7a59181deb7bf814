import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { referencedField } from '../../../parameters/referenced-field';
import type { LeadDatabase } from '../../transport/client';
import { eachItem } from '../each-item';
import { jsonField, listParameter, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Events that `add_to_inbox` takes in one call. */
const BATCH_SIZE = 10_000;

interface RecordEvent {
  object: unknown;
  record_id: unknown;
}

function eventOf(context: IExecuteFunctions, itemIndex: number): RecordEvent {
  const read = (name: string): unknown =>
    referencedField(context, name, itemIndex) ?? textParameter(context, name, itemIndex);
  return { object: read('object'), record_id: read('recordId') };
}

/** Adds events in as few calls as can be: what was added adds up, what waits is what the last call saw. */
async function addEvents(database: LeadDatabase, events: unknown[], itemIndex: number): Promise<IDataObject> {
  const sum = { added: 0, coalesced: 0, ignored: 0, waiting: 0 };
  for (let start = 0; start === 0 || start < events.length; start += BATCH_SIZE) {
    const args = { p_events: events.slice(start, start + BATCH_SIZE) };
    const answer = await database.call('add_to_inbox', args, itemIndex);
    sum.added += Number(answer.added);
    sum.coalesced += Number(answer.coalesced);
    sum.ignored += Number(answer.ignored);
    sum.waiting = Number(answer.waiting);
  }
  return sum;
}

/** All items are one batch, and one item answers for them. */
async function addItems(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]> {
  const events = context.getInputData().map((_item, itemIndex) => eventOf(context, itemIndex));
  if (events.length === 0) return [];
  const json = await addEvents(database, events, 0);
  return [{ json, pairedItem: events.map((_event, item) => ({ item })) }];
}

/** Notes which records of Twenty changed (`add_to_inbox`). */
export const add: Operation = {
  properties: [
    {
      displayName: 'Each Item Is',
      name: 'input',
      type: 'options',
      options: [
        { name: 'One Batch', value: 'batch', description: 'For sync workflows: an item carries a list of events' },
        { name: 'One Event', value: 'items', description: 'As Twenty Trigger gives them: all items go in one call' },
      ],
      default: 'items',
    },
    {
      displayName: 'Object',
      name: 'object',
      type: 'string',
      default: '={{ $json.object }}',
      required: true,
      placeholder: 'e.g. person',
      description: 'Singular name of the object in Twenty; events of objects that are not synced are ignored',
      displayOptions: { show: { input: ['items'] } },
    },
    {
      displayName: 'Record ID',
      name: 'recordId',
      type: 'string',
      default: '={{ $json.record_id }}',
      required: true,
      description: 'ID of the record in Twenty that changed',
      displayOptions: { show: { input: ['items'] } },
    },
    jsonField({
      displayName: 'Events',
      name: 'events',
      default: '[]',
      required: true,
      description: 'List of events, each with object and record_id',
      placeholder: 'e.g. {{ $json.events }}',
      displayOptions: { show: { input: ['batch'] } },
    }),
  ],
  async execute(context, database) {
    if (context.getNodeParameter('input', 0, 'items') !== 'batch') return await addItems(context, database);
    return await eachItem(context, (itemIndex) =>
      addEvents(database, listParameter(context, 'events', itemIndex), itemIndex),
    );
  },
};
