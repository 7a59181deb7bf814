import { randomUUID } from 'node:crypto';
import camelCase from 'lodash/camelCase';
import upperFirst from 'lodash/upperFirst';
import type { Json, JsonObject } from '../json';
import type { Micros } from '../time';

export type FieldType =
  | 'UUID'
  | 'TEXT'
  | 'NUMBER'
  | 'NUMERIC'
  | 'BOOLEAN'
  | 'DATE_TIME'
  | 'DATE'
  | 'SELECT'
  | 'MULTI_SELECT'
  | 'RATING'
  | 'ARRAY'
  | 'RAW_JSON'
  | 'FILES'
  | 'FULL_NAME'
  | 'EMAILS'
  | 'PHONES'
  | 'LINKS'
  | 'ADDRESS'
  | 'CURRENCY'
  | 'RICH_TEXT'
  | 'ACTOR'
  | 'POSITION'
  | 'TS_VECTOR'
  | 'RELATION';

export interface SelectOption {
  id: string;
  label: string;
  value: string;
  color: string;
  position: number;
}

/** Where a relation field leads. Only the many-to-one side has a column (`companyId`). */
export interface Relation {
  kind: 'MANY_TO_ONE' | 'ONE_TO_MANY';
  target: string;
  /** Name of the field on the other side. */
  inverse: string;
  column?: string;
}

export interface FieldModel {
  id: string;
  universalIdentifier: string;
  name: string;
  label: string;
  description: string | null;
  icon: string | null;
  type: FieldType;
  isActive: boolean;
  isSystem: boolean;
  isCustom: boolean;
  isNullable: boolean;
  isUnique: boolean;
  defaultValue: Json;
  options: SelectOption[] | null;
  relation?: Relation;
  createdAt: Micros;
  updatedAt: Micros;
}

export type FieldInput = Pick<FieldModel, 'name' | 'type'> & Partial<Omit<FieldModel, 'id' | 'name' | 'type'>>;

/** A field of the model from the few things that matter about it; a standard one always has a description and an icon. */
export function createField(input: FieldInput, now: Micros): FieldModel {
  const label = input.label ?? capitalise(input.name);
  return {
    id: randomUUID(),
    universalIdentifier: randomUUID(),
    label,
    description: input.isCustom === true ? null : label,
    icon: input.isCustom === true ? null : 'IconTag',
    isActive: true,
    isSystem: false,
    isCustom: false,
    isNullable: true,
    isUnique: false,
    defaultValue: null,
    options: null,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}

export interface ObjectNames {
  nameSingular: string;
  namePlural: string;
  labelSingular: string;
  labelPlural: string;
}

/** One object of the workspace: its names and its fields, in the order in which records show them. */
export class ObjectModel {
  readonly id = randomUUID();
  readonly universalIdentifier = randomUUID();
  readonly fields: FieldModel[] = [];
  description: string | null;
  icon: string | null;
  isActive = true;
  private unique: FieldModel[] = [];
  private readonly byName = new Map<string, FieldModel>();
  private readonly byColumn = new Map<string, FieldModel>();

  constructor(
    readonly names: ObjectNames,
    readonly kind: { isSystem: boolean; isCustom: boolean },
    readonly createdAt: Micros,
  ) {
    this.description = kind.isCustom ? null : names.labelSingular;
    this.icon = kind.isCustom ? null : 'IconBox';
  }

  get name(): string {
    return this.names.nameSingular;
  }

  /** `People` of REST's `createPeople`. */
  get pluralTitle(): string {
    return capitalise(this.names.namePlural);
  }

  /** `Person` of REST's `createPerson`. */
  get title(): string {
    return capitalise(this.names.nameSingular);
  }

  /** The names that GraphQL makes of the API names: `b2bleads` is `b2Bleads` there, and REST keeps the plain one. */
  get graphqlNames(): { singular: string; plural: string; title: string; pluralTitle: string } {
    const singular = camelCase(this.names.nameSingular);
    const plural = camelCase(this.names.namePlural);
    return { singular, plural, title: upperFirst(singular), pluralTitle: upperFirst(plural) };
  }

  addField(field: FieldModel): void {
    this.fields.push(field);
    this.unique = this.fields.filter(({ isUnique }) => isUnique);
    this.byName.set(field.name, field);
    if (field.relation?.column !== undefined) this.byColumn.set(field.relation.column, field);
  }

  removeField(field: FieldModel): void {
    this.fields.splice(this.fields.indexOf(field), 1);
    this.unique = this.fields.filter(({ isUnique }) => isUnique);
    this.byName.delete(field.name);
    if (field.relation?.column !== undefined) this.byColumn.delete(field.relation.column);
  }

  field(name: string): FieldModel | undefined {
    return this.byName.get(name);
  }

  /** The relation whose column has this name: `companyId` gives `company`. */
  columnOwner(column: string): FieldModel | undefined {
    return this.byColumn.get(column);
  }

  /** Fields with a unique index. */
  get uniqueFields(): readonly FieldModel[] {
    return this.unique;
  }
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A select option list as metadata answers show it. */
export function showOptions(options: SelectOption[]): JsonObject[] {
  return options.map(({ id, color, label, value, position }) => ({ id, color, label, value, position }));
}
