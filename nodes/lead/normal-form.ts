/** Soft hyphens, zero-width characters, marks of direction, byte order marks: what nobody sees and pasted texts carry. */
const INVISIBLE = '\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff';
/** Unicode's property White_Space. */
const WHITE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const INVISIBLES = new RegExp(`[${INVISIBLE}]`, 'g');
const RUNS_OF_WHITE = new RegExp(`[${WHITE}]+`, 'g');
const BLANK = `[${WHITE}${INVISIBLE}]`;
/** A run within the text is tried where it begins alone: tried from each of its characters, a long one would take seconds. */
const EDGES = new RegExp(`^${BLANK}+|(?<!${BLANK})${BLANK}+$`, 'g');

/** A text without white space and invisible characters around it; inside it stays as it is. `lead_sync.clean` in SQL. */
export function trimmed(text: string): string {
  return text.replace(EDGES, '');
}

/**
 * A text in its one normal form: without invisible characters, each run of white space one plain space, composed letters
 * (NFC). For comparing, and for values of which Twenty takes one spelling only; joiners that some scripts write with are
 * lost. `lead_sync.normal_text` in SQL has the same characters.
 */
export function normalText(text: string): string {
  return text.replace(INVISIBLES, '').replace(RUNS_OF_WHITE, ' ').trim().normalize('NFC');
}

/** A host in letters of the name service (Punycode), as Twenty stores those of e-mails; one that is none stays as it is. */
export function asciiHost(host: string): string {
  const lower = host.toLowerCase();
  const address = `https://${lower}`;
  if (!/^[^\s/?#:@\\]*[^\0-\x7f][^\s/?#:@\\]*$/.test(lower) || !URL.canParse(address)) return lower;
  return new URL(address).hostname;
}
