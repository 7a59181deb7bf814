import { NodeApiError, type IExecuteFunctions } from 'n8n-workflow';
import { hint } from '../frame';
import { connect as connectStore, type LeadDatabase } from '../SupabaseLeads/transport/client';
import { getChangedPage } from '../Twenty/leads/get-changed';
import { getIdsPage } from '../Twenty/leads/get-ids';
import { getLeadsByIdOrEmail } from '../Twenty/leads/get-many';
import { pushLeads } from '../Twenty/leads/push';
import { readScope, type ScopeSettings } from '../Twenty/leads/scope';
import { DEFAULT_BATCH_SIZE } from '../Twenty/records/limits';
import type { TwentyClient } from '../Twenty/transport/client';
import { TwentyError } from '../Twenty/transport/failures';
import { connect as connectTwenty } from '../Twenty/transport/n8n-client';
import type { Control, StorePort } from '../runs/control';
import type { Ports, TwentyPort } from './loops/ports';

/** What the panel says of how calls are made. */
export interface CallSettings extends Pick<Control, 'tries' | 'pause' | 'maxDuration'> {
  timeoutMs?: number;
  maxWaitMs?: number;
}

/**
 * Both sides as the node's credentials reach them. A cancelled execution ends waiting, and lets calls that are under way
 * come to their end: no write is left of which nobody knows whether it landed.
 * @throws NodeError when a credential cannot be used
 */
export async function connectPorts(
  context: IExecuteFunctions,
  itemIndex: number,
  { tries, pause, maxDuration, ...call }: CallSettings,
): Promise<Ports> {
  const signal = context.getExecutionCancelSignal();
  const uncancelled = Object.create(context, {
    getExecutionCancelSignal: { value: () => undefined },
  }) as IExecuteFunctions;
  const store = storePort(await connectStore(uncancelled), itemIndex);
  const client = await connectTwenty(uncancelled, { ...call, signal });
  const isCancelled = (): boolean => signal?.aborted ?? false;
  const control: Control = {
    tries,
    pause,
    maxDuration,
    now: () => client.clock.now(),
    sleep: async (milliseconds) => {
      await client.clock.sleep(milliseconds, signal).catch((error: unknown) => {
        if (!isCancelled()) throw error;
      });
    },
    isCancelled,
    isHopeless: (error) => isHopeless(error) || isTooLong(error),
    isTooLong,
    log: (message) => context.logger.info(`Lead Sync: ${message}`),
    warn: (message) => {
      context.logger.warn(`Lead Sync: ${message}`);
      hint(context, message, 'warning');
    },
  };
  return { twenty: (settings) => twentyPort(client, settings), store, control };
}

function storePort(database: LeadDatabase, itemIndex: number): StorePort {
  return {
    rpc: async <T>(name: string, args: Record<string, unknown>) => (await database.call(name, args, itemIndex)) as T,
  };
}

/** Twenty over its client. What the workspace has of the mapping is looked up for each step, since it may change during a run; it is cached for a minute. */
export function twentyPort(client: TwentyClient, settings: ScopeSettings): TwentyPort {
  const scope = () => readScope(client, settings);
  return {
    callsPerMinute: () => client.callsPerMinute,
    getChangedPage: async (window) => await getChangedPage(client, await scope(), window),
    getIdsPage: async (request) => await getIdsPage(client, (await scope()).object, request),
    getLeads: async (asked) => await getLeadsByIdOrEmail(client, await scope(), asked),
    pushLeads: async (writes, options) =>
      await pushLeads(client, await scope(), writes, { ...options, batchSize: DEFAULT_BATCH_SIZE }),
  };
}

const HOPELESS_CATEGORIES = new Set(['auth', 'permission', 'wrong_url', 'firewall', 'quota', 'cancelled']);
/** A redirect, a wrong key, a quota, missing migrations, a read-only database, a lost lease. */
const HOPELESS_STATUS = /^(3..|401|402|403|404|405|409)$/;

function isHopeless(error: unknown): boolean {
  if (error instanceof TwentyError) return HOPELESS_CATEGORIES.has(error.failure.category);
  return error instanceof NodeApiError && HOPELESS_STATUS.test(error.httpCode ?? '');
}

/** PostgreSQL's statement timeout. */
function isTooLong(error: unknown): boolean {
  return error instanceof NodeApiError && error.errorResponse?.code === '57014';
}
