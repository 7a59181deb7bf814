import type { IDataObject } from 'n8n-workflow';
import { allTogether, chosenBy, eachItem, type Item, jsonField } from '../../../frame';
import type { LeadDatabase } from '../../transport/client';
import type { Operation } from '../types';

/** Events that `add_to_inbox` takes in one call. */
const BATCH_SIZE = 10_000;

interface RecordEvent {
  object: unknown;
  record_id: unknown;
}

function eventOf(item: Item): RecordEvent {
  const read = (name: string): unknown => item.reference(name) ?? item.text(name);
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

/** Notes which records of Twenty changed (`add_to_inbox`). */
export const add: Operation = {
  name: 'Add',
  action: 'Add to the inbox',
  description: 'Note which records of Twenty changed: one entry for a record, however many events came',
  fields: [
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
  execute: chosenBy('input', {
    items: allTogether((items, database) => addEvents(database, items.map(eventOf), 0)),
    batch: eachItem((item, database) => addEvents(database, item.list('events'), item.index)),
  }),
};
