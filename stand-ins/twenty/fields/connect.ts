import { badRequest } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { Table } from '../records/table';
import { uniqueKeyOfValue } from '../records/unique-key';
import { idOrThrow } from './scalars';

function notOne(relation: string, column: string, value: Json): Error {
  const message = `Expected 1 record to connect to ${relation}, but found 0 for ${column} = ${String(value)}`;
  return badRequest(message, 'INVALID_ARGS_DATA');
}

/** `domainName`, `primaryLinkUrl` as the message names their column: `domainNamePrimaryLinkUrl`. */
function columnOf(name: string, part: string): string {
  return name + part.charAt(0).toUpperCase() + part.slice(1);
}

function findByUnique(relation: string, target: Table, where: JsonObject): string {
  const [name, condition] = Object.entries(where)[0] ?? ['id', null];
  const field = target.object.field(name);
  if (name === 'id') {
    const id = idOrThrow(condition);
    if (target.get(id) === undefined) throw notOne(relation, 'id', id);
    return id;
  }
  if (field?.isUnique !== true) {
    throw badRequest(
      `Missing required fields: at least one unique constraint has to be fully populated for '${relation}'.`,
      'INVALID_ARGS_DATA',
    );
  }
  const key = uniqueKeyOfValue(field, condition);
  const found = key === undefined ? undefined : target.findUnique(field, key);
  if (found !== undefined) return found;
  const [part, value] = isJsonObject(condition) ? (Object.entries(condition)[0] ?? ['', null]) : ['', condition];
  throw notOne(relation, columnOf(name, part), value);
}

/** The id that `{connect:{where:{…}}}` or `{disconnect:true}` stands for. */
export function resolveConnection(relation: string, target: Table, input: Json): string | null {
  if (isJsonObject(input) && input.disconnect === true) return null;
  const connect = isJsonObject(input) ? input.connect : undefined;
  const where = isJsonObject(connect) ? connect.where : undefined;
  if (!isJsonObject(where)) throw badRequest(`Invalid relation input for '${relation}'`, 'INVALID_ARGS_DATA');
  return findByUnique(relation, target, where);
}
