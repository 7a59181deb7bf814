import { InputError } from '../../../errors/input-error';
import {
  byKey,
  bySize,
  inBatches,
  optionsField,
  timeOf,
  type Item,
  type NodeRun,
  type Operation,
} from '../../../frame';
import { connect } from '../../transport/n8n-client';
import { callOptions, readCallOptions } from '../fields';
import { MOST_EVENTS, sendStages, type Destination, type StageEvent } from './events';

const DEFAULT_CRM = 'Twenty';

interface StageOptions {
  eventId?: string;
  crm?: string;
  testCode?: string;
}

const optionsOf = (item: Item): StageOptions => item.value('options', {}) as StageOptions;

function eventOf(item: Item): StageEvent {
  const leadId = item.text('leadId');
  const stage = item.text('stage');
  if (leadId === null || !/^\d+$/.test(leadId)) {
    throw new InputError(
      `Lead ID is ${leadId === null ? 'empty' : `"${leadId}"`}`,
      'Pass the digits of Meta’s ID, as a text: external_id of the touch whose source is meta.',
    );
  }
  if (stage === null) throw new InputError('Stage is empty', 'Pass the status that the lead has come to.');
  const time = Math.floor(Date.parse(timeOf(item, 'time') ?? new Date().toISOString()) / 1_000);
  return { leadId, stage, time, eventId: optionsOf(item).eventId?.trim() || `${leadId}:${stage}` };
}

function destinationOf(item: Item): Destination {
  const datasetId = item.text('datasetId');
  if (datasetId === null || !/^\d+$/.test(datasetId)) {
    throw item.error('Dataset ID has other characters than digits, or none', 'Copy it from the Events Manager.');
  }
  const { crm, testCode } = optionsOf(item);
  return { datasetId, crm: crm?.trim() || DEFAULT_CRM, testCode: testCode?.trim() || null };
}

interface Sent {
  event: StageEvent;
  to: Destination;
}

/** Meta takes events of one dataset in one call. */
const byDestination = byKey<Sent>(({ input }) => JSON.stringify(input.to));

const execute = async (run: NodeRun<void>) => {
  if (run.items.length === 0) return [[]];
  const graph = await connect(run.context, readCallOptions(run.first));
  return await inBatches<void, Sent>({
    read: (item) => ({ event: eventOf(item), to: destinationOf(item) }),
    split: (items) => byDestination(items).flatMap(bySize(MOST_EVENTS)),
    work: async (batch) => {
      const events = batch.map(({ input }) => input.event);
      const errors = await sendStages(graph, batch[0].input.to, events);
      return events.map(
        ({ leadId, stage, time, eventId }, index) =>
          errors[index] ?? {
            lead_id: leadId,
            stage,
            event_id: eventId,
            event_time: new Date(time * 1_000).toISOString(),
          },
      );
    },
    summary: (sent, all) => `${sent} of ${all} stages were sent. To go on with those, set On Error to continue.`,
  })(run);
};

/** What became of leads → Meta, 1,000 items a call. */
export const sendStage: Operation<void> = {
  name: 'Send Stage',
  action: 'Send the stage of a lead',
  description: 'Tell Meta which stage a lead has come to, once for each stage; 1,000 items are one call',
  fields: [
    {
      displayName: 'Dataset ID',
      name: 'datasetId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 101600000000001',
      description: 'The dataset that your CRM is connected to, from the Events Manager',
    },
    {
      displayName: 'Lead ID',
      name: 'leadId',
      type: 'string',
      default: '={{ $json.external_id }}',
      required: true,
      description: 'Meta’s ID of the lead: external_id of its touch',
    },
    {
      displayName: 'Stage',
      name: 'stage',
      type: 'string',
      default: '={{ $json.lead_status }}',
      required: true,
      placeholder: 'e.g. qualified',
      description: 'What your CRM calls the stage, as you order the stages in the Events Manager',
    },
    {
      displayName: 'Time',
      name: 'time',
      type: 'dateTime',
      default: '',
      description: 'When the lead came to it, at most 7 days ago. Now when left empty.',
    },
    optionsField(
      {
        displayName: 'CRM Name',
        name: 'crm',
        type: 'string',
        default: DEFAULT_CRM,
        description: 'The name that Meta shows the stages under',
      },
      {
        displayName: 'Event ID',
        name: 'eventId',
        type: 'string',
        default: '',
        description:
          'Meta counts events of the same ID once. Made of lead and stage when left empty; give your own for a stage that counts each time it is reached.',
      },
      {
        displayName: 'Test Event Code',
        name: 'testCode',
        type: 'string',
        default: '',
        placeholder: 'e.g. TEST12345',
        description: 'From Events Manager → Test events: events are shown there, and do not count',
      },
      ...callOptions,
    ),
  ],
  execute,
};
