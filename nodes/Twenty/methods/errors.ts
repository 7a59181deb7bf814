import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { toNodeError } from '../actions/operation';

/** Runs a panel's request; what fails is shown with its message and next step. */
export async function asNodeError<T>(context: ILoadOptionsFunctions, work: () => Promise<T>): Promise<T> {
  return await work().catch((error: unknown) => Promise.reject(toNodeError(context.getNode(), error)));
}
