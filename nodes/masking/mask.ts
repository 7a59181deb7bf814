import { PERSONAL, SECRETS, type Pattern } from './patterns';

/** Read before masking, in lengths of what is shown: a text is masked in time that depends on what is shown of it alone. */
const READ_AHEAD = 4;

type Replacement = [find: RegExp, by: string];

const compiled = (patterns: readonly Pattern[]): Replacement[] =>
  patterns.map(({ find, by, ignoreCase }) => [new RegExp(find, ignoreCase ? 'giu' : 'gu'), by]);

const SECRET_PARTS = compiled(SECRETS);
const PRIVATE_PARTS = [...SECRET_PARTS, ...compiled(PERSONAL)];

function masked(text: string, longest: number, parts: Replacement[]): string {
  const read = text.slice(0, longest * READ_AHEAD);
  const whole = parts.reduce((rest, [find, by]) => rest.replace(find, by), read);
  // what was cut in two is no longer known for what it is
  const told = read.length < text.length ? whole.replace(/\S{1,255}$/, '…') : whole;
  const characters = [...told];
  return characters.length <= longest ? told : `${characters.slice(0, longest - 1).join('')}…`;
}

/** A text without keys, passwords and tokens, not longer than `longest` characters. */
export function maskSecrets(text: string, longest: number): string {
  return masked(text, longest, SECRET_PARTS);
}

/** A text without secrets and personal data, not longer than `longest` characters. */
export function maskText(text: string, longest: number): string {
  return masked(text, longest, PRIVATE_PARTS);
}
