import { twentyFieldOf, type FieldMapping } from '../../lead';
import type { TwentyClient } from '../transport/client';
import { TwentyError, type TwentyFailure } from '../transport/failures';
import { forgetObjects, readObject } from '../transport/metadata';

export interface PreparedField {
  name: string;
  label: string;
  type: string;
}

export interface PreparedWorkspace {
  object: string;
  created: PreparedField[];
  existing: string[];
}

const TYPE_OF_KIND: Partial<Record<FieldMapping['kind'], string>> = {
  number: 'NUMBER',
  boolean: 'BOOLEAN',
  list: 'ARRAY',
  money: 'CURRENCY',
  time: 'DATE_TIME',
};
/** Which options there are, and which object is referred to, nobody knows but those who keep the workspace. */
const MADE_BY_HAND: ReadonlySet<FieldMapping['kind']> = new Set(['option', 'reference']);

const TYPE_OF_PART: Array<[RegExp, string]> = [
  [/^(firstName|lastName)$/, 'FULL_NAME'],
  [/Email/, 'EMAILS'],
  [/Phone/, 'PHONES'],
  [/Link/, 'LINKS'],
  [/^address/, 'ADDRESS'],
  [/^(amountMicros|currencyCode)$/, 'CURRENCY'],
];

/**
 * Creates the fields that the mapping names and the object lacks. Safe to repeat, and for two at once: a field that
 * somebody else makes meanwhile counts as existing.
 * @throws TwentyError, for a missing permission with the name of that permission
 */
export async function prepareWorkspace(
  client: TwentyClient,
  objectName: string,
  mapping: readonly FieldMapping[],
): Promise<PreparedWorkspace> {
  forgetObjects(client);
  const object = await readObject(client, objectName);
  const present = new Set(object.fields.map((field) => field.name));
  const report: PreparedWorkspace = { object: object.nameSingular, created: [], existing: [] };
  for (const field of wantedFields(mapping)) {
    if (present.has(field.name)) report.existing.push(field.name);
    else if (await createField(client, object.id, field)) report.created.push(field);
    else report.existing.push(field.name);
  }
  if (report.created.length > 0) forgetObjects(client);
  return report;
}

/** The fields that the mapping needs on the object itself and that can be made, each once; a related company's fields are its own. */
export function wantedFields(mapping: readonly FieldMapping[]): PreparedField[] {
  const fields = new Map<string, PreparedField>();
  for (const row of mapping) {
    const field = twentyFieldOf(row);
    if (field.place === 'company' || fields.has(field.root) || MADE_BY_HAND.has(row.kind)) continue;
    const type =
      field.place === 'composite'
        ? (TYPE_OF_PART.find(([part]) => part.test(field.part))?.[1] ?? 'TEXT')
        : (TYPE_OF_KIND[row.kind] ?? 'TEXT');
    fields.set(field.root, { name: field.root, label: labelOf(field.root), type });
  }
  return [...fields.values()];
}

/** Returns false when the field is there by now. */
async function createField(client: TwentyClient, objectMetadataId: string, field: PreparedField): Promise<boolean> {
  const body = { objectMetadataId, ...field, isNullable: true, description: 'Kept by the lead sync' };
  const answer = await client.metadata('POST', '/fields', body);
  if (answer.ok) return true;
  if (/is not available|already used|already exists/i.test(answer.failure.detail)) return false;
  throw new TwentyError(explained(answer.failure, field));
}

function explained(failure: TwentyFailure, { name, type }: PreparedField): TwentyFailure {
  const detail =
    failure.category === 'permission'
      ? `creating the field ${name} needs the permission "Manage Data Model" (Settings → Roles → Settings permissions)`
      : `the field ${name} (${type}) could not be created: ${failure.detail}`;
  return { ...failure, detail };
}

/** `leadScore` becomes `Lead Score`. */
function labelOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
