import type { FieldNode } from 'graphql';
import { badRequest, recordNotFound } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import { createMany } from '../operations/create';
import { findDuplicates } from '../operations/duplicates';
import { mergeRecords, readMergeInput } from '../operations/merge';
import { removeMany, removeOne, type Removal } from '../operations/remove';
import { updateMany, updateOne } from '../operations/update';
import { readOrder } from '../query/order';
import { encodeCursor } from '../query/cursor';
import type { StoredRecord } from '../records/stored-record';
import type { Author, Workspace } from '../workspace';
import { checkFilterValues } from './filter-values';
import { findAggregate, groupRecords } from './aggregates';
import { Projector } from './projection';
import type { Root } from './roots';
import { argumentsOf, refuseVariableDirectives, selectedFields, type DocumentScope } from './selection';

/** Rows that a list shows when the query does not say how many. */
const DEFAULT_FIRST = 200;

export interface ResolveContext {
  workspace: Workspace;
  author: Author;
  /** Most rows that one list gives, whatever `first` says. */
  maxFirst: number;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : isJsonObject(value) ? [value] : [];
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function limitOf(args: JsonObject, maxFirst: number): number {
  const wanted = args.first ?? args.last ?? DEFAULT_FIRST;
  if (Number(wanted) < 0) {
    throw badRequest(
      `${args.last === undefined ? 'First' : 'Last'} argument must be non-negative`,
      'INVALID_ARGS_FIRST',
    );
  }
  return Math.min(Number(wanted), maxFirst);
}

/** Runs one root operation and shows its result as selected. */
export function resolveRoot(root: Root, node: FieldNode, scope: DocumentScope, context: ResolveContext): Json {
  const { workspace, author, maxFirst } = context;
  const { object, kind } = root;
  refuseVariableDirectives(node.selectionSet, scope);
  const args = argumentsOf(node, scope);
  const projector = new Projector(workspace, scope);
  const show = (records: StoredRecord[]): JsonObject[] => {
    const project = projector.projection(object, node.selectionSet);
    return records.map(project);
  };
  const filter = objectOf(args.filter);
  checkFilterValues(object, filter);
  const id = text(args.id) ?? '';
  const data = objectOf(args.data);

  switch (kind) {
    case 'findMany': {
      const page = workspace.finder(object).page({
        filter,
        orderBy: args.orderBy,
        limit: limitOf(args, maxFirst),
        after: text(args.after),
        before: text(args.before),
      });
      return projector.connection(object, node.selectionSet, page);
    }
    case 'findOne': {
      const found = workspace.finder(object).matching(filter);
      if (found.length === 0) throw recordNotFound();
      return show(found.slice(0, 1))[0];
    }
    case 'duplicates': {
      const ids = Array.isArray(args.ids) ? args.ids.map(String) : undefined;
      const asked = { ids, data: args.data === undefined ? undefined : listOf(args.data) };
      const terms = readOrder(object, undefined);
      return findDuplicates(workspace, object, asked).map((records) => {
        const ends = [records[0], records.at(-1)].map((row) => (row === undefined ? null : encodeCursor(row, terms)));
        const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: ends[0], endCursor: ends[1] };
        const page = { records, terms, pageInfo, all: () => records };
        return projector.connection(object, node.selectionSet, page);
      });
    }
    case 'groupBy': {
      const fields = listOf(args.groupBy).flatMap((part) => Object.keys(part));
      const wanted = selectedFields(node.selectionSet, scope).map(({ name }) => name.value);
      return groupRecords(object, fields, workspace.finder(object).matching(filter)).map(({ values, records }) =>
        Object.fromEntries(
          wanted.map((name) => [
            name,
            name === 'groupByDimensionValues' ? values : (findAggregate(object, name)?.(records) ?? null),
          ]),
        ),
      );
    }
    case 'createOne':
      return show(createMany(workspace, object, [data], args.upsert === true, author))[0];
    case 'createMany':
      return show(createMany(workspace, object, listOf(args.data), args.upsert === true, author));
    case 'updateOne':
      return show([updateOne(workspace, object, id, data, author)])[0];
    case 'updateMany':
      return show(updateMany(workspace, object, filter, data, author));
    case 'mergeMany':
      return show([mergeRecords(workspace, object, readMergeInput(args), author)])[0];
    default: {
      const removal = kind.replace(/One$|Many$/, '') as Removal;
      if (kind.endsWith('Many')) return show(removeMany(workspace, object, filter, removal, author));
      return show([removeOne(workspace, object, id, removal, author)])[0];
    }
  }
}
