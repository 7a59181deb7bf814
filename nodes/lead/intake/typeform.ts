import { isObject, textOf, type Answer } from './answer';

/**
 * Typeform's `form_response`: each answer names its type, holds its value under that type, and its question is told by
 * id in `definition`. Null for anything else.
 */
export function typeformAnswers(response: Record<string, unknown>): Answer[] | null {
  const { answers, definition } = response;
  if (!Array.isArray(answers) || !answers.every((one) => isObject(one) && isObject(one.field))) return null;
  const questions = isObject(definition) && Array.isArray(definition.fields) ? definition.fields.filter(isObject) : [];
  return (answers as Array<Record<string, unknown> & { field: Record<string, unknown> }>).flatMap((one) => {
    const question = questions.find(({ id }) => id === one.field.id);
    const names = texts([question?.title, one.field.ref, one.field.id]);
    const values = texts(valuesOf(one[String(one.type)]));
    return values.length > 0 && names.length > 0 ? [{ names: [...new Set(names)], values }] : [];
  });
}

/** A choice has a `label`, several have `labels`, and what the person wrote instead is `other`. */
function valuesOf(value: unknown): unknown[] {
  if (!isObject(value)) return [value].flat();
  return [value.label, value.labels, value.other].flat();
}

function texts(values: unknown[]): string[] {
  return values.flatMap((value) => textOf(value) ?? []);
}
