import { InputError } from '../../../errors/input-error';

/** Reads what an address or a form says of one thing: text, several texts, or nothing. @throws InputError what cannot be taken */
export type Field<T> = (value: unknown) => T;
export type Fields = Record<string, Field<unknown>>;
export type Values<F extends Fields> = { [K in keyof F]: ReturnType<F[K]> };

/** What a form says in a field cannot be taken. */
export class FieldError extends InputError {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A text of at most so many characters, of which a line break is one, without space around it; null where there is none. */
export const text =
  (longest: number): Field<string | null> =>
  (value) => {
    if (isMissing(value)) return null;
    if (typeof value !== 'string' || value.includes('\u0000')) throw new InputError('is no text');
    const trimmed = value.replaceAll('\r\n', '\n').trim();
    if (trimmed.length > longest) throw new InputError(`is longer than ${longest} characters`);
    return trimmed === '' ? null : trimmed;
  };

/** A position as a page gave it, to the letter; null where there is none. */
export const position =
  (longest: number): Field<string | null> =>
  (value) => {
    if (isMissing(value)) return null;
    if (typeof value !== 'string' || value.includes('\u0000') || value.length > longest) {
      throw new InputError('is no position');
    }
    return value;
  };

export const uuid: Field<string | null> = (value) => {
  const id = text(36)(value);
  if (id !== null && !UUID.test(id)) throw new InputError('is no ID');
  return id?.toLowerCase() ?? null;
};

/** A whole number within bounds. */
export const whole =
  (least: number, most: number): Field<number | null> =>
  (value) => {
    const digits = text(16)(value);
    if (digits === null) return null;
    const number = /^-?\d+$/.test(digits) ? Number(digits) : NaN;
    if (!(number >= least && number <= most)) throw new InputError(`is no whole number from ${least} to ${most}`);
    return number;
  };

export const oneOf =
  <T extends string>(choices: readonly T[]): Field<T | null> =>
  (value) => {
    if (isMissing(value)) return null;
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw new InputError('is none of the choices');
    return choice;
  };

/** A box that is ticked or not. */
export const flag: Field<boolean> = (value) => {
  if (isMissing(value)) return false;
  if (value !== 'yes') throw new InputError('is not yes');
  return true;
};

/** Each of the chosen rows of a list, once; none is an empty list. */
export const many =
  <T>(field: Field<T>, most: number): Field<Array<NonNullable<T>>> =>
  (value) => {
    const values = Array.isArray(value) ? value : isMissing(value) ? [] : [value];
    if (values.length > most) throw new InputError(`are more than ${most}`);
    const read = values.map(field).filter((each) => each !== null && each !== undefined);
    return [...new Set(read)];
  };

/** A field that has to be there. */
export const needed =
  <T>(field: Field<T>): Field<NonNullable<T>> =>
  (value) => {
    const read = field(value);
    if (read === null || read === undefined || (Array.isArray(read) && read.length === 0)) {
      throw new InputError('is missing');
    }
    return read;
  };

/** A field with what it is where nothing is given. */
export const withDefault =
  <T>(field: Field<T>, fallback: NonNullable<T>): Field<NonNullable<T>> =>
  (value) =>
    field(value) ?? fallback;

/** What a field reads, or why it cannot. */
function tried<T>(field: Field<T>, value: unknown): { read: T } | { problem: string } {
  try {
    return { read: field(value) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** The values of a form. @throws FieldError of the first that cannot be taken */
export function readForm<F extends Fields>(fields: F, form: Record<string, unknown>): Values<F> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const outcome = tried(field, form[name]);
    if ('read' in outcome) return [name, outcome.read];
    const label = name.replaceAll('_', ' ');
    throw new FieldError(name, `${label.charAt(0).toUpperCase()}${label.slice(1)} ${outcome.problem}.`);
  });
  return Object.fromEntries(entries) as Values<F>;
}

/** The values of an address: what cannot be taken counts as not given, as old links and typing may have it. */
export function readAddress<F extends Fields>(fields: F, query: Record<string, unknown>): Values<F> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const outcome = tried(field, query[name]);
    return [name, 'read' in outcome ? outcome.read : field(undefined)];
  });
  return Object.fromEntries(entries) as Values<F>;
}
