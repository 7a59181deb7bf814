import { ApiError } from '../errors';
import { createdAnswer, ok, type Answer, type Call } from '../http';
import { isJsonObject } from '../json';
import { metadataPage } from '../metadata/routes';
import type { WebhookRegistry } from './registry';

export type TwentyVersion = '2.21' | '2.31';

/** `/rest/webhooks`, whose list is bare, and `/rest/metadata/webhooks`, whose list has pages from 2.31 on. */
export function webhookRoute(call: Call, registry: WebhookRegistry, version: TwentyVersion): Answer {
  const isMetadata = call.segments[1] === 'metadata';
  const id = call.segments[isMetadata ? 3 : 2];
  const body = isJsonObject(call.body) ? call.body : {};
  if (id === undefined) {
    if (call.method === 'POST') return createdAnswer(registry.show(registry.create(body)));
    const shown = registry.list().map((webhook) => registry.show(webhook));
    return isMetadata && version === '2.31' ? metadataPage(call, 'webhooks', shown) : ok(shown);
  }
  const webhook = registry.get(id);
  if (webhook === undefined) throw new ApiError('Webhook not found', { status: 404, restError: 'NotFoundException' });
  if (call.method === 'DELETE')
    return { status: 200, body: registry.delete(id), contentType: 'text/html; charset=utf-8' };
  if (call.method === 'PATCH' || call.method === 'PUT') return ok(registry.show(registry.update(webhook, body)));
  return ok(registry.show(webhook));
}
