import {
  defaultMapping,
  leadFields,
  parseMapping,
  recordSelection,
  type FieldMapping,
  type LeadField,
  type OptionFields,
} from '../../lead';
import type { TwentyClient } from '../transport/client';
import { missingFields, readObject, type ObjectMetadata, type SelectOption } from '../transport/metadata';

/** What lead operations work on: an object of Twenty, and how its fields are a lead's. */
export interface LeadScope {
  object: ObjectMetadata;
  mapping: FieldMapping[];
  /** Fields that the mapping names and the workspace lacks. */
  missing: string[];
  /** GraphQL selection of all mapped fields that exist, and of who changed the record last where stages are read. */
  selection: string;
  /** Where an email stands in the object, e.g. `emails.primaryEmail`; null when the mapping has none. */
  emailPath: string | null;
  /** Lead fields of the mapping that say who somebody is; none where a record is known by its id alone. */
  identifying: readonly LeadField[];
  /** What the workspace's fields of options take. */
  options: OptionFields;
  /** ISO 3166 alpha-2 code for phone numbers without a country. */
  defaultCountry: string | null;
}

export interface ScopeSettings {
  /** Singular name of the object, e.g. `person`. */
  object: string;
  /** Mapping rows as they come from the database or a user; an empty list stands for the default mapping. */
  fieldMapping: unknown;
  defaultCountry: string;
  /** Whether the records are leads; left out where only the mapping tells. */
  isLeads?: boolean;
}

/**
 * Reads what the workspace has of the mapping (cached for a minute).
 * @throws MappingError for rows that cannot be used, TwentyError when the object is not there
 */
export async function readScope(client: TwentyClient, settings: ScopeSettings): Promise<LeadScope> {
  const { fieldMapping } = settings;
  const given = parseMapping(fieldMapping ?? []);
  const mapping = given.length > 0 ? given : defaultMapping(settings.object);
  const object = await readObject(client, settings.object);
  const missing = await missingFields(client, object, mapping);
  const emailPath = mapping.find((row) => row.lead_field === 'email')?.twenty_field ?? null;
  return {
    object,
    mapping,
    missing,
    selection: [recordSelection(mapping, missing), ...(tellsWhoMoved(object, mapping) ? ['updatedBy{name}'] : [])].join(
      ' ',
    ),
    emailPath: emailPath !== null && missing.includes(emailPath.split('.')[0]) ? null : emailPath,
    identifying: settings.isLeads === false ? [] : identifyingFields(mapping, settings.isLeads),
    options: optionsOf(object, mapping),
    defaultCountry: settings.defaultCountry === '' ? null : settings.defaultCountry,
  };
}

/** Records of other objects than leads may call fields like a lead's; one that no lead has gives them away. */
function identifyingFields(mapping: readonly FieldMapping[], isLeads = false): LeadField[] {
  const mapped = new Set(mapping.map((row) => row.lead_field).filter((field) => !field.startsWith('attributes.')));
  const fields = leadFields.filter(({ name }) => mapped.has(name));
  return !isLeads && fields.length < mapped.size
    ? []
    : fields.filter(({ identifies }) => identifies).map(({ name }) => name);
}

/** The options of a field in their order; none where it has none. */
export function selectOptions({ object }: LeadScope, name: string): SelectOption[] {
  const options = object.fields.find((field) => field.name === name)?.options ?? [];
  return options.map(({ id, value, label, position }, index) => ({ id, value, label, position: position ?? index }));
}

/** Who changed a record last is read where its stages are: their history says who moved it. */
function tellsWhoMoved(object: ObjectMetadata, mapping: readonly FieldMapping[]): boolean {
  return mapping.some(({ kind }) => kind === 'option') && object.fields.some(({ name }) => name === 'updatedBy');
}

function optionsOf(object: ObjectMetadata, mapping: readonly FieldMapping[]): OptionFields {
  const mapped = new Set(mapping.filter(({ kind }) => kind === 'option').map((row) => row.twenty_field));
  const fields = object.fields.filter(({ name, type }) => type === 'SELECT' && mapped.has(name));
  return Object.fromEntries(
    fields.map(({ name, options, isNullable }) => [
      name,
      { values: (options ?? []).map(({ value }) => value), canBeBlank: isNullable },
    ]),
  );
}
