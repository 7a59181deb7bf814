import type { FieldInput } from './model';

const system = { isSystem: true, isNullable: false } as const;

export const ID: FieldInput = {
  name: 'id',
  type: 'UUID',
  label: 'Id',
  icon: 'Icon123',
  defaultValue: 'uuid',
  ...system,
};
export const CREATED_AT: FieldInput = {
  name: 'createdAt',
  type: 'DATE_TIME',
  label: 'Creation date',
  icon: 'IconCalendar',
  defaultValue: 'now',
  ...system,
};
export const UPDATED_AT: FieldInput = {
  name: 'updatedAt',
  type: 'DATE_TIME',
  label: 'Last update',
  icon: 'IconCalendarClock',
  defaultValue: 'now',
  ...system,
};
export const DELETED_AT: FieldInput = {
  name: 'deletedAt',
  type: 'DATE_TIME',
  label: 'Deleted at',
  icon: 'IconCalendarMinus',
  isSystem: true,
};
export const POSITION: FieldInput = {
  name: 'position',
  type: 'POSITION',
  label: 'Position',
  icon: 'IconHierarchy2',
  defaultValue: 0,
  ...system,
};
export const CREATED_BY: FieldInput = { name: 'createdBy', type: 'ACTOR', label: 'Created by', isSystem: true };
export const UPDATED_BY: FieldInput = { name: 'updatedBy', type: 'ACTOR', label: 'Updated by', isSystem: true };
export const SEARCH_VECTOR: FieldInput = {
  name: 'searchVector',
  type: 'TS_VECTOR',
  label: 'Search vector',
  isSystem: true,
};

export const TIMES: FieldInput[] = [ID, CREATED_AT, UPDATED_AT, DELETED_AT];
export const ACTORS: FieldInput[] = [CREATED_BY, UPDATED_BY];

/** Fields of the link objects (taskTarget, attachment, …), before their relations. */
export const LINK_OBJECT: FieldInput[] = [...TIMES, ...ACTORS, POSITION, SEARCH_VECTOR];

export function manyToOne(name: string, target: string, inverse: string): FieldInput {
  return { name, type: 'RELATION', relation: { kind: 'MANY_TO_ONE', target, inverse, column: `${name}Id` } };
}

export function oneToMany(name: string, target: string, inverse: string): FieldInput {
  return { name, type: 'RELATION', relation: { kind: 'ONE_TO_MANY', target, inverse } };
}
