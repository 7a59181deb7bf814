import { ApiError, badRequest, recordNotFound } from '../errors';
import { rootName, type RootKind } from '../graphql/roots';
import { createdAnswer, ok, type Answer, type Call } from '../http';
import { isJsonObject, type JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import { createMany } from '../operations/create';
import { findDuplicates } from '../operations/duplicates';
import { mergeRecords, readMergeInput } from '../operations/merge';
import { removeMany, removeOne, type Removal } from '../operations/remove';
import { updateMany, updateOne } from '../operations/update';
import { encodeCursor } from '../query/cursor';
import { readOrder } from '../query/order';
import type { StoredRecord } from '../records/stored-record';
import type { Author, Workspace } from '../workspace';
import { readDepth, readFilter, readLimit, readOrderBy } from './query';
import { showRecords } from './show';
import { readTarget, type Target } from './target';

export interface RestContext {
  workspace: Workspace;
  author: Author;
  maxFirst: number;
  /** Called once before an operation runs; throws when the call may not be made. */
  admit: (name: string, root: { kind: RootKind; object: ObjectModel }) => void;
}

function dataOf(body: Call['body']): JsonObject {
  if (typeof body === 'string') {
    throw new ApiError(`Cannot create property 'position' on string '${body}'`, { restError: 'TypeError' });
  }
  // A list is taken for an object whose fields are 0, 1, …
  return Array.isArray(body) ? Object.fromEntries(body.entries()) : isJsonObject(body) ? body : {};
}

function listOf(body: Call['body']): JsonObject[] {
  return Array.isArray(body) ? body.filter(isJsonObject) : [dataOf(body)];
}

/** Every REST operation on records; one call is one operation. */
export class RecordRoutes {
  constructor(private readonly context: RestContext) {}

  handle(call: Call): Answer {
    const target = readTarget(call, this.context.workspace.schema);
    switch (call.method) {
      case 'GET':
        return target.id === undefined ? this.list(target.object, call) : this.one(target.object, target.id, call);
      case 'POST':
        return this.post(target, call);
      case 'PATCH':
      case 'PUT':
        return this.patch(target, call);
      case 'DELETE':
        return this.remove(target, call);
      default:
        throw badRequest(`Method ${call.method} is not supported`);
    }
  }

  private list(object: ObjectModel, call: Call): Answer {
    const { query } = call;
    const limit = Math.min(readLimit(query), this.context.maxFirst);
    const depth = readDepth(query);
    const orderBy = readOrderBy(query);
    const filter = readFilter(query);
    this.admit('findMany', object);
    const page = this.context.workspace.finder(object).page({
      filter,
      orderBy,
      limit,
      after: query.get('starting_after') ?? undefined,
      before: query.get('ending_before') ?? undefined,
    });
    return ok({
      data: { [object.names.namePlural]: this.show(object, page.records, depth) },
      totalCount: page.all().length,
      pageInfo: page.pageInfo,
    });
  }

  private one(object: ObjectModel, id: string, call: Call): Answer {
    const depth = readDepth(call.query);
    this.admit('findOne', object);
    const record = this.context.workspace.tableOf(object).get(id);
    if (record === undefined || record.deletedAt !== null) throw recordNotFound();
    return ok({ data: { [object.name]: this.show(object, [record], depth)[0] } });
  }

  private post({ object, action }: Target, call: Call): Answer {
    const { workspace, author } = this.context;
    const upsert = call.query.get('upsert') === 'true';
    const depth = readDepth(call.query);
    if (action === 'duplicates') return this.duplicates(object, call);
    if (action === 'batch') {
      const name = this.admit('createMany', object);
      const records = createMany(workspace, object, listOf(call.body), upsert, author);
      return createdAnswer({ data: { [name]: this.show(object, records, depth) } });
    }
    const name = this.admit('createOne', object);
    const records = createMany(workspace, object, [dataOf(call.body)], upsert, author);
    return createdAnswer({ data: { [name]: this.show(object, records, depth)[0] } });
  }

  private duplicates(object: ObjectModel, call: Call): Answer {
    const name = this.admit('duplicates', object);
    const { data, ids } = dataOf(call.body);
    const asked = {
      data: Array.isArray(data) ? data.filter(isJsonObject) : undefined,
      ids: Array.isArray(ids) ? ids.map(String) : undefined,
    };
    const terms = readOrder(object, undefined);
    const lists = findDuplicates(this.context.workspace, object, asked).map((records) => {
      const [startCursor, endCursor] = [records[0], records.at(-1)].map((record) =>
        record === undefined ? null : encodeCursor(record, terms),
      );
      return {
        [name]: this.show(object, records, 0),
        totalCount: records.length,
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor, endCursor },
      };
    });
    return ok({ data: lists });
  }

  private patch({ object, action, id }: Target, call: Call): Answer {
    const { workspace, author } = this.context;
    const depth = readDepth(call.query);
    if (action === 'restore') return this.removeBy(object, 'restore', readFilter(call.query), depth);
    if (action === 'merge') {
      this.admit('mergeMany', object);
      const merged = mergeRecords(workspace, object, readMergeInput(dataOf(call.body)), author);
      return ok({ data: { [`merge${object.title}`]: this.show(object, [merged], depth)[0] } });
    }
    const data = dataOf(call.body);
    if (id === undefined) {
      const filter = readFilter(call.query);
      const name = this.admit('updateMany', object);
      return ok({ data: { [name]: this.show(object, updateMany(workspace, object, filter, data, author), depth) } });
    }
    const name = this.admit('updateOne', object);
    return ok({ data: { [name]: this.show(object, [updateOne(workspace, object, id, data, author)], depth)[0] } });
  }

  private remove({ object, id }: Target, call: Call): Answer {
    const { workspace, author } = this.context;
    const soft = call.query.get('soft_delete') === 'true';
    const removal: Removal = soft ? 'delete' : 'destroy';
    if (id === undefined) return this.removeBy(object, removal, readFilter(call.query), 0);
    this.admit(soft ? 'deleteOne' : 'destroyOne', object);
    const record = removeOne(workspace, object, id, removal, author);
    return ok({ data: { [`delete${object.title}`]: soft ? this.show(object, [record], 0)[0] : { id } } });
  }

  private removeBy(object: ObjectModel, removal: Removal, filter: JsonObject, depth: 0 | 1): Answer {
    const { workspace, author } = this.context;
    this.admit(`${removal}Many`, object);
    const records = removeMany(workspace, object, filter, removal, author);
    const shown = removal === 'destroy' ? records.map(({ id }) => ({ id })) : this.show(object, records, depth);
    // A hard delete answers under the soft one's name.
    return ok({ data: { [rootName(removal === 'restore' ? 'restoreMany' : 'deleteMany', object)]: shown } });
  }

  private admit(kind: RootKind, object: ObjectModel): string {
    const name = rootName(kind, object);
    this.context.admit(name, { kind, object });
    return name;
  }

  private show(object: ObjectModel, records: StoredRecord[], depth: 0 | 1): JsonObject[] {
    return showRecords(this.context.workspace, object, records, depth);
  }
}
