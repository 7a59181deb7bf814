import type { IHookFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { toNodeError } from '../actions/operation';

/** Runs what a panel or an activation asks for; what fails is shown with its message and next step. */
export async function asNodeError<T>(
  context: ILoadOptionsFunctions | IHookFunctions,
  work: () => Promise<T>,
): Promise<T> {
  return await work().catch((error: unknown) => Promise.reject(toNodeError(context.getNode(), error)));
}
