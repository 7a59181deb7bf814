import { badRequest } from '../errors';
import type { Json } from '../json';

/** Decides on one value that a record holds. */
export type Test = (value: Json) => boolean;

/** Comparators that REST filters may name, in the order in which the error lists them. */
export const COMPARATORS = [
  'eq',
  'neq',
  'in',
  'containsAny',
  'is',
  'gt',
  'gte',
  'lt',
  'lte',
  'startsWith',
  'endsWith',
  'like',
  'ilike',
] as const;

/** What PostgreSQL makes of a value when it is cast to text: lists, which are kept as JSON, have a space after each comma. */
function asText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  return String(value ?? '');
}

/** SQL pattern to a test; the common shapes avoid a regular expression, for tables are scanned with it. */
function like(pattern: string, ignoreCase: boolean): Test {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  const text = (value: Json): string => (ignoreCase ? asText(value).toLowerCase() : asText(value));
  const inner = wanted.replace(/^%+|%+$/g, '');
  if (!/[%_\\]/.test(inner)) {
    const open = wanted.startsWith('%');
    const close = wanted.endsWith('%');
    if (open && close) return (value) => text(value).includes(inner);
    if (close) return (value) => text(value).startsWith(inner);
    if (open) return (value) => text(value).endsWith(inner);
    return (value) => text(value) === inner;
  }
  const source = wanted
    .replace(/[.*+?^${}()|[\]]/g, '\\$&')
    .replace(/%/g, '.*')
    .replace(/_/g, '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => expression.test(text(value));
}

function isBlank(value: Json): boolean {
  return value === null || value === '';
}

function ordered(value: Json, wanted: Json, accept: (difference: number) => boolean): boolean {
  if (value === null || wanted === null) return false;
  if (typeof value === 'number') return accept(value - Number(wanted));
  const text = String(value);
  const other = String(wanted);
  return accept(text < other ? -1 : text > other ? 1 : 0);
}

function containsAny(value: Json, wanted: Json): boolean {
  const items = Array.isArray(value) ? value : [value];
  const searched = Array.isArray(wanted) ? wanted : [wanted];
  return searched.some((item) => items.includes(item));
}

/**
 * The test that a comparator with a value stands for. A blank text is stored as nothing, so `is: NULL` finds it.
 * @throws ApiError for a comparator that does not exist
 */
export function comparatorTest(comparator: string, wanted: Json, fieldName: string): Test {
  switch (comparator) {
    case 'eq':
      return (value) => value === wanted || (wanted === '' && value === null);
    case 'neq':
      return (value) => value !== wanted;
    case 'in': {
      const values = new Set(Array.isArray(wanted) ? wanted : [wanted]);
      return (value) => values.has(value);
    }
    case 'is':
      return wanted === 'NOT_NULL' ? (value) => !isBlank(value) : isBlank;
    case 'gt':
      return (value) => ordered(value, wanted, (difference) => difference > 0);
    case 'gte':
      return (value) => ordered(value, wanted, (difference) => difference >= 0);
    case 'lt':
      return (value) => ordered(value, wanted, (difference) => difference < 0);
    case 'lte':
      return (value) => ordered(value, wanted, (difference) => difference <= 0);
    case 'startsWith':
      return (value) => String(value ?? '').startsWith(String(wanted));
    case 'endsWith':
      return (value) => String(value ?? '').endsWith(String(wanted));
    case 'like':
      return like(String(wanted), false);
    case 'ilike':
      return like(String(wanted), true);
    case 'contains':
    case 'containsAny':
      return (value) => containsAny(value, wanted);
    default:
      throw badRequest(`Operator "${comparator}" is not supported for field "${fieldName}"`, 'INVALID_ARGS_FILTER');
  }
}
