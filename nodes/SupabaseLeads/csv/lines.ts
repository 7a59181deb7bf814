/** A record of a CSV file (RFC 4180). */
export interface CsvLine {
  /** Where it begins in the file; the first line is 1. */
  line: number;
  cells: string[];
  /** Why the cells are not what was meant, or null. */
  flaw: string | null;
}

const DELIMITERS = [',', ';', '\t', '|'];
const BLANK = /^\s*$/;

/** The delimiter that the first line that is not blank has most often, outside of quotes. */
export function delimiterOf(text: string): string {
  const [, first] = /^\uFEFF?(?:[^\S\r\n]*[\r\n])*([^\r\n]*)/.exec(text) ?? [];
  const bare = first.replace(/"(?:[^"]|"")*"/g, '');
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

/**
 * The records of a file, one after another; blank lines are passed over, and a byte order mark is. Quoted values may hold
 * delimiters, line ends and doubled quotes. A line whose quotes are wrong is given as such, and reading goes on with the next
 * line of the file, so that one quote too many does not swallow what follows.
 */
export function* linesOf(text: string, delimiter: string): Generator<CsvLine> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const record = recordAt(text, at, delimiter);
    if (record.cells.length > 1 || record.flaw !== null || !BLANK.test(record.cells[0])) {
      yield { line, cells: record.cells, flaw: record.flaw };
    }
    for (let end = lineEnd(text, at); end < record.next; end = lineEnd(text, end)) line += 1;
    line += 1;
    at = record.next;
  }
}

interface CsvRecord {
  cells: string[];
  flaw: string | null;
  /** Where the next one begins. */
  next: number;
}

function recordAt(text: string, start: number, delimiter: string): CsvRecord {
  const cells: string[] = [];
  const flawed = (flaw: string): CsvRecord => ({ cells, flaw, next: lineEnd(text, start) });
  for (let at = start; ; at += 1) {
    let end = at;
    if (text[at] === '"') {
      end = closingQuote(text, at + 1);
      if (end === -1) return flawed('a quote in it is never closed');
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
      end += 1;
      if (end < text.length && text[end] !== delimiter && !isLineEnd(text[end])) {
        return flawed('a quoted value in it goes on after its closing quote; quotes within are to be doubled');
      }
    } else {
      while (end < text.length && text[end] !== delimiter && !isLineEnd(text[end])) end += 1;
      cells.push(text.slice(at, end));
    }
    if (end >= text.length || isLineEnd(text[end])) return { cells, flaw: null, next: lineEnd(text, end) };
    at = end;
  }
}

const isLineEnd = (character: string): boolean => character === '\n' || character === '\r';

/** The place of the quote that ends a value; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Where the line after this place begins. */
function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text[at])) at += 1;
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1;
}
