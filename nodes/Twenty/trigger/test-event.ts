import { sleep, type IHookFunctions } from 'n8n-workflow';
import { unwrap, type TwentyClient } from '../transport/client';
import type { TriggerEvent } from './event';

/** What Twenty sends when the throw-away note is made. */
export const TEST_OPERATION = 'note.created';

const TITLE = 'Test event for n8n, removed at once';
/** Twenty may overlook a webhook for its first 10 s, and n8n keeps the secret only when the webhook is made. */
const SECONDS_BETWEEN = 5;
const MOST_TRIES = 6;

/** The nodes that listen for a test event just now, each with what ends it. */
const listening = new Map<string, AbortController>();

/**
 * Has Twenty send an event: a note is made and removed again, until the node listens no more. Nobody's records are touched.
 * @throws TwentyError when the key may not make notes
 */
export async function startTestEvents(context: IHookFunctions, client: TwentyClient): Promise<void> {
  const key = keyOf(context);
  const ending = new AbortController();
  listening.set(key, ending);
  await makeAndRemoveNote(client);
  void repeat(client, ending.signal).catch((error: Error) => {
    if (ending.signal.aborted) return;
    context.logger.warn(`Twenty Trigger could not have Twenty send another test event. ${error.message}`);
  });
}

export function stopTestEvents(context: IHookFunctions): void {
  listening.get(keyOf(context))?.abort();
  listening.delete(keyOf(context));
}

export function isTestEvent({ event, record }: TriggerEvent): boolean {
  return event === TEST_OPERATION && record?.title === TITLE;
}

async function repeat(client: TwentyClient, signal: AbortSignal): Promise<void> {
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    await sleep(SECONDS_BETWEEN * 1_000, signal);
    await makeAndRemoveNote(client);
  }
}

async function makeAndRemoveNote(client: TwentyClient): Promise<void> {
  const answer = await client.rest<{ data: { createNote: { id: string } } }>('POST', '/notes', { title: TITLE });
  const { id } = unwrap(answer).data.createNote;
  unwrap(await client.rest('DELETE', `/notes/${id}`));
}

function keyOf(context: IHookFunctions): string {
  return `${context.getWorkflow().id ?? ''}/${context.getNode().id}`;
}
