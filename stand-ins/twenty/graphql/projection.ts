import type { FieldNode, SelectionSetNode } from 'graphql';
import { badRequest } from '../errors';
import { COMPOSITES } from '../fields/change';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';
import { encodeCursor } from '../query/cursor';
import { readOrder } from '../query/order';
import type { Page } from '../query/find';
import type { StoredRecord } from '../records/stored-record';
import { showField } from '../records/show';
import type { Workspace } from '../workspace';
import { findAggregate } from './aggregates';
import { argumentsOf, selectedFields, type DocumentScope } from './selection';

/** Makes one record what the query asked for: under the fields' own names, for aliases inside a record are ignored. */
export type Projection = (record: StoredRecord) => JsonObject;

/** Rows a nested list shows when it does not say how many. */
const NESTED_LIMIT = 60;

type Getter = (record: StoredRecord) => Json;

export class Projector {
  constructor(
    private readonly workspace: Workspace,
    private readonly scope: DocumentScope,
  ) {}

  /**
   * Prepares a selection on an object, so that a thousand records cost a thousand small functions.
   * A field that the object does not have is shown as null.
   * @throws ApiError for a list inside a list
   */
  projection(object: ObjectModel, set: SelectionSetNode | undefined, insideList = false): Projection {
    const getters = selectedFields(set, this.scope).map(
      (node) => [node.name.value, this.getter(object, node, insideList)] as const,
    );
    return (record) => {
      const shown: JsonObject = {};
      for (const [key, get] of getters) shown[key] = get(record);
      return shown;
    };
  }

  /** A page as a connection: `edges { cursor node }`, `pageInfo`, and aggregates of all that the filter let through. */
  connection(object: ObjectModel, set: SelectionSetNode | undefined, page: Page, insideList = false): JsonObject {
    const shown: JsonObject = {};
    for (const node of selectedFields(set, this.scope)) {
      const key = node.name.value;
      if (key === 'pageInfo') shown[key] = pick(page.pageInfo, node, this.scope);
      else if (key === 'edges') shown[key] = this.edges(object, node, page, insideList);
      else shown[key] = findAggregate(object, key)?.(page.all()) ?? null;
    }
    return shown;
  }

  private edges(object: ObjectModel, edges: FieldNode, page: Page, insideList: boolean): JsonObject[] {
    const parts = selectedFields(edges.selectionSet, this.scope).map((node) => ({
      key: node.name.value,
      project: node.name.value === 'node' ? this.projection(object, node.selectionSet, insideList) : undefined,
      isCursor: node.name.value === 'cursor',
    }));
    return page.records.map((record) => {
      const edge: JsonObject = {};
      for (const { key, project, isCursor } of parts) {
        edge[key] = project?.(record) ?? (isCursor ? encodeCursor(record, page.terms) : null);
      }
      return edge;
    });
  }

  private getter(object: ObjectModel, node: FieldNode, insideList: boolean): Getter {
    const name = node.name.value;
    if (name === '__typename') return () => object.graphqlNames.title;
    if (object.columnOwner(name) !== undefined) return (record) => record.values[name] ?? null;
    const field = object.field(name);
    if (field === undefined) return () => null;
    if (node.selectionSet === undefined && (field.relation !== undefined || COMPOSITES.has(field.type)))
      return () => null;
    if (field.relation?.kind === 'ONE_TO_MANY') return this.list(field, node, insideList);
    if (field.relation !== undefined) return this.related(field, node, insideList);
    if (node.selectionSet === undefined) return (record) => showField(object, field, record);
    return (record) => pick(showField(object, field, record), node, this.scope);
  }

  private related(field: FieldModel, node: FieldNode, insideList: boolean): Getter {
    const table = this.workspace.table(field.relation?.target ?? '');
    const project = this.projection(table.object, node.selectionSet, insideList);
    const column = field.relation?.column ?? '';
    return (record) => {
      const id = record.values[column];
      const other = typeof id === 'string' ? table.get(id) : undefined;
      return other === undefined || other.deletedAt !== null ? null : project(other);
    };
  }

  private list(field: FieldModel, node: FieldNode, insideList: boolean): Getter {
    if (insideList) {
      throw badRequest(
        'Query complexity is too high. One-to-Many relation cannot be nested in another One-to-Many relation.',
        'TOO_COMPLEX_QUERY',
      );
    }
    const table = this.workspace.table(field.relation?.target ?? '');
    const column = `${field.relation?.inverse ?? ''}Id`;
    const limit = Number(argumentsOf(node, this.scope).first ?? NESTED_LIMIT);
    const edgesNode = selectedFields(node.selectionSet, this.scope).find(({ name }) => name.value === 'edges');
    const nodeSelection = selectedFields(edgesNode?.selectionSet, this.scope).find(({ name }) => name.value === 'node');
    this.projection(table.object, nodeSelection?.selectionSet, true);
    const terms = readOrder(table.object, undefined);
    let groups: Map<string, StoredRecord[]> | undefined;
    return (record) => {
      groups ??= groupBy(table.all(), column);
      const all = groups.get(record.id) ?? [];
      const records = all.slice(0, limit);
      const ends = [records[0], records.at(-1)].map((row) => (row === undefined ? null : encodeCursor(row, terms)));
      const pageInfo = {
        hasNextPage: all.length > limit,
        hasPreviousPage: false,
        startCursor: ends[0],
        endCursor: ends[1],
      };
      return this.connection(table.object, node.selectionSet, { records, terms, pageInfo, all: () => all }, true);
    };
  }
}

/** Live rows by the id in one of their columns. */
export function groupBy(rows: Iterable<StoredRecord>, column: string): Map<string, StoredRecord[]> {
  const groups = new Map<string, StoredRecord[]>();
  for (const row of rows) {
    const id = row.values[column];
    if (typeof id !== 'string' || row.deletedAt !== null) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return groups;
}

function pick(value: Json, node: FieldNode, scope: DocumentScope): Json {
  if (Array.isArray(value)) return value.map((item) => pick(item, node, scope));
  if (!isJsonObject(value) || node.selectionSet === undefined) return value;
  const picked: JsonObject = {};
  for (const part of selectedFields(node.selectionSet, scope)) {
    picked[part.name.value] = pick(value[part.name.value] ?? null, part, scope);
  }
  return picked;
}
