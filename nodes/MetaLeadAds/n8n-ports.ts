import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunSettings } from '../runs/execution';
import { intakePorts } from '../SupabaseLeads/intake-ports';
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
  const ports = await intakePorts(context, itemIndex, { source: SOURCE, node: 'Meta Lead Ads', settings });
  const { host } = await context.getCredentials<{ host: string }>('leadSyncSupabaseApi', itemIndex);
  return { ...ports, inbox: host, graph: await connect(context, call) };
}
