import { GraphQLError, Kind, parse, type DocumentNode, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import type { JsonObject } from '../json';
import { rootFields, type DocumentScope } from './selection';

/** Documents kept parsed: a client sends the same few again and again. */
const KEPT_DOCUMENTS = 200;
const parsed = new Map<string, DocumentNode>();

export interface Operation {
  type: 'query' | 'mutation' | 'subscription';
  roots: FieldNode[];
  scope: DocumentScope;
}

function parseDocument(query: string): DocumentNode {
  const known = parsed.get(query);
  if (known !== undefined) return known;
  const document = parse(query);
  if (parsed.size >= KEPT_DOCUMENTS) parsed.clear();
  parsed.set(query, document);
  return document;
}

/**
 * The operation of a request with its root fields.
 * @throws GraphQLError for a document that cannot be parsed or has no such operation
 */
export function readOperation(query: string, variables: JsonObject, operationName?: string): Operation {
  const document = parseDocument(query);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find(({ name }) => operationName === undefined || name?.value === operationName);
  if (operation === undefined) throw new GraphQLError(`Unknown operation named "${String(operationName)}".`);
  const fragments = document.definitions
    .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
    .map((node) => [node.name.value, node] as const);
  const scope = { fragments: new Map(fragments), variables };
  return { type: operation.operation, roots: rootFields(operation.selectionSet, scope), scope };
}
