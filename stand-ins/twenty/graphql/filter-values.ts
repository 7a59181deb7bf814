import { GraphQLBoolean, GraphQLError, GraphQLFloat, type GraphQLScalarType } from 'graphql';
import { badRequest } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';

const SCALARS: Partial<Record<FieldModel['type'], GraphQLScalarType>> = {
  NUMBER: GraphQLFloat,
  POSITION: GraphQLFloat,
  BOOLEAN: GraphQLBoolean,
};

/**
 * Holds the values of a filter against the types of the schema. A Twenty that runs a document without its schema reads
 * "80" as 80; one that checks it refuses, and so does the double, that nothing is built on the former.
 * @throws ApiError for a value, or a comparator of a boolean, that the schema does not have
 */
export function checkFilterValues(object: ObjectModel, filter: JsonObject): void {
  for (const [key, value] of Object.entries(filter)) {
    const parts = (Array.isArray(value) ? value : [value]).filter(isJsonObject);
    const scalar = SCALARS[object.field(key)?.type ?? 'TEXT'];
    if (['and', 'or', 'not'].includes(key)) parts.forEach((part) => checkFilterValues(object, part));
    else if (scalar !== undefined) parts.forEach((condition) => checkCondition(scalar, condition));
  }
}

function checkCondition(scalar: GraphQLScalarType, condition: JsonObject): void {
  for (const [comparator, value] of Object.entries(condition)) {
    if (comparator === 'is') continue;
    if (scalar === GraphQLBoolean && comparator !== 'eq') {
      throw badRequest(`Field "${comparator}" is not defined by type "BooleanFilter".`);
    }
    for (const wanted of Array.isArray(value) ? value : [value]) parsed(scalar, wanted);
  }
}

function parsed(scalar: GraphQLScalarType, value: Json): void {
  if (value === null) return;
  try {
    scalar.parseValue(value);
  } catch (error) {
    throw error instanceof GraphQLError ? badRequest(error.message) : error;
  }
}
