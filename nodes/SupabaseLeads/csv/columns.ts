import { fieldOfColumn, leadFields, namePartsOf, normaliseEmail, type JsonObject } from '../../lead';

const LISTS = new Set<string>(leadFields.flatMap(({ name, kind }) => (kind === 'list' ? name : [])));

/** How lines of a file become leads. */
export interface Columns {
  /** A name for each column, no two the same. */
  headers: string[];
  /** By column: a lead field, `full_name`, or null for an attribute of the header's name. */
  fields: Array<string | null>;
}

/** Of two columns that would be the same field the first one is; the other one becomes an attribute. */
export function columnsOf(headers: readonly string[]): Columns {
  const names = headers.map((header, index) => header.trim() || `column_${index + 1}`);
  const taken = new Set<string>();
  const fields = names.map((name) => {
    const field = fieldOfColumn(name);
    if (field === null || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
  return { headers: numbered(names), fields };
}

/** Of columns with one name, the later ones with a number that makes no name of another column. */
function numbered(names: readonly string[]): string[] {
  const given = new Set(names);
  const numbers = new Map<string, number>();
  return names.map((name) => {
    let number = (numbers.get(name) ?? 0) + 1;
    while (number > 1 && given.has(`${name} ${number}`)) number += 1;
    numbers.set(name, number);
    return number === 1 ? name : `${name} ${number}`;
  });
}

/** Why cells are no lead: other columns than the first line has, or an e-mail address that is none; null where they are. */
export function flawOf({ headers, fields }: Columns, cells: readonly string[]): string | null {
  const isLonger = cells.slice(headers.length).some((cell) => cell.trim() !== '');
  if (cells.length < headers.length || isLonger) {
    return `it has ${cells.length} values, and the first line ${headers.length}`;
  }
  const email = normaliseEmail(cells[fields.indexOf('email')] ?? '', { field: 'email' });
  return 'problem' in email ? email.problem.message : null;
}

/** The lead of a line, as `upsert_leads` takes it; an empty cell says nothing. */
export function leadOf({ headers, fields }: Columns, cells: readonly string[]): JsonObject {
  const found: JsonObject = {};
  const attributes: Record<string, string> = {};
  headers.forEach((header, index) => {
    const value = cells[index].trim();
    const field = fields[index];
    if (value === '') return;
    if (field === null) attributes[header] = value;
    else found[field] = LISTS.has(field) ? value.split(/[;,|]/).filter((part) => part.trim() !== '') : value;
  });
  const { full_name: fullName = '', ...lead } = found;
  return { ...namePartsOf(String(fullName)), ...lead, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) };
}
