import type { Json, JsonObject } from './json';

export interface ErrorDetails {
  /** Status of the REST answer; 400 unless told. */
  status?: number;
  /** `error` of the REST answer. */
  restError?: string;
  /** `code` of the REST answer, which most errors do not have. */
  restCode?: string;
  /** `extensions.code` of the GraphQL error. */
  code?: string;
  subCode?: string;
  userFriendlyMessage?: string;
  extensions?: JsonObject;
}

/** A refusal in the server's words, which REST and GraphQL dress differently. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }

  get status(): number {
    return this.details.status ?? 400;
  }

  toRest(): JsonObject {
    const body: JsonObject = {
      statusCode: this.status,
      error: this.details.restError ?? 'BadRequestException',
      messages: [this.message],
    };
    if (this.details.restCode !== undefined) body.code = this.details.restCode;
    return body;
  }

  toGraphql(): JsonObject {
    const extensions: JsonObject = {};
    if (this.details.subCode !== undefined) extensions.subCode = this.details.subCode;
    if (this.details.userFriendlyMessage !== undefined) {
      extensions.userFriendlyMessage = this.details.userFriendlyMessage;
    }
    Object.assign(extensions, this.details.extensions);
    extensions.code = this.details.code ?? 'BAD_USER_INPUT';
    return { message: this.message, extensions };
  }
}

const SOMETHING_WRONG = 'An error occurred.';

export function recordNotFound(): ApiError {
  return new ApiError('Record not found', {
    status: 404,
    restError: 'NotFoundException',
    code: 'NOT_FOUND',
    subCode: 'RECORD_NOT_FOUND',
    userFriendlyMessage: 'This record does not exist or has been deleted.',
  });
}

export function badRequest(message: string, subCode?: string, userFriendlyMessage = SOMETHING_WRONG): ApiError {
  return new ApiError(message, subCode === undefined ? {} : { subCode, userFriendlyMessage });
}

/** A value that the field does not take; `shown` is the value as the message quotes it. */
export function invalidValue(message: string, shown: string): ApiError {
  return badRequest(message, 'INVALID_ARGS_DATA', `Invalid value: "${shown}"`);
}

export function unknownField(objectName: string, field: string, subCode = 'INVALID_ARGS_DATA'): ApiError {
  return badRequest(`Object ${objectName} doesn't have any "${field}" field.`, subCode);
}

/** An error that REST names by `code` instead of by exception. */
export function codedError(message: string, code: string, userFriendlyMessage = message): ApiError {
  return new ApiError(message, { restError: 'Error', restCode: code, subCode: code, userFriendlyMessage });
}

export function duplicateEntry(conflict: { label: string; recordId?: string; objectName: string }): ApiError {
  const extensions: JsonObject = {};
  if (conflict.recordId !== undefined) {
    extensions.conflictingRecordId = conflict.recordId;
    extensions.conflictingObjectNameSingular = conflict.objectName;
  }
  return new ApiError('A duplicate entry was detected', {
    userFriendlyMessage: `This ${conflict.label} value is already in use. Please check your data and try again.`,
    extensions,
  });
}

const BAD_REFERENCE =
  'This operation references a record that does not exist or cannot be modified due to existing relationships.';

/** A row points at one that does not exist. */
export function foreignKeyViolation(tableName: string, constraint: string): ApiError {
  const message = `insert or update on table "${tableName}" violates foreign key constraint "${constraint}"`;
  return new ApiError(message, { userFriendlyMessage: BAD_REFERENCE });
}

/** A row whose id was to change is pointed at by its timeline. */
export function stillReferenced(tableName: string, constraint: string): ApiError {
  const message = `update or delete on table "${tableName}" violates foreign key constraint "${constraint}" on table "timelineActivity"`;
  return new ApiError(message, { userFriendlyMessage: BAD_REFERENCE });
}

export function databaseRefusedData(): ApiError {
  return new ApiError('Data validation error.', {
    status: 500,
    restError: 'InternalServerErrorException',
    code: 'INTERNAL_SERVER_ERROR',
    userFriendlyMessage: SOMETHING_WRONG,
  });
}

export function limitReached(tokens: number, windowMs: number): ApiError {
  return new ApiError(`Limit reached (${tokens} tokens per ${windowMs} ms)`, {
    status: 429,
    restError: 'HttpException',
    subCode: 'LIMIT_REACHED',
    userFriendlyMessage: 'Rate limit reached. Please try again later.',
  });
}

export function permissionDenied(status = 400): ApiError {
  return new ApiError('Entity performing the request does not have permission', {
    status,
    restError: 'Error',
    restCode: 'PERMISSION_DENIED',
    code: 'FORBIDDEN',
    subCode: 'PERMISSION_DENIED',
    userFriendlyMessage: 'User does not have permission.',
  });
}

/** The error list of a GraphQL answer whose document could not be run at all. */
export function graphqlFailure(message: string, extra: { [key: string]: Json } = {}): JsonObject {
  return { errors: [{ message, ...extra }] };
}
