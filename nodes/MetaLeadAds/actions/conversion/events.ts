import type { GraphClient } from '../../transport/client';
import { MetaError } from '../../transport/failures';

/** A lead has come to a stage. */
export interface StageEvent {
  /** Digits. */
  leadId: string;
  /** As the CRM calls it. */
  stage: string;
  /** Seconds since 1970. */
  time: number;
  /** Meta counts what has the same one, and the same stage, once. */
  eventId: string;
}

export interface Destination {
  datasetId: string;
  /** The name that Meta shows the stages under. */
  crm: string;
  /** From Events Manager → Test events; null when the events count. */
  testCode: string | null;
}

/** Events that Meta takes in one call. */
export const MOST_EVENTS = 1_000;

/**
 * Sends stages (developers.facebook.com/docs/marketing-api/conversions-api/conversion-leads-integration). Meta refuses a
 * whole call for one event that it does not take: a refused call is sent again in halves, until that event stands alone.
 * @returns for each event, in order, null or why Meta does not take it
 * @throws MetaError for what concerns all of them
 */
export async function sendStages(
  graph: GraphClient,
  to: Destination,
  events: readonly StageEvent[],
): Promise<Array<MetaError | null>> {
  try {
    await graph.call({ method: 'POST', path: `${encodeURIComponent(to.datasetId)}/events`, form: formOf(to, events) });
    return events.map(() => null);
  } catch (error) {
    if (!(error instanceof MetaError) || error.failure.kind !== 'invalid') return await Promise.reject(error as Error);
    if (events.length === 1) return [error];
    const half = Math.ceil(events.length / 2);
    return [
      ...(await sendStages(graph, to, events.slice(0, half))),
      ...(await sendStages(graph, to, events.slice(half))),
    ];
  }
}

function formOf({ crm, testCode }: Destination, events: readonly StageEvent[]): Record<string, string> {
  const data = events.map(({ leadId, stage, time, eventId }) => ({
    event_name: stage,
    event_time: time,
    event_id: eventId,
    action_source: 'system_generated',
    user_data: { lead_id: leadId },
    custom_data: { event_source: 'crm', lead_event_source: crm },
  }));
  // A number, as Meta wants it, with digits that JavaScript would round; an escaped text cannot look like this key.
  const text = JSON.stringify(data).replace(/"lead_id":"(\d+)"/g, '"lead_id":$1');
  return { data: text, ...(testCode === null ? {} : { test_event_code: testCode }) };
}
