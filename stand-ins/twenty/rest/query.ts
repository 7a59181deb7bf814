import { badRequest } from '../errors';
import type { JsonObject } from '../json';
import { DIRECTIONS, type Direction } from '../query/order';
import { parseRestFilter } from '../query/rest-filter';

const DEFAULT_LIMIT = 60;
/** A larger limit is silently taken for this one. */
export const MAX_LIMIT = 200;

/** @throws ApiError for anything but a number that is not negative */
export function readLimit(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (Number.isNaN(limit) || limit < 0) throw badRequest(`limit '${text}' is invalid. Should be an integer`);
  return Math.min(Math.round(limit), MAX_LIMIT);
}

export function readDepth(query: URLSearchParams): 0 | 1 {
  const text = query.get('depth') ?? '0';
  if (text !== '0' && text !== '1') throw badRequest(`'depth=${text}' parameter invalid. Allowed values are 0, 1`);
  return text === '1' ? 1 : 0;
}

function isDirection(text: string): text is Direction {
  return (DIRECTIONS as readonly string[]).includes(text);
}

/** `order_by=name.firstName[DescNullsLast],id` as GraphQL's `orderBy` writes it. */
export function readOrderBy(query: URLSearchParams): JsonObject[] {
  const text = query.get('order_by');
  if (text === null || text === '') return [];
  return text.split(',').map((item) => {
    const [, path, direction] = /^([^[\]]+)(?:\[(\w+)\])?$/.exec(item.trim()) ?? ['', item, undefined];
    if (direction !== undefined && !isDirection(direction)) {
      const allowed = DIRECTIONS.map((name) => `'${name}'`).join(', ');
      throw badRequest(
        `'order_by' direction '${direction}' invalid. Allowed values are ${allowed}. eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3`,
      );
    }
    const [name, part] = path.split('.');
    const value = direction ?? 'AscNullsFirst';
    return { [name]: part === undefined ? value : { [part]: value } };
  });
}

export function readFilter(query: URLSearchParams): JsonObject {
  const text = query.get('filter');
  return text === null || text === '' ? {} : parseRestFilter(text);
}
