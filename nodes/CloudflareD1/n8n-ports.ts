import type { IExecuteFunctions } from 'n8n-workflow';
import { controlOf, uncancelled, type RunSettings } from '../runs/execution';
import { connect as connectStore } from '../SupabaseLeads/transport/client';
import { isHopelessCall, isTooLong, storePort } from '../SupabaseLeads/transport/store-port';
import type { EdgePorts } from './loops';
import { tellsMissingColumn } from './loops/refusals';
import { D1Error, type D1FailureKind } from './transport/failures';
import { connect as connectD1, type ConnectOptions } from './transport/n8n-client';

/**
 * Both sides as the node's credentials reach them. A cancelled execution ends waiting, and lets calls that are under way
 * come to their end.
 * @throws NodeError, InputError when a credential cannot be used
 */
export async function connectPorts(
  context: IExecuteFunctions,
  itemIndex: number,
  { settings, call }: { settings: RunSettings; call: ConnectOptions },
): Promise<EdgePorts> {
  const store = storePort(await connectStore(uncancelled(context)), itemIndex);
  const d1 = await connectD1(uncancelled(context), { ...call, signal: context.getExecutionCancelSignal() });
  return {
    store,
    d1: { batch: async (statements) => await d1.batch(statements) },
    control: {
      ...controlOf(context, 'Cloudflare D1', settings),
      isHopeless,
      isTooLong,
      refusalOf: (error) => (isOfKind(error, 'refused') || isOfKind(error, 'limit') ? (error as Error).message : null),
      lacksTable: (error) => isOfKind(error, 'missing_table'),
      lacksColumn: (error) => isOfKind(error, 'statement') && tellsMissingColumn((error as Error).message),
    },
  };
}

const HOPELESS = new Set<D1FailureKind>([
  'auth',
  'not_found',
  'wrong_url',
  'firewall',
  'throttled',
  'quota',
  'full',
  'statement',
  'cancelled',
]);

function isHopeless(error: unknown): boolean {
  return error instanceof D1Error ? HOPELESS.has(error.failure.kind) : isHopelessCall(error);
}

function isOfKind(error: unknown, kind: D1FailureKind): boolean {
  return error instanceof D1Error && error.failure.kind === kind;
}
