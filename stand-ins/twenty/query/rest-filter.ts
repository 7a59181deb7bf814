import { badRequest } from '../errors';
import type { Json, JsonObject } from '../json';
import { COMPARATORS } from './comparators';

/** Splits at commas that stand outside quotes, brackets and parentheses. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"' && text[index - 1] !== '\\') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function readValue(text: string): Json {
  if (text.startsWith('[') && text.endsWith(']')) return splitTop(text.slice(1, -1)).map(readValue);
  if (text.startsWith('"') && text.endsWith('"') && text.length >= 2) return text.slice(1, -1).replace(/\\"/g, '"');
  return text;
}

function readCondition(text: string): JsonObject {
  const match = /^([\w.]+)\[(\w+)\]:(.*)$/s.exec(text);
  if (match === null) throw badRequest(`'filter' invalid for '${text}'. eg: price[gte]:10`);
  const [, path, comparator, value] = match;
  if (!(COMPARATORS as readonly string[]).includes(comparator)) {
    throw badRequest(`'filter' invalid for '${text}', comparator ${comparator} not in ${COMPARATORS.join(', ')}`);
  }
  const condition: JsonObject = { [comparator]: readValue(value) };
  return path.split('.').reduceRight<JsonObject>((inner, name) => ({ [name]: inner }), condition);
}

function readExpression(text: string): JsonObject {
  const conjunction = /^(and|or|not)\((.*)\)$/s.exec(text);
  if (conjunction === null) return readCondition(text);
  const parts = splitTop(conjunction[2]).map(readExpression);
  if (conjunction[1] === 'not') return { not: parts.length === 1 ? parts[0] : { and: parts } };
  return { [conjunction[1]]: parts };
}

/**
 * The filter that a REST query string writes as `field[comparator]:value`, with `and(…)`, `or(…)`, `not(…)` and commas.
 * @throws ApiError when it cannot be read
 */
export function parseRestFilter(text: string): JsonObject {
  const parts = splitTop(text).map(readExpression);
  return parts.length === 1 ? parts[0] : { and: parts };
}
