import { graphqlRefusal, restRefusal, type ApiKey, type KeyRing } from './auth';
import { ApiError, graphqlFailure, limitReached, permissionDenied } from './errors';
import { apiKeyActor } from './fields/actor';
import { readOperation } from './graphql/document';
import { executeGraphql, readGraphqlRequest, unknownRoot, type GraphqlRequest } from './graphql/execute';
import { isQuery, RootIndex, type Root } from './graphql/roots';
import { cannot, type Answer, type Call } from './http';
import { executeMetadataGraphql } from './metadata/graphql';
import { MetadataRoutes } from './metadata/routes';
import type { TokenBucket } from './rate-limiter';
import { RecordRoutes } from './rest/records';
import type { Stats } from './stats';
import { webhookRoute, type TwentyVersion } from './webhooks/routes';
import type { WebhookRegistry } from './webhooks/registry';
import type { Author, Workspace } from './workspace';

export interface RouterParts {
  workspace: Workspace;
  webhooks: WebhookRegistry;
  keys: KeyRing;
  stats: Stats;
  /** Null when nothing is limited. */
  bucket: () => TokenBucket | null;
  maxFirst: number;
  version: TwentyVersion;
}

/** Finds out what a request is about, whether it may be made, and has it done. */
export class Router {
  private readonly metadata: MetadataRoutes;
  private readonly roots: RootIndex;

  constructor(private readonly parts: RouterParts) {
    this.metadata = new MetadataRoutes(parts.workspace);
    this.roots = new RootIndex(parts.workspace.schema);
  }

  /**
   * @param limited a fault wants the rate limit to be reached
   */
  route(call: Call, limited: boolean): Answer {
    const [first] = call.segments;
    if (first === 'healthz') return { status: 200, body: { status: 'ok', info: {}, error: {}, details: {} } };
    if (call.path.startsWith('/graphql') || first === 'metadata') return this.graphql(call, limited);
    if (first === 'rest') return this.rest(call, limited);
    return cannot(call);
  }

  private graphql(call: Call, limited: boolean): Answer {
    if (call.method !== 'POST') return cannot(call);
    if (Array.isArray(call.body)) return { status: 400, body: graphqlFailure('Batching is not supported.') };
    const request = readGraphqlRequest(call.body);
    if (request === undefined) return { status: 400, body: graphqlFailure('Must provide query string.') };
    const key = this.parts.keys.check(call.headers.authorization);
    if (key === 'missing') return { status: 200, body: this.schemaWithoutKey(request) };
    if (typeof key === 'string') return { status: 200, body: graphqlRefusal(key) };
    const { workspace, webhooks, maxFirst } = this.parts;
    if (call.segments[0] === 'metadata') {
      return { status: 200, body: executeMetadataGraphql(request, workspace.schema, webhooks, key.readOnly === true) };
    }
    return executeGraphql(request, {
      workspace,
      maxFirst,
      roots: this.roots,
      author: authorOf(key),
      admit: (name, root) => this.admit(name, root, key, limited),
    });
  }

  private schemaWithoutKey(request: GraphqlRequest): Answer['body'] {
    const operation = readOperation(request.query, request.variables, request.operationName);
    return unknownRoot(operation, operation.roots[0]);
  }

  private rest(call: Call, limited: boolean): Answer {
    const key = this.parts.keys.check(call.headers.authorization);
    if (typeof key === 'string') return restRefusal(key);
    const { workspace, webhooks, maxFirst, version } = this.parts;
    const [, second, third] = call.segments;
    const writes = call.method !== 'GET';
    try {
      if (second === 'webhooks' || (second === 'metadata' && third === 'webhooks')) {
        if (key.readOnly === true && writes) throw permissionDenied();
        return webhookRoute(call, webhooks, version);
      }
      if (second === 'metadata') {
        if (key.readOnly === true && writes) throw permissionDenied(403);
        return this.metadata.handle(call);
      }
      const admit = (name: string, root: Root): void => this.admit(name, root, key, limited);
      return new RecordRoutes({ workspace, maxFirst, author: authorOf(key), admit }).handle(call);
    } catch (error) {
      if (error instanceof ApiError) return { status: error.status, body: error.toRest() };
      throw error;
    }
  }

  /** Takes a token for one root operation and checks the key's rights. */
  private admit(name: string, root: Root, key: ApiKey, limited: boolean): void {
    const { stats } = this.parts;
    const bucket = this.parts.bucket();
    if (limited || (bucket !== null && !bucket.tryTake())) {
      stats.limited += 1;
      const { tokens, windowMs } = bucket?.limit ?? { tokens: 100, windowMs: 60_000 };
      throw limitReached(tokens, windowMs);
    }
    stats.count(name);
    if (key.readOnly === true && !isQuery(root.kind)) throw permissionDenied();
  }
}

function authorOf(key: ApiKey): Author {
  return { actor: apiKeyActor(key.name) };
}
