import { ApiError, graphqlFailure, permissionDenied } from '../errors';
import { readOperation } from '../graphql/document';
import type { GraphqlRequest } from '../graphql/execute';
import { argumentsOf, responseKey, selectedFields } from '../graphql/selection';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { WebhookRegistry } from '../webhooks/registry';
import type { Schema } from './schema';

const SESSION_NEEDED = new ApiError('This endpoint requires a session access token', {
  code: 'FORBIDDEN',
  subCode: 'FORBIDDEN_EXCEPTION',
  userFriendlyMessage: 'You do not have permission to perform this action.',
});

function resolve(name: string, args: JsonObject, schema: Schema, webhooks: WebhookRegistry): Json {
  switch (name) {
    case 'createWebhook':
      return webhooks.show(webhooks.create(isJsonObject(args.input) ? args.input : {}));
    case 'webhooks':
      return webhooks.list().map((webhook) => webhooks.show(webhook));
    case 'deleteWebhook': {
      const webhook = webhooks.get(String(args.id));
      if (webhook === undefined) throw new ApiError('Webhook not found', { code: 'NOT_FOUND' });
      webhooks.delete(webhook.id);
      return webhooks.show(webhook);
    }
    case 'getRoles':
      return [
        { id: schema.standardApplicationId, label: 'Admin', canBeAssignedToApiKeys: true },
        { id: schema.customApplicationId, label: 'Member', canBeAssignedToApiKeys: false },
      ];
    case 'createApiKey':
    case 'revokeApiKey':
      throw SESSION_NEEDED;
    default:
      throw new ApiError(`Cannot query field "${name}" on type "Query".`);
  }
}

/** The part of the `/metadata` GraphQL endpoint that an API key can use: webhooks and the list of roles. */
export function executeMetadataGraphql(
  request: GraphqlRequest,
  schema: Schema,
  webhooks: WebhookRegistry,
  readOnly: boolean,
): JsonObject {
  const operation = readOperation(request.query, request.variables, request.operationName);
  const data: JsonObject = {};
  for (const node of operation.roots) {
    try {
      if (readOnly && operation.type === 'mutation') throw permissionDenied();
      const value = resolve(node.name.value, argumentsOf(node, operation.scope), schema, webhooks);
      const keys = selectedFields(node.selectionSet, operation.scope);
      const pick = (item: Json): Json =>
        isJsonObject(item)
          ? Object.fromEntries(keys.map((key) => [responseKey(key), item[key.name.value] ?? null]))
          : item;
      data[responseKey(node)] = Array.isArray(value) ? value.map(pick) : pick(value);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { ...graphqlFailure(error.message), errors: [error.toGraphql()], data: null };
    }
  }
  return { data };
}
