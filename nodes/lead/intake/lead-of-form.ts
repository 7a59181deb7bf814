import { createHash } from 'node:crypto';
import { normaliseEmail } from '../normalise';
import type { JsonObject, JsonValue } from '../types';
import { isObject, type Answer } from './answer';
import { answersOf } from './answers-of';
import { namePartsOf } from './name-parts';
import { isOfForm, meaningOf, partsOf, plain, type Meaning } from './questions';

/** Deeper than any form service nests, and far from where a JSON text can no longer be written. */
const DEEPEST = 32;
/** Ends of a number that nobody can call. */
const FEWEST_DIGITS = 5;
const LONGEST_ID = 300;
const LONGEST_KEY = 200;

/** What a form says: a lead with its touch, as `upsert_leads` takes it; that a robot filled it in; or why it is no lead. */
export type FormReading = { lead: JsonObject } | { robot: true } | { refused: string };

/**
 * The lead that a form's payload tells of, whatever service sent it. Known questions become fields, of these the surest and
 * least nested; all other answers, consent among them, become attributes under the names that the form has for them. The form
 * itself is the touch. Ids and what the sync or people decide (status, score) are no fields here: a form is filled in by anybody.
 * @param honeypot a question that people do not see; null for none
 */
export function leadOfForm(payload: JsonObject, honeypot: string | null): FormReading {
  if (isDeeper(payload, DEEPEST)) return { refused: `it is nested more than ${DEEPEST} deep` };
  const answers = answersOf(payload);
  if (honeypot !== null && answers.some(({ names }) => names.some((name) => isNamed(name, honeypot)))) {
    return { robot: true };
  }
  const { found, rest } = sorted(answers);
  if (!found.has('email') && !found.has('phone')) {
    return { refused: 'no answer is an e-mail address or a phone number' };
  }
  const fields = [...found].filter(([field]) => !isOfForm(field) && field !== 'full_name');
  return {
    lead: {
      ...namePartsOf(found.get('full_name') ?? ''),
      ...Object.fromEntries(fields),
      attributes: attributesOf(rest),
      touch: touchOf(payload, found),
    },
  };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

const isNamed = (name: string, wanted: string): boolean =>
  [name, partsOf(name).at(-1) ?? ''].some(
    (own) => own === wanted || (plain(own) !== '' && plain(own) === plain(wanted)),
  );

interface Sorted {
  /** By lead field, or `touch.…`. */
  found: Map<string, string>;
  /** What was answered besides. */
  rest: Answer[];
}

/** Whether it is said of the delivery alone, and so is no answer, however often it is said. */
const isOfDelivery = (field: string): boolean =>
  field.startsWith('envelope') || ['touch.external_id', 'touch.time', 'touch.form'].includes(field);

function sorted(answers: Answer[]): Sorted {
  const found = new Map<string, string>();
  const left = new Map(answers.map((answer) => [answer, answer.values]));
  for (const { answer, field } of known(answers)) {
    const taken = found.has(field) ? undefined : answer.values.find((value) => usable(field, value) !== null);
    if (taken !== undefined) found.set(field, usable(field, taken) as string);
    left.set(answer, isOfDelivery(field) ? [] : answer.values.filter((value) => value !== taken));
  }
  return { found, rest: [...left].flatMap(([{ names }, values]) => (values.length > 0 ? [{ names, values }] : [])) };
}

/**
 * The answers of which is known what they are, the surest and then the least nested first; a whole name only where no part of it
 * is, an event only beside the ID of the submission: alone it is one that many come to.
 */
function known(answers: Answer[]): Array<{ answer: Answer } & Meaning> {
  const all = answers.flatMap((answer) => {
    const meaning = meaningOf(answer);
    return meaning === null ? [] : [{ answer, ...meaning }];
  });
  const hasParts = all.some(({ field }) => field === 'first_name' || field === 'last_name');
  const hasId = all.some(
    ({ answer, field }) =>
      field === 'touch.external_id' && answer.values.some((value) => usable(field, value) !== null),
  );
  return all
    .filter(({ field }) => !(hasParts && field === 'full_name') && (hasId || field !== 'envelope.event'))
    .sort((one, other) => one.rank - other.rank || one.depth - other.depth);
}

/** A value as its field takes it; null where it is none, so that it stays an answer of the form. */
function usable(field: string, value: string): string | null {
  switch (field) {
    case 'email': {
      const email = normaliseEmail(value, { field });
      return 'value' in email ? email.value : null;
    }
    case 'phone':
      return value.replace(/\D/g, '').length >= FEWEST_DIGITS ? value : null;
    case 'touch.external_id':
      return value.length <= LONGEST_ID ? value : null;
    case 'touch.landing_page':
      return urlOf(value) === null ? null : value;
    case 'touch.time':
      return /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(value) && Number.isFinite(Date.parse(value))
        ? new Date(value).toISOString()
        : null;
    default:
      return value;
  }
}

function urlOf(text: string): URL | null {
  return /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : null;
}

/** By a question's label, or the last part of its path; by more of it where two questions have that. */
function attributesOf(answers: Answer[]): JsonObject {
  const attributes = new Map<string, string[]>();
  for (const { names, values } of answers) {
    const [whole, own = whole] = names;
    const keys = (whole.endsWith(`.${own}`) ? [own, whole] : names).map((key) => key.slice(0, LONGEST_KEY));
    const key = keys.find((name) => !attributes.has(name)) ?? keys[0];
    const before = attributes.get(key);
    if (before) before.push(...values);
    else attributes.set(key, [...values]);
  }
  return Object.fromEntries([...attributes].map(([key, values]) => [key, values.length > 1 ? values : values[0]]));
}

function touchOf(payload: JsonObject, found: Map<string, string>): JsonObject {
  const query = urlOf(found.get('touch.landing_page') ?? '')?.searchParams;
  const told: Record<string, string | null | undefined> = {
    campaign: query?.get('utm_campaign'),
    medium: query?.get('utm_medium'),
    ad: query?.get('utm_content'),
  };
  for (const [field, value] of found) if (field.startsWith('touch.')) told[field.slice('touch.'.length)] = value;
  const { external_id: id, ...details } = Object.fromEntries(Object.entries(told).filter(([, value]) => value));
  return { kind: 'form', ...(details as JsonObject), external_id: idOf(payload, id, found), raw: payload };
}

/** What the service calls this submission, which is unique within its form; else a digest of all that it sent, so that a delivery that comes again is the same. */
function idOf(payload: JsonObject, id: string | null | undefined, found: Map<string, string>): string {
  if (id) return [found.get('touch.form')?.slice(0, 100), id].filter(Boolean).join(': ');
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(inOrder(payload)))
    .digest('hex')}`;
}

function inOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value as JsonObject).map(([key, part]) => [key, inOrder(part)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
