import type { IDataObject } from 'n8n-workflow';

/**
 * Something that a node was given cannot be used, told where n8n is not known: the frame of nodes makes n8n's error of it.
 * @param message what happened
 * @param next what to do about it; empty where the message says so
 * @param details what else an error item tells
 */
export class InputError extends Error {
  override name = 'InputError';

  constructor(
    message: string,
    readonly next = '',
    readonly details: IDataObject = {},
  ) {
    super(message);
  }
}
