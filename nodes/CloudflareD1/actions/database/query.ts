import type { INodeProperties } from 'n8n-workflow';
import { isTime, jsonField, optionsField, type Item } from '../../../frame';
import type { QueryResult } from '../../transport/client';
import type { Query } from '../../transport/queries';
import { callOptions } from '../call-options';

/** A query and its parameters. */
export const queryFields: INodeProperties[] = [
  {
    displayName: 'Query',
    name: 'query',
    type: 'string',
    typeOptions: { editor: 'sqlEditor', sqlDialect: 'SQLite' },
    default: '',
    required: true,
    placeholder: 'e.g. select first_name from prospects where email = ?1',
    description: 'One SQL statement. Values go into Query Parameters, never into the text.',
  },
  jsonField({
    displayName: 'Query Parameters',
    name: 'parameters',
    default: '[]',
    description:
      'JSON list of the values of ?1, ?2 and so on, at most 100, e.g. {{ [$json.email] }}. D1 gets numbers as texts: compare with a column, or use cast(?1 as integer). A list or an object arrives as JSON, for json_each.',
  }),
];

export const queryOptions = optionsField(...callOptions);

/** @throws NodeOperationError when there is no query, or the parameters are no list */
export function readQuery(item: Item): Query {
  const sql = item.text('query');
  if (sql === null) throw item.error('Query is empty', 'Enter one SQL statement.');
  return { sql, params: item.list('parameters', []).map(asParameter) };
}

function asParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (isTime(value)) return asParameter(value.toJSON());
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Statements that only read, comments before them or not, give their rows and nothing besides. */
const READS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/)*(?:select|values|with|pragma|explain)\b/i;

/** An item for each row that came, or one that says what was changed. */
export function outputOf({ sql }: Query, { rows, changes, lastRowId }: QueryResult): object[] {
  if (rows.length > 0 || (changes === 0 && READS.test(sql))) return rows;
  return [{ success: true, changes, last_row_id: lastRowId }];
}
