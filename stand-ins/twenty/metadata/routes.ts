import { ApiError, badRequest } from '../errors';
import { cannot, createdAnswer, ok, type Answer, type Call } from '../http';
import { isJsonObject, type JsonObject } from '../json';
import { readLimit } from '../rest/query';
import type { Workspace } from '../workspace';
import { readFieldInput, readOptions, textOf } from './field-input';
import type { FieldModel, ObjectModel } from './model';
import { showCreatedField, showFieldModel, showObjectModel } from './show';
import { refuseFieldName, refuseObjectNames } from './validation';

function missing(what: string): ApiError {
  return new ApiError(`${what} metadata not found`, { status: 404, restError: 'NotFoundException' });
}

/** One page of a metadata list; its cursors are plain ids. */
export function metadataPage(call: Call, key: string, items: JsonObject[]): Answer {
  const limit = readLimit(call.query);
  const after = call.query.get('starting_after');
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) throw badRequest(`Invalid cursor: ${after}`);
  const page = items.slice(start, start + limit);
  return ok({
    data: { [key]: page },
    pageInfo: {
      hasNextPage: start + limit < items.length,
      startCursor: page[0]?.id ?? null,
      endCursor: page.at(-1)?.id ?? null,
    },
    totalCount: items.length,
  });
}

/** `/rest/metadata/objects` and `/rest/metadata/fields`. */
export class MetadataRoutes {
  constructor(private readonly workspace: Workspace) {}

  handle(call: Call): Answer {
    const [, , kind, id] = call.segments;
    const body = isJsonObject(call.body) ? call.body : {};
    if (kind === 'objects') return id === undefined ? this.objects(call, body) : this.object(call, id, body);
    if (kind === 'fields') return id === undefined ? this.fields(call, body) : this.field(call, id, body);
    return cannot(call);
  }

  private objects(call: Call, body: JsonObject): Answer {
    const { schema } = this.workspace;
    if (call.method === 'GET') {
      const shown = schema.objects.map((object) => showObjectModel(schema, object));
      return metadataPage(call, 'objects', shown);
    }
    if (call.method !== 'POST') return cannot(call);
    const names = {
      nameSingular: textOf(body.nameSingular) ?? '',
      namePlural: textOf(body.namePlural) ?? '',
      labelSingular: textOf(body.labelSingular) ?? '',
      labelPlural: textOf(body.labelPlural) ?? '',
    };
    const taken = (name: string): boolean => schema.singular(name) !== undefined || schema.plural(name) !== undefined;
    const refused = refuseObjectNames([names.nameSingular, names.namePlural], taken);
    if (refused !== undefined) return { status: 400, body: refused };
    const extra = { icon: textOf(body.icon), description: textOf(body.description) };
    const object = schema.addObject(names, extra, this.workspace.statementTime());
    return createdAnswer({
      data: { createOneObject: { imageIdentifierFieldMetadataId: null, ...showObjectModel(schema, object) } },
    });
  }

  private object(call: Call, id: string, body: JsonObject): Answer {
    const { schema } = this.workspace;
    const object = schema.objectById(id);
    if (object === undefined) throw missing('Object');
    if (call.method === 'GET') return ok({ data: { object: showObjectModel(schema, object) } });
    if (call.method === 'PATCH') {
      object.isActive = typeof body.isActive === 'boolean' ? body.isActive : object.isActive;
      return ok({ data: { updateOneObject: showObjectModel(schema, object) } });
    }
    if (call.method !== 'DELETE') return cannot(call);
    if (!object.kind.isCustom) throw badRequest('Cannot delete a standard object');
    schema.removeObject(object);
    this.workspace.dropTable(object);
    return ok({ data: { deleteOneObject: { id } } });
  }

  private fields(call: Call, body: JsonObject): Answer {
    const { schema } = this.workspace;
    if (call.method === 'GET') {
      const shown = schema.objects.flatMap((object) =>
        object.fields.map((field) => showFieldModel(schema, object, field)),
      );
      return metadataPage(call, 'fields', shown);
    }
    if (call.method !== 'POST') return cannot(call);
    const object = schema.objectById(String(body.objectMetadataId));
    if (object === undefined) throw missing('Object');
    const refused = refuseFieldName(object, textOf(body.name) ?? '');
    if (refused !== undefined) return { status: 400, body: refused };
    const payload = isJsonObject(body.relationCreationPayload) ? body.relationCreationPayload : {};
    const input = readFieldInput(schema, object, body);
    const inverseLabel = textOf(payload.targetFieldLabel) ?? undefined;
    const field = schema.addField(object, input, this.workspace.statementTime(), inverseLabel);
    return createdAnswer({ data: { createOneField: showCreatedField(schema, object, field) } });
  }

  private field(call: Call, id: string, body: JsonObject): Answer {
    const { schema } = this.workspace;
    const found = schema.fieldById(id);
    if (found === undefined) throw missing('Field');
    const { object, field } = found;
    if (call.method === 'GET') return ok({ data: { field: showFieldModel(schema, object, field) } });
    if (call.method === 'PATCH') return this.changeField(object, field, body);
    if (call.method !== 'DELETE') return cannot(call);
    if (!field.isCustom) throw badRequest('Cannot delete a standard field');
    schema.removeField(object, field);
    return ok({ data: { deleteOneField: { id } } });
  }

  private changeField(object: ObjectModel, field: FieldModel, body: JsonObject): Answer {
    field.label = textOf(body.label) ?? field.label;
    field.isActive = typeof body.isActive === 'boolean' ? body.isActive : field.isActive;
    field.options = readOptions(body.options) ?? field.options;
    field.updatedAt = this.workspace.statementTime();
    return ok({ data: { updateOneField: showCreatedField(this.workspace.schema, object, field) } });
  }
}
