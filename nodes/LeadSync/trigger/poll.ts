import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { namesIn } from '../../frame';
import { connect } from '../../SupabaseLeads/transport/client';

/** What the workflow's static data holds between polls: events that it was started with, which the database may forget. */
interface Memory {
  done?: number[];
}

/** Events that a manual run looks at: of more that nobody has taken, it shows one of the first. */
const NEWEST_OF = 1000;

/**
 * What happened to leads since the last poll (`read_lead_events`), an item for each event; null for nothing. A manual run has a feed of its own and shows the newest event.
 * @throws NodeOperationError in a manual run while nothing has happened yet
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
  const isManual = context.getMode() === 'manual';
  const memory = context.getWorkflowStaticData('node') as Memory;
  const events = namesIn(context.getNodeParameter('events', []));
  const fields = namesIn(context.getNodeParameter('fieldNames', ''));
  const { maxEvents = 1000 } = context.getNodeParameter('options', {}) as { maxEvents?: number };
  const database = await connect(context);
  const answer = await database.call(
    'read_lead_events',
    {
      p_feed: `${context.getWorkflow().id ?? ''}/${context.getNode().id}${isManual ? '/test' : ''}`,
      p_events: events,
      p_fields: fields.length > 0 ? fields : null,
      p_score: events.includes('score_crossed') ? Number(context.getNodeParameter('score', 70)) : null,
      p_done: isManual ? null : (memory.done ?? null),
      p_limit: isManual ? NEWEST_OF : maxEvents,
    },
    0,
  );
  const happened = (answer.events as IDataObject[]).slice(isManual ? -1 : 0);
  if (isManual && happened.length === 0) {
    throw operationError(
      context.getNode(),
      'Nothing of this has happened to a lead yet',
      'From now on it is collected: change a lead, then fetch the test event again.',
    );
  }
  if (!isManual) memory.done = happened.map(({ id }) => Number(id));
  if (happened.length === 0) return null;
  return [happened.map(({ details, ...event }) => ({ json: { ...event, ...(details as IDataObject) } }))];
}
