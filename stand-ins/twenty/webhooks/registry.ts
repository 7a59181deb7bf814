import { randomBytes, randomUUID } from 'node:crypto';
import { ApiError } from '../errors';
import type { Json, JsonObject } from '../json';
import { formatMicros, type Micros } from '../time';

export interface Webhook {
  id: string;
  targetUrl: string;
  operations: string[];
  description: string | null;
  secret: string;
  createdAt: Micros;
  updatedAt: Micros;
}

/** How long after its making a webhook tells nothing yet, and after its deletion still does: 3–10 s and 4 s on a real server. */
export interface WebhookLag {
  startMs: number;
  stopMs: number;
}

function urlOrThrow(value: Json | undefined): string {
  if (typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new ApiError('Multiple validation errors occurred while creating webhook', {
    restError: 'WorkspaceMigrationBuilderException',
  });
}

/** Operation names are not checked, nor are they by the server. */
function operationsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : ['*.*'];
}

/** The webhooks of a workspace. */
export class WebhookRegistry {
  private readonly webhooks = new Map<string, Webhook>();
  /** When each webhook begins and ceases to tell, in milliseconds of the clock. */
  private readonly spans: { webhook: Webhook; from: number; until: number }[] = [];

  constructor(
    private readonly ids: { workspaceId: string; applicationId: string },
    private readonly now: () => Micros,
    private readonly clock: () => number,
    private readonly lag: WebhookLag,
  ) {}

  list(): Webhook[] {
    return [...this.webhooks.values()];
  }

  /** The webhooks that tell of what happens now. */
  telling(): Webhook[] {
    const now = this.clock();
    return this.spans.filter(({ from, until }) => from <= now && now < until).map(({ webhook }) => webhook);
  }

  get(id: string): Webhook | undefined {
    return this.webhooks.get(id);
  }

  /** Without a secret the server makes one: 64 hexadecimal digits. */
  create(input: JsonObject): Webhook {
    const now = this.now();
    const webhook: Webhook = {
      id: randomUUID(),
      targetUrl: urlOrThrow(input.targetUrl),
      operations: operationsOf(input.operations),
      description: typeof input.description === 'string' ? input.description : null,
      secret: typeof input.secret === 'string' && input.secret !== '' ? input.secret : randomBytes(32).toString('hex'),
      createdAt: now,
      updatedAt: now,
    };
    this.webhooks.set(webhook.id, webhook);
    this.spans.push({ webhook, from: this.clock() + this.lag.startMs, until: Infinity });
    return webhook;
  }

  update(webhook: Webhook, input: JsonObject): Webhook {
    if (input.targetUrl !== undefined) webhook.targetUrl = urlOrThrow(input.targetUrl);
    if (input.operations !== undefined) webhook.operations = operationsOf(input.operations);
    if (typeof input.description === 'string') webhook.description = input.description;
    if (typeof input.secret === 'string') webhook.secret = input.secret;
    webhook.updatedAt = this.now();
    return webhook;
  }

  delete(id: string): boolean {
    for (const span of this.spans) if (span.webhook.id === id) span.until = this.clock() + this.lag.stopMs;
    return this.webhooks.delete(id);
  }

  show(webhook: Webhook): JsonObject {
    const { createdAt, updatedAt, ...rest } = webhook;
    return {
      ...rest,
      workspaceId: this.ids.workspaceId,
      applicationId: this.ids.applicationId,
      createdAt: formatMicros(createdAt),
      updatedAt: formatMicros(updatedAt),
      deletedAt: null,
    };
  }
}

/** Whether a webhook wants an event: `person.created`, `person.*`, `*.created` or `*.*`. */
export function wants(webhook: Webhook, objectName: string, kind: string): boolean {
  return [`${objectName}.${kind}`, `${objectName}.*`, `*.${kind}`, '*.*'].some((name) =>
    webhook.operations.includes(name),
  );
}
