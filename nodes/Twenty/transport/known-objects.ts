/** How an object is called in the API. */
export interface ObjectNames {
  nameSingular: string;
  namePlural: string;
}

/** One of a field's options; more keys come along. */
export interface SelectOption {
  /** It stays when the value is renamed. */
  id?: string;
  value: string;
  label: string;
  position?: number;
}

export interface FieldMetadata {
  id: string;
  name: string;
  label: string;
  type: string;
  isActive: boolean;
  isSystem: boolean;
  isNullable: boolean;
  isUnique: boolean;
  isUIReadOnly?: boolean;
  defaultValue?: unknown;
  options?: SelectOption[] | null;
  settings?: { relationType?: string; joinColumnName?: string } | null;
}

export interface ObjectMetadata extends ObjectNames {
  id: string;
  labelSingular: string;
  labelPlural: string;
  isActive: boolean;
  isSystem: boolean;
  labelIdentifierFieldMetadataId: string | null;
  fields: FieldMetadata[];
}

/** A read of a workspace's objects: when it began, and what it gave; null when it failed. */
export interface ObjectsRead {
  readAt: number;
  objects: Promise<ObjectMetadata[] | null>;
}

/** The last read of each workspace. It is shared by all nodes (see gulpfile), so that what one of them changes all of them see. */
export const knownObjects = new Map<string, ObjectsRead>();
