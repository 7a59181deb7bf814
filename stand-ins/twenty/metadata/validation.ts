import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json';
import type { ObjectModel } from './model';

const PLAIN_NAME = /^[a-z][a-zA-Z0-9]*$/;

function refusedField(object: ObjectModel, name: string, error: JsonObject): JsonObject {
  const universalIdentifier = randomUUID();
  const viewField = (): JsonObject => ({
    status: 'fail',
    errors: [
      {
        code: 'INVALID_VIEW_DATA',
        message: 'Field metadata not found',
        userFriendlyMessage: 'Field metadata not found',
      },
    ],
    flatEntityMinimalInformation: {
      universalIdentifier: randomUUID(),
      viewUniversalIdentifier: randomUUID(),
      fieldMetadataUniversalIdentifier: universalIdentifier,
    },
    metadataName: 'viewField',
    type: 'create',
  });
  return {
    statusCode: 400,
    error: 'METADATA_VALIDATION_ERROR',
    message: 'Multiple validation errors occurred while creating fields',
    errors: {
      fieldMetadata: [
        {
          status: 'fail',
          errors: [error],
          flatEntityMinimalInformation: {
            universalIdentifier,
            name,
            objectMetadataUniversalIdentifier: object.universalIdentifier,
          },
          metadataName: 'fieldMetadata',
          type: 'create',
        },
      ],
      viewField: [viewField(), viewField()],
    },
    summary: { totalErrors: 3, fieldMetadata: 1, viewField: 2 },
    userFriendlyMessage: 'Many validation errors',
  };
}

/** The answer to a field's name that cannot be; undefined when it can. */
export function refuseFieldName(object: ObjectModel, name: string): JsonObject | undefined {
  if (!PLAIN_NAME.test(name)) {
    const message = 'Name is not valid: it must start with lowercase letter and contain only alphanumeric letters';
    return refusedField(object, name, {
      code: 'INVALID_FIELD_INPUT',
      message,
      userFriendlyMessage: message,
      value: name,
    });
  }
  if (object.field(name) === undefined && object.columnOwner(name) === undefined) return undefined;
  const message = `Name "${name}" is not available as it is already used by another field`;
  return refusedField(object, name, { code: 'NOT_AVAILABLE', value: name, message, userFriendlyMessage: message });
}

/** The answer to an object's names that cannot be; undefined when they can. */
export function refuseObjectNames(names: string[], taken: (name: string) => boolean): JsonObject | undefined {
  const bad = names.find((name) => !PLAIN_NAME.test(name) || taken(name));
  if (bad === undefined) return undefined;
  const message = PLAIN_NAME.test(bad)
    ? `Name "${bad}" is not available`
    : 'Name is not valid: it must start with lowercase letter and contain only alphanumeric letters';
  return {
    statusCode: 400,
    error: 'METADATA_VALIDATION_ERROR',
    message: 'Multiple validation errors occurred while creating object',
    errors: {
      objectMetadata: [
        {
          status: 'fail',
          errors: [{ code: 'INVALID_OBJECT_INPUT', message, userFriendlyMessage: message, value: bad }],
          flatEntityMinimalInformation: { universalIdentifier: randomUUID() },
          metadataName: 'objectMetadata',
          type: 'create',
        },
      ],
    },
    summary: { totalErrors: 1, objectMetadata: 1 },
    userFriendlyMessage: 'Many validation errors',
  };
}
