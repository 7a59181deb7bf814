import { GraphQLError, type FieldNode } from 'graphql';
import { ApiError, badRequest, graphqlFailure } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import { describeType } from './introspection';
import { readOperation, type Operation } from './document';
import { resolveRoot, type ResolveContext } from './resolve';
import type { Root, RootIndex } from './roots';
import { argumentsOf, responseKey, selectedFields } from './selection';

const INTROSPECTION: ReadonlySet<string> = new Set(['__type', '__schema']);

/** Most root operations in one document. */
const MAX_ROOTS = 20;

export interface GraphqlAnswer {
  status: number;
  body: JsonObject;
}

export interface GraphqlContext extends ResolveContext {
  roots: RootIndex;
  /** Called once for each root operation before it runs; throws when the call may not be made. */
  admit: (name: string, root: Root) => void;
}

export interface GraphqlRequest {
  query: string;
  variables: JsonObject;
  operationName?: string;
}

/** Reads the body of a GraphQL request; undefined when it is none. */
export function readGraphqlRequest(body: Json | undefined): GraphqlRequest | undefined {
  if (!isJsonObject(body) || typeof body.query !== 'string') return undefined;
  return {
    query: body.query,
    variables: isJsonObject(body.variables) ? body.variables : {},
    operationName: typeof body.operationName === 'string' ? body.operationName : undefined,
  };
}

/** The answer to a field that the schema lacks; without a key the schema has no fields at all. */
export function unknownRoot(operation: Operation, node: FieldNode): JsonObject {
  const type = operation.type === 'mutation' ? 'Mutation' : 'Query';
  const locations =
    node.loc === undefined ? [] : [{ line: node.loc.startToken.line, column: node.loc.startToken.column }];
  return graphqlFailure(`Cannot query field "${node.name.value}" on type "${type}".`, { locations });
}

function refusal(operation: Operation, roots: RootIndex): JsonObject | undefined {
  const names = operation.roots.map((node) => node.name.value).filter((name) => !INTROSPECTION.has(name));
  const isKnown = (name: string): boolean => roots.find(name) !== undefined;
  // `__typename` belongs to the part of the API that holds the settings, and is known only by itself.
  const unknown = operation.roots.filter(({ name }) => names.includes(name.value) && !isKnown(name.value));
  if (names.every((name) => name === '__typename')) return undefined;
  if (unknown.length > 0) {
    if (unknown.length === names.length) return unknownRoot(operation, unknown[0]);
    const error = badRequest(
      'This query cannot be executed as a single request. Please split it into separate queries.',
    );
    return { errors: [error.toGraphql()] };
  }
  if (names.length > MAX_ROOTS) {
    const error = badRequest(
      `Query too complex - Too many root resolvers requested: ${names.length} - Maximum allowed root resolvers: ${MAX_ROOTS}`,
    );
    return { data: {}, errors: [error.toGraphql()] };
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return undefined;
  return { data: {}, errors: [badRequest(`Duplicate root resolver: "${repeated}"`).toGraphql()] };
}

function introspect(node: FieldNode, operation: Operation, context: GraphqlContext): Json {
  if (node.name.value === '__typename') return operation.type === 'mutation' ? 'Mutation' : 'Query';
  const { name } = argumentsOf(node, operation.scope);
  const wanted = selectedFields(node.selectionSet, operation.scope);
  return typeof name === 'string' ? describeType(context.workspace.schema, name, wanted, operation.scope) : null;
}

/** Runs a document: each root operation on its own, so that one may fail while the others take effect. */
export function executeGraphql(request: GraphqlRequest, context: GraphqlContext): GraphqlAnswer {
  let operation: Operation;
  try {
    operation = readOperation(request.query, request.variables, request.operationName);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const locations = error.locations?.map(({ line, column }) => ({ line, column }));
    return { status: 200, body: graphqlFailure(error.message, locations === undefined ? {} : { locations }) };
  }
  const refused = refusal(operation, context.roots);
  if (refused !== undefined) return { status: 200, body: refused };

  const data: JsonObject = {};
  const errors: JsonObject[] = [];
  for (const node of operation.roots) {
    const key = responseKey(node);
    try {
      const root = context.roots.find(node.name.value);
      if (root === undefined) data[key] = introspect(node, operation, context);
      else {
        context.admit(node.name.value, root);
        data[key] = resolveRoot(root, node, operation.scope, context);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      data[key] = null;
      errors.push(error.toGraphql());
    }
  }
  return { status: 200, body: errors.length > 0 ? { data, errors } : { data } };
}
