import { badRequest } from '../errors';
import { isUuid } from '../fields/scalars';
import type { Call } from '../http';
import type { ObjectModel } from '../metadata/model';
import type { Schema } from '../metadata/schema';

/** What a REST path is about. */
export interface Target {
  object: ObjectModel;
  /** `merge` and `duplicates` stand where an id would. */
  action: 'records' | 'batch' | 'restore' | 'merge' | 'duplicates';
  id?: string;
}

function badPath(path: string): Error {
  return badRequest(
    `Query path '${path}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies`,
  );
}

function objectOrThrow(schema: Schema, name: string): ObjectModel {
  const object = schema.plural(name);
  if (object !== undefined) return object;
  const meant = schema.singular(name);
  const hint = meant === undefined ? 'eg: companies' : `Did you mean '${meant.names.namePlural}'?`;
  throw badRequest(`object '${name}' not found. ${hint}`);
}

/**
 * Reads `/rest/people`, `/rest/people/{id}`, `/rest/batch/people`, `/rest/restore/people`, `/rest/people/duplicates`.
 * @throws ApiError for any other path, an unknown object or an id that is none
 */
export function readTarget(call: Call, schema: Schema): Target {
  const [, ...rest] = call.segments;
  const prefix = rest[0] === 'batch' || rest[0] === 'restore' ? rest.shift() : undefined;
  const [name, id] = rest;
  if (name === undefined || rest.length > 2 || (prefix !== undefined && id !== undefined)) throw badPath(call.path);
  const object = objectOrThrow(schema, name);
  if (prefix === 'batch' || prefix === 'restore') return { object, action: prefix };
  if (id === undefined) return { object, action: 'records' };
  if (id === 'merge' || id === 'duplicates') return { object, action: id };
  if (!isUuid(id)) throw badRequest(`'${id}' is not a valid UUID`);
  return { object, action: 'records', id: id.toLowerCase() };
}
