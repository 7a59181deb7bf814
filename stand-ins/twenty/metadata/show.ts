import type { Json, JsonObject } from '../json';
import { formatMicros } from '../time';
import { showOptions, type FieldModel, type ObjectModel } from './model';
import type { Schema } from './schema';

function settings(field: FieldModel): Json | undefined {
  if (field.relation === undefined) return undefined;
  const { kind, column } = field.relation;
  if (column === undefined) return { relationType: kind };
  return { onDelete: 'SET_NULL', relationType: kind, joinColumnName: column };
}

function application(schema: Schema, isCustom: boolean): string {
  return isCustom ? schema.customApplicationId : schema.standardApplicationId;
}

/** A field as a metadata list shows it: what is not set is left out. */
export function showFieldModel(schema: Schema, object: ObjectModel, field: FieldModel): JsonObject {
  const shown: JsonObject = {
    id: field.id,
    universalIdentifier: field.universalIdentifier,
    applicationId: application(schema, field.isCustom || object.kind.isCustom),
    type: field.type,
    name: field.name,
    label: field.label,
    isActive: field.isActive,
    isSystem: field.isSystem,
    isUIEditable: !field.isSystem,
    isUIReadOnly: field.isSystem,
    isNullable: field.isNullable,
    isUnique: field.isUnique,
    workspaceId: schema.workspaceId,
    objectMetadataId: object.id,
    isLabelSyncedWithName: false,
    createdAt: formatMicros(field.createdAt),
    updatedAt: formatMicros(field.updatedAt),
  };
  if (field.description !== null) shown.description = field.description;
  if (field.icon !== null) shown.icon = field.icon;
  if (field.defaultValue !== null) shown.defaultValue = field.defaultValue;
  if (field.options !== null) shown.options = showOptions(field.options);
  const relation = settings(field);
  if (relation !== undefined) shown.settings = relation;
  return shown;
}

/** A field as its creation answers: `defaultValue` and `options` are there even when they are nothing. */
export function showCreatedField(schema: Schema, object: ObjectModel, field: FieldModel): JsonObject {
  const options = field.options === null ? null : showOptions(field.options);
  return { defaultValue: null, ...showFieldModel(schema, object, field), options };
}

export function showObjectModel(schema: Schema, object: ObjectModel): JsonObject {
  const shown: JsonObject = {
    id: object.id,
    universalIdentifier: object.universalIdentifier,
    applicationId: application(schema, object.kind.isCustom),
    ...object.names,
    isRemote: false,
    isActive: object.isActive,
    isSystem: object.kind.isSystem,
    isUIEditable: true,
    isUICreatable: true,
    isUIReadOnly: false,
    isSearchable: !object.kind.isSystem,
    isLabelSyncedWithName: false,
    workspaceId: schema.workspaceId,
    labelIdentifierFieldMetadataId: (object.field('name') ?? object.field('title') ?? object.fields[0]).id,
    createdAt: formatMicros(object.createdAt),
    updatedAt: formatMicros(object.createdAt),
    fields: object.fields.map((field) => showFieldModel(schema, object, field)),
  };
  if (object.description !== null) shown.description = object.description;
  if (object.icon !== null) shown.icon = object.icon;
  return shown;
}
