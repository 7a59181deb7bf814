import type { IExecuteFunctions } from 'n8n-workflow';
import { controlOf, uncancelled, type RunSettings } from '../runs/execution';
import { upsertLeads } from '../SupabaseLeads/actions/lead/upsert-leads';
import { connect as connectStore } from '../SupabaseLeads/transport/client';
import { isHopelessCall, isTooLong, storePort } from '../SupabaseLeads/transport/store-port';
import { SOURCE, type IntakePorts } from './loops';
import { connect, type ConnectOptions } from './transport/n8n-client';

/**
 * Both sides as the node's credentials reach them. A cancelled execution ends what is read from Meta, and lets calls of
 * the database come to their end.
 * @throws NodeError, InputError when a credential cannot be used
 */
export async function connectPorts(
  context: IExecuteFunctions,
  itemIndex: number,
  { settings, call }: { settings: RunSettings; call: ConnectOptions },
): Promise<IntakePorts> {
  const database = await connectStore(uncancelled(context));
  return {
    graph: await connect(context, call),
    store: storePort(database, itemIndex),
    upsert: async (leads) => (await upsertLeads(database, leads, { p_source: SOURCE }, itemIndex)).results,
    today: () => Date.now(),
    control: { ...controlOf(context, 'Meta Lead Ads', settings), isHopeless: isHopelessCall, isTooLong },
  };
}
