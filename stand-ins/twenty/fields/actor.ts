import type { Json, JsonObject } from '../json';

/** Who a change is attributed to. */
export interface Actor {
  source: string;
  workspaceMemberId: string | null;
  name: string;
  context: JsonObject | null;
}

/** The actor of a request with an API key: the server writes the key's name. */
export function apiKeyActor(name: string): Actor & JsonObject {
  return Object.freeze({ source: 'API', workspaceMemberId: null, name, context: {} });
}

/** `createdBy` as a client may set it: parts left out stay, an empty context is stored as none. */
export function mergeActor(before: JsonObject | undefined, input: JsonObject): JsonObject {
  const context: Json | undefined =
    typeof input.context === 'object' && input.context !== null && Object.keys(input.context).length === 0
      ? null
      : input.context;
  return {
    source: input.source ?? before?.source ?? 'MANUAL',
    workspaceMemberId: input.workspaceMemberId ?? before?.workspaceMemberId ?? null,
    name: input.name ?? before?.name ?? '',
    context: context === undefined ? (before?.context ?? null) : context,
  };
}
