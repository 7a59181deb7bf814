import { NodeApiError } from 'n8n-workflow';
import type { StorePort } from '../../runs/control';
import type { LeadDatabase } from './client';

/** The database's functions as a loop calls them; errors are about the item. */
export function storePort(database: LeadDatabase, itemIndex: number): StorePort {
  return {
    rpc: async <T>(name: string, args: Record<string, unknown>) => (await database.call(name, args, itemIndex)) as T,
  };
}

/** A redirect, a wrong key, a quota, missing migrations, a read-only database, a lost lease. */
const HOPELESS_STATUS = /^(3..|401|402|403|404|405|409)$/;

/** Whether the database would refuse a failed call again. */
export function isHopelessCall(error: unknown): boolean {
  return error instanceof NodeApiError && (HOPELESS_STATUS.test(error.httpCode ?? '') || isTooLong(error));
}

/** Whether a call ran into PostgreSQL's statement timeout. */
export function isTooLong(error: unknown): boolean {
  return error instanceof NodeApiError && error.errorResponse?.code === '57014';
}
