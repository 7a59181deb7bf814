import { InputError } from '../../errors/input-error';
import type { ObjectMetadata } from '../transport/metadata';
import type { RecordFilter } from '../transport/paging';
import { comparedAs } from './field-types';
import { filterAt } from './holders';

/** One condition on a field: `{field: 'emails.primaryEmail', operator: 'eq', value: 'ada@example.com'}`. */
export interface Condition {
  field: string;
  operator: string;
  value: unknown;
}

/** What a field that holds no text can be compared by. A boolean's `neq` and `in` are said by its `eq`: it has no others. */
const OPERATORS = {
  number: ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in'],
  boolean: ['eq', 'neq', 'in'],
};

const EXPECTED = {
  number: 'Enter a number, e.g. 80 or 12.5; several with commas for Is One Of.',
  boolean: 'Enter true or false.',
};

/**
 * A condition as Twenty's filter. Values for number and boolean fields may come as text, as the panel gives them.
 * @throws InputError for a value or an operator that the field's type does not have
 */
export function conditionFilter(object: ObjectMetadata, { field, operator, value }: Condition): RecordFilter {
  if (operator === 'isEmpty') return filterAt(field, { is: 'NULL' });
  if (operator === 'isNotEmpty') return filterAt(field, { is: 'NOT_NULL' });
  const type = comparedAs(object, field);
  if (type === 'text' && ((value ?? null) === null || (operator === 'ilike' && String(value).trim() === ''))) {
    throw new InputError(`The filter on ${field} has no value`, 'Give one, or choose Is Empty.');
  }
  if (operator === 'ilike' && type === 'text') return filterAt(field, { ilike: patternOf(value) });
  if (type === 'text') return filterAt(field, { [operator]: operator === 'in' ? listOf(value) : value });
  if (!OPERATORS[type].includes(operator)) {
    throw new InputError(
      `The filter on ${field} cannot compare by "${operator}": the field holds ${type}s`,
      `Choose another operator. ${EXPECTED[type]}`,
    );
  }
  const values = (operator === 'in' ? listOf(value) : [value]).map((entry) => typed(type, entry, field));
  if (values.length === 0) throw unusable(type, '', field);
  if (type === 'number') return filterAt(field, { [operator]: operator === 'in' ? values : values[0] });
  const equal = values.map((wanted) => filterAt(field, { eq: wanted }));
  if (operator === 'neq') return { not: equal[0] };
  return equal.length === 1 ? equal[0] : { or: equal };
}

/** Twenty compares the whole text: one without the wildcard `%` may stand anywhere in it. */
function patternOf(value: unknown): string {
  const text = String(value);
  return text.includes('%') ? text : `%${text.replace(/[\\_]/g, '\\$&')}%`;
}

function listOf(value: unknown): unknown[] {
  const values: unknown[] = Array.isArray(value) ? value : String(value).split(',');
  return values.map((entry) => (typeof entry === 'string' ? entry.trim() : entry));
}

function typed(type: 'number' | 'boolean', value: unknown, field: string): number | boolean {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (type === 'boolean') {
    if (text === true || text === 'true') return true;
    if (text === false || text === 'false') return false;
  } else if (text !== '' && (typeof text === 'string' || typeof text === 'number') && Number.isFinite(Number(text))) {
    return Number(text);
  }
  throw unusable(type, value, field);
}

function unusable(type: 'number' | 'boolean', value: unknown, field: string): InputError {
  const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return new InputError(
    `The filter on ${field} has the value "${shown.slice(0, 60)}", which is no ${type}`,
    EXPECTED[type],
  );
}
