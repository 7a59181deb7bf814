import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../json';
import { showRecord } from '../records/show';
import type { Author, RecordEvent } from '../workspace';
import { wants, type Webhook, type WebhookRegistry } from './registry';
import { signDelivery } from './signature';

/** The server waits this long for an answer; whatever comes of it, it does not try again. */
const TIMEOUT_MS = 5_000;

/** Sends one signed POST for each record and webhook, and never a second one. */
export class WebhookDeliveries {
  private readonly underway = new Set<Promise<void>>();

  constructor(
    private readonly registry: WebhookRegistry,
    private readonly workspaceId: string,
    private readonly clock: () => number,
  ) {}

  /** Announces events; the requests that caused them do not wait. */
  announce(events: RecordEvent[], author: Author): void {
    const webhooks = this.registry.telling();
    for (const event of events) {
      for (const webhook of webhooks) {
        if (!wants(webhook, event.object.name, event.kind)) continue;
        const sending = this.send(webhook, JSON.stringify(this.body(webhook, event, author)));
        this.underway.add(sending);
        void sending.then(() => this.underway.delete(sending));
      }
    }
  }

  /** Resolves when every delivery has been answered or given up. */
  async idle(): Promise<void> {
    while (this.underway.size > 0) await Promise.all(this.underway);
  }

  private body(webhook: Webhook, { object, kind, record, updatedFields }: RecordEvent, author: Author): JsonObject {
    const body: JsonObject = {
      targetUrl: webhook.targetUrl,
      eventName: `${object.name}.${kind}`,
      objectMetadata: { id: object.id, nameSingular: object.name },
      workspaceId: this.workspaceId,
      webhookId: webhook.id,
      eventDate: new Date(this.clock()).toISOString(),
    };
    if (author.user !== undefined) Object.assign(body, author.user);
    body.record = showRecord(object, record);
    if (updatedFields !== undefined) body.updatedFields = updatedFields;
    return body;
  }

  private async send(webhook: Webhook, rawBody: string): Promise<void> {
    const timestamp = String(Math.floor(this.clock()));
    try {
      const answer = await fetch(webhook.targetUrl, {
        method: 'POST',
        headers: {
          accept: 'application/json, text/plain, */*',
          'content-type': 'application/json',
          'x-twenty-webhook-timestamp': timestamp,
          'x-twenty-webhook-signature': signDelivery(webhook.secret, timestamp, rawBody),
          'x-twenty-webhook-nonce': randomBytes(16).toString('hex'),
        },
        body: rawBody,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
    } catch {
      // A receiver that is away or too slow has missed the event for good.
    }
  }
}
