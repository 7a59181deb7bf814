import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode, valueFromASTUntyped } from 'graphql';
import { ApiError } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';

/** The document around a selection: its fragments and the variables of the call. */
export interface DocumentScope {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: JsonObject;
}

function isSkipped(node: { directives?: FieldNode['directives'] }, scope: DocumentScope): boolean {
  return (node.directives ?? []).some((directive) => {
    const condition = directive.arguments?.find(({ name }) => name.value === 'if');
    const value = condition === undefined ? undefined : valueFromASTUntyped(condition.value, scope.variables);
    return directive.name.value === 'skip' ? value === true : directive.name.value === 'include' && value === false;
  });
}

/** The fields of a selection, fragments opened and directives obeyed. */
export function selectedFields(set: SelectionSetNode | undefined, scope: DocumentScope): FieldNode[] {
  const fields: FieldNode[] = [];
  for (const node of set?.selections ?? []) {
    if (isSkipped(node, scope)) continue;
    if (node.kind === Kind.FIELD) fields.push(node);
    else {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : scope.fragments.get(node.name.value);
      fields.push(...selectedFields(fragment?.selectionSet, scope));
    }
  }
  return fields;
}

/** The root fields of an operation, fragments opened: directives on them are ignored. */
export function rootFields(set: SelectionSetNode, scope: DocumentScope): FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return node;
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : scope.fragments.get(node.name.value);
    return fragment === undefined ? [] : rootFields(fragment.selectionSet, scope);
  });
}

/** @throws ApiError for a directive below a root field that reads a variable: the server has none there, and stumbles */
export function refuseVariableDirectives(set: SelectionSetNode | undefined, scope: DocumentScope): void {
  for (const node of set?.selections ?? []) {
    for (const { arguments: given } of node.directives ?? []) {
      const value = given?.[0]?.value;
      if (value?.kind !== Kind.VARIABLE) continue;
      throw new ApiError(`Cannot read properties of undefined (reading '${value.name.value}')`, {
        code: 'INTERNAL_SERVER_ERROR',
      });
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? scope.fragments.get(node.name.value) : node;
    refuseVariableDirectives(fragment?.selectionSet, scope);
  }
}

export function responseKey(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}

/**
 * A field's arguments as plain values. A variable that was not given is left out, its default too, but in a filter it stays as
 * `undefined`, over which a comparison stumbles.
 */
export function argumentsOf(node: FieldNode, scope: DocumentScope): JsonObject {
  const values: JsonObject = {};
  for (const { name, value } of node.arguments ?? []) {
    const given = valueFromASTUntyped(value, scope.variables);
    const plain = name.value === 'filter' ? (given as Json | undefined) : plainValue(given);
    if (plain !== undefined) values[name.value] = plain;
  }
  return values;
}

function plainValue(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => plainValue(item) ?? null);
  if (!isJsonObject(value)) return value as Json | undefined;
  const plain: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const inner = plainValue(item);
    if (inner !== undefined) plain[key] = inner;
  }
  return plain;
}
