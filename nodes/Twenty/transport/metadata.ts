import { twentyFieldOf, type FieldMapping } from '../../lead';
import { TwentyError } from './failures';
import { unwrap, type TwentyClient } from './client';
import { knownObjects, type FieldMetadata, type ObjectMetadata, type ObjectsRead } from './known-objects';

export type { FieldMetadata, ObjectMetadata, ObjectNames, SelectOption } from './known-objects';

interface ObjectsPage {
  data: { objects: ObjectMetadata[] };
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const PAGE_SIZE = 200;
const FRESH_MS = 60_000;
const JUST_READ_MS = 5_000;

/** All active objects of the workspace with their active fields; read at most once a minute per workspace and key. */
export async function readObjects(client: TwentyClient): Promise<ObjectMetadata[]> {
  const key = cacheKey(client);
  const known = knownObjects.get(key);
  // a failed read tells nothing: who waited for it reads on its own, and gets an error of its own
  if (known && client.clock.now() - known.readAt < FRESH_MS)
    return (await known.objects) ?? (await readObjects(client));
  const objects = fetchObjects(client);
  const read: ObjectsRead = {
    readAt: client.clock.now(),
    objects: objects.catch(() => {
      if (knownObjects.get(key) === read) knownObjects.delete(key);
      return null;
    }),
  };
  knownObjects.set(key, read);
  return await objects;
}

function cacheKey({ urls, identity }: TwentyClient): string {
  return `${urls.base} ${identity}`;
}

/** Whether they were read so lately that looking again would show hardly more. */
export function wereJustRead(client: TwentyClient): boolean {
  const known = knownObjects.get(cacheKey(client));
  return known !== undefined && client.clock.now() - known.readAt < JUST_READ_MS;
}

/** Makes the next read see what was just changed. */
export function forgetObjects(client: TwentyClient): void {
  knownObjects.delete(cacheKey(client));
}

/**
 * One object by its singular or plural name.
 * @throws TwentyError (not_found) that lists the objects there are
 */
export async function readObject(client: TwentyClient, name: string): Promise<ObjectMetadata> {
  const objects = await readObjects(client);
  const found = objects.find((object) => object.nameSingular === name || object.namePlural === name);
  if (found) return found;
  const names = objects.filter((object) => !object.isSystem).map((object) => object.nameSingular);
  throw new TwentyError({
    category: 'not_found',
    outcome: 'refused',
    detail: `there is no object "${name}" in this workspace (it has ${names.sort().join(', ')})`,
    httpStatus: null,
  });
}

/** The name under which a field is read and written, if not as a composite: a relation to one record goes by its id column. */
export function columnName({ name, type, settings }: FieldMetadata): string | null {
  if (type !== 'RELATION' && type !== 'MORPH_RELATION') return name;
  return settings?.relationType === 'MANY_TO_ONE' ? (settings.joinColumnName ?? `${name}Id`) : null;
}

/**
 * The Twenty fields that the mapping names and the object, or its company, lacks (`["leadScore", "company.employees"]`).
 * Twenty reads an unknown field as `null` without an error, so these are left out of every selection and reported.
 */
export async function missingFields(
  client: TwentyClient,
  object: ObjectMetadata,
  mapping: readonly FieldMapping[],
): Promise<string[]> {
  const company = (await readObjects(client)).find(({ nameSingular }) => nameSingular === 'company');
  const missing = mapping.flatMap((row) => {
    const field = twentyFieldOf(row);
    if (!hasField(object, field.root)) return [field.root];
    const isLacking = field.place === 'company' && company !== undefined && !hasField(company, field.path[0]);
    return isLacking ? [`company.${field.path[0]}`] : [];
  });
  return [...new Set(missing)];
}

function hasField({ fields }: ObjectMetadata, name: string): boolean {
  return fields.some((field) => field.name === name || columnName(field) === name);
}

async function fetchObjects(client: TwentyClient): Promise<ObjectMetadata[]> {
  const objects: ObjectMetadata[] = [];
  const seen = new Set<string>();
  let after = '';
  for (;;) {
    const page = unwrap(await client.metadata<ObjectsPage>('GET', `/objects?limit=${PAGE_SIZE}${after}`));
    objects.push(...page.data.objects);
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage || endCursor === null || seen.has(endCursor))
      return objects.filter((o) => o.isActive).map(trimmed);
    seen.add(endCursor);
    after = `&starting_after=${encodeURIComponent(endCursor)}`;
  }
}

/** Keeps what is used: a workspace's metadata is hundreds of kilobytes. */
function trimmed(object: ObjectMetadata): ObjectMetadata {
  const fields = object.fields.filter((field) => field.isActive);
  const { id, nameSingular, namePlural, labelSingular, labelPlural, isActive, isSystem } = object;
  return {
    id,
    nameSingular,
    namePlural,
    labelSingular,
    labelPlural,
    isActive,
    isSystem,
    labelIdentifierFieldMetadataId: object.labelIdentifierFieldMetadataId ?? null,
    fields: fields.map((field) => ({
      id: field.id,
      name: field.name,
      label: field.label,
      type: field.type,
      isActive: true,
      isSystem: field.isSystem,
      isNullable: field.isNullable,
      isUnique: field.isUnique,
      isUIReadOnly: field.isUIReadOnly ?? false,
      defaultValue: field.defaultValue,
      options: field.options ?? null,
      settings: field.settings ?? null,
    })),
  };
}
