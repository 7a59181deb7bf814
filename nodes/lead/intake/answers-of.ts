import { isObject, textOf, type Answer } from './answer';
import { typeformAnswers } from './typeform';

/** Deeper than any form nests; what lies deeper is left aside. */
const DEEPEST = 12;
const LABELS = ['label', 'title', 'question', 'name'];
const KEYS = ['key', 'ref', 'id'];
const VALUES = ['value', 'values', 'answer'];

/**
 * The answers in what a form service sent, whatever its shape: flat, nested, or a list of questions with their values
 * (Tally, Elementor, Meta's `field_data`), Typeform's answers beside their definition, Jotform's `rawRequest`. Blank
 * answers are left out; a question asked twice is there twice, in the order of the payload.
 */
export function answersOf(payload: unknown): Answer[] {
  return walk(payload, [], 0);
}

function walk(value: unknown, path: string[], depth: number): Answer[] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return walkList(value, path, depth);
  if (!isObject(value)) return answer(namesOf(path), scalars(value));
  // outside of a list, a form that asks for a "name" and an "answer" looks like a question; Elementor's have their key as id
  if (value.id !== undefined && value.id === path.at(-1)) return walkQuestion(value, path, depth);
  return walkObject(value, path, depth);
}

function walkObject(value: Record<string, unknown>, path: string[], depth: number): Answer[] {
  const typeform = typeformAnswers(value);
  const rest = Object.entries(value).filter(([key]) => typeform === null || !['answers', 'definition'].includes(key));
  return [...(typeform ?? []), ...rest.flatMap(([key, inner]) => walkEntry(key, inner, path, depth))];
}

/** Jotform sends all answers once more as one JSON text, and only there apart from each other. */
function walkEntry(key: string, value: unknown, path: string[], depth: number): Answer[] {
  const request = key === 'rawRequest' ? parsed(value) : null;
  return isObject(request) ? walk(request, path, depth + 1) : walk(value, [...path, key], depth + 1);
}

/** What a JSON text says; undefined where it is none. */
function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function walkList(list: unknown[], path: string[], depth: number): Answer[] {
  if (list.every((value) => typeof value !== 'object' || value === null)) {
    return answer(
      namesOf(path),
      list.flatMap((value) => scalars(value)),
    );
  }
  return list.flatMap((value) =>
    isObject(value) ? walkQuestion(value, path, depth + 1) : walk(value, path, depth + 1),
  );
}

function walkQuestion(value: Record<string, unknown>, path: string[], depth: number): Answer[] {
  const question = questionOf(value);
  if (question === null) return walkObject(value, path, depth);
  return question.values.length > 0 ? [question] : [];
}

function questionOf(value: Record<string, unknown>): Answer | null {
  const holder = VALUES.find((key) => key in value);
  const names = [...LABELS, ...KEYS].flatMap((key) => scalars(value[key]));
  if (holder === undefined || names.length === 0) return null;
  const given = [value[holder]].flat().flatMap((one) => (isObject(one) ? Object.values(one) : [one]));
  const options = Array.isArray(value.options) ? value.options.filter(isObject) : [];
  const chosen = given.map((one) => options.find(({ id }) => id === one)?.text ?? one);
  return { names: [...new Set(names)], values: chosen.flatMap((one) => scalars(one)) };
}

/** By its whole path, so that two of one name stay apart, and by its own name. */
function namesOf(path: string[]): string[] {
  return [...new Set([path.join('.'), path.at(-1) ?? ''])];
}

function scalars(value: unknown): string[] {
  const text = textOf(value);
  return text === null ? [] : [text];
}

function answer(names: string[], values: string[]): Answer[] {
  return values.length > 0 && names[0] !== '' ? [{ names, values }] : [];
}
