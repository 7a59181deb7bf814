import { leadFields } from '../fields';
import { isOfForm, meaningOf, plain } from './questions';

const BY_NAME = new Map(leadFields.filter(({ derived }) => !derived).map(({ name }) => [plain(name), name as string]));

/** What of a lead a column of a table holds, by its header: a field, `full_name`, or null where nobody calls a field so. */
export function fieldOfColumn(header: string): string | null {
  const own = BY_NAME.get(plain(header));
  if (own !== undefined) return own;
  const field = meaningOf({ names: [header], values: [] })?.field ?? null;
  return field === null || isOfForm(field) ? null : field;
}
