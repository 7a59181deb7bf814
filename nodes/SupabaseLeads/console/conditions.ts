/** What a rule or a criterion looks at, and how, as the database has it. */
export interface Condition {
  attribute: string;
  operator: string;
  value?: unknown;
}

const LISTS = new Set(['in', 'not_in', 'contains', 'contains_word', 'starts_with', 'ends_with']);
const NUMBERS = new Set(['greater', 'less', 'within_days']);

/** A number where it is one; else the text, of which the database says what is wrong. */
const numberOf = (text: string): number | string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What somebody typed as a condition's value: a list one a line, two numbers with a comma or a line between. */
export function valueOf(operator: string | null, typed: string | null): unknown {
  if (typed === null) return null;
  if (LISTS.has(operator ?? '')) return linesOf(typed);
  if (NUMBERS.has(operator ?? '')) return numberOf(typed);
  if (operator === 'between') return typed.split(/[\n,;]/).map((part) => numberOf(part.trim()));
  return typed;
}

/** The value of a condition as it is typed. */
export function typedOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const SHOWN = 4;

/** "job title contains word: ceo, founder, head …". */
export function conditionText({ attribute, operator, value }: Condition): string {
  const values = Array.isArray(value) ? value.map(String) : [typedOf(value)];
  const more = values.length > SHOWN ? ' …' : '';
  const shown = values.slice(0, SHOWN).join(', ');
  return `${attribute.replaceAll('_', ' ')} ${operator.replaceAll('_', ' ')}${shown === '' ? '' : `: ${shown}${more}`}`;
}

/** Of a value as it is typed. The database takes 64 kB of a rule, in which a character has up to three bytes, and a line of a list four more. */
export const LONGEST_VALUE = 16_000;

export const VALUE_HINT =
  'One text or number; of lists (in, contains, starts with) one a line; of between two numbers: 50, 200; of is set nothing.';
