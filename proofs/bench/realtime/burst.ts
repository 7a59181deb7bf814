import axios, { type AxiosInstance } from 'axios';
import { randomBytes, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { signDelivery } from '../../../stand-ins/twenty';
import { batches } from '../lists';
import { tell, toldStep } from '../../progress';
import { editPeople } from '../seed-twenty';
import type { Stand } from '../stand';
import { percentile, type Burst } from './figures';
import type { RealtimeOptions } from './options';
import { untilSo, type LeadTable } from './sides';

/** People that one edit in Twenty changes before their webhooks are sent. */
const EDIT_BATCH = 200;
const APPLY_TIMEOUT_MS = 120_000;
/** Twenty waits as long for an answer. */
const ANSWER_TIMEOUT_MS = 5_000;

interface Webhook {
  id: string;
  targetUrl: string;
  secret: string;
}

/** The webhook that the published handler has made in Twenty. */
async function takeWebhook(twenty: AxiosInstance): Promise<Webhook> {
  const { data } = await twenty.get<Webhook[]>('/rest/webhooks');
  if (data.length !== 1) throw new Error(`Twenty has ${data.length} webhooks, not the handler's one.`);
  await twenty.delete(`/rest/webhooks/${data[0].id}`);
  return data[0];
}

/** What Twenty sends when a person was updated. */
function delivery({ id, targetUrl }: Webhook, recordId: string): string {
  return JSON.stringify({
    targetUrl,
    eventName: 'person.updated',
    objectMetadata: { id: randomUUID(), nameSingular: 'person' },
    workspaceId: randomUUID(),
    webhookId: id,
    eventDate: new Date().toISOString(),
    record: { id: recordId, jobTitle: 'Whatever', updatedAt: new Date().toISOString() },
    updatedFields: ['jobTitle'],
  });
}

interface Sent {
  accepted: number;
  milliseconds: number[];
}

/** Sends what the queue holds, each sender one webhook after the other, until the queue ends. */
async function send(webhook: Webhook, queue: AsyncQueue, senders: number): Promise<Sent> {
  const sent: Sent = { accepted: 0, milliseconds: [] };
  const client = axios.create({
    httpAgent: new Agent({ keepAlive: false }),
    proxy: false,
    timeout: ANSWER_TIMEOUT_MS,
    validateStatus: () => true,
  });
  const sender = async (): Promise<void> => {
    for (let id = await queue.next(); id !== null; id = await queue.next()) {
      const body = delivery(webhook, id);
      const timestamp = String(Date.now());
      const headers = {
        'content-type': 'application/json',
        'x-twenty-webhook-timestamp': timestamp,
        'x-twenty-webhook-signature': signDelivery(webhook.secret, timestamp, body),
        'x-twenty-webhook-nonce': randomBytes(16).toString('hex'),
      };
      const startedAt = performance.now();
      const status = await client.post(webhook.targetUrl, body, { headers }).then(
        (answer) => answer.status,
        () => 0,
      );
      sent.milliseconds.push(performance.now() - startedAt);
      if (status >= 200 && status < 300) sent.accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return sent;
}

/** Ids in the order in which their edits were made; who asks for more than there is waits. */
class AsyncQueue {
  private readonly ids: string[] = [];
  private readonly waiting: Array<(id: string | null) => void> = [];
  private ended = false;

  push(ids: readonly string[]): void {
    for (const id of ids) {
      const next = this.waiting.shift();
      if (next) next(id);
      else this.ids.push(id);
    }
  }

  end(): void {
    this.ended = true;
    for (const next of this.waiting.splice(0)) next(null);
  }

  async next(): Promise<string | null> {
    const id = this.ids.shift();
    if (id !== undefined) return id;
    if (this.ended) return null;
    return await new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** Edits all records again and again, and queues a webhook for each edit. Returns the title of each record's last edit. */
async function edit(
  { twenty }: Stand,
  ids: readonly string[],
  events: number,
  queue: AsyncQueue,
): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  let queued = 0;
  for (let round = 1; queued < events; round += 1) {
    const title = `Edited in the burst ${round}`;
    for (const batch of batches(ids.slice(0, events - queued), EDIT_BATCH)) {
      await editPeople(twenty.client, batch, title);
      for (const id of batch) titles.set(id, title);
      queue.push(batch);
      queued += batch.length;
    }
  }
  queue.end();
  return titles;
}

async function countApplied(table: LeadTable, titles: ReadonlyMap<string, string>): Promise<number> {
  const wanted = [...new Set(titles.values())];
  const counts = await Promise.all(wanted.map((title) => table.countWithJobTitle(title)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Many senders at once send webhooks for edits that Twenty has just made, as its workers do after a bulk edit. */
export async function measureBurst(
  stand: Stand,
  table: LeadTable,
  ids: readonly string[],
  { events, senders }: Pick<RealtimeOptions, 'events' | 'senders'>,
): Promise<Burst> {
  return await toldStep(`${events} webhooks on ${ids.length} records from ${senders} senders`, async () => {
    const twenty = axios.create({
      baseURL: stand.twentyUrl,
      headers: { authorization: `Bearer ${stand.twentyKey}` },
      proxy: false,
    });
    const webhook = await takeWebhook(twenty);
    await stand.twenty.resetStats();
    const queue = new AsyncQueue();
    const startedAt = performance.now();
    const [titles, sent] = await Promise.all([edit(stand, ids, events, queue), send(webhook, queue, senders)]);
    tell(`  sent after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    const isApplied = async (): Promise<boolean> => (await countApplied(table, titles)) === titles.size;
    await untilSo('Every edit of the burst in Supabase', isApplied, APPLY_TIMEOUT_MS).catch((error: Error) =>
      tell(`  ${error.message}`),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    await untilSo('Quiet after the burst', () => table.isQuiet(), APPLY_TIMEOUT_MS);
    const { byOperation } = await stand.twenty.stats();
    return {
      events,
      records: titles.size,
      accepted: sent.accepted,
      answer_p95_ms: Math.round(percentile(sent.milliseconds, 0.95)),
      applied: await countApplied(table, titles),
      twenty_reads: byOperation.people ?? 0,
      seconds: Number(seconds.toFixed(1)),
    };
  });
}
