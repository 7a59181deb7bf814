import type { IExecuteFunctions } from 'n8n-workflow';
import { controlOf, uncancelled, type RunSettings } from '../runs/execution';
import type { IntakePorts } from '../runs/intake';
import { upsertLeads } from './actions/lead/upsert-leads';
import { connect } from './transport/client';
import { isHopelessCall, isTooLong, storePort } from './transport/store-port';

/**
 * The database as the intake of a source reaches it with the node's credential. A cancelled execution lets its calls come
 * to their end.
 * @param node its name, before what it logs
 * @throws NodeError, InputError when the credential cannot be used
 */
export async function intakePorts(
  context: IExecuteFunctions,
  itemIndex: number,
  { source, node, settings }: { source: string; node: string; settings: RunSettings },
): Promise<IntakePorts> {
  const database = await connect(uncancelled(context));
  return {
    store: storePort(database, itemIndex),
    upsert: async (leads) => (await upsertLeads(database, leads, { p_source: source }, itemIndex)).results,
    today: () => Date.now(),
    control: { ...controlOf(context, node, settings), isHopeless: isHopelessCall, isTooLong },
  };
}
