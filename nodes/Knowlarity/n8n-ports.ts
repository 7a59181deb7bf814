import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunSettings } from '../runs/execution';
import { intakePorts } from '../SupabaseLeads/intake-ports';
import { SOURCE } from './calls/to-lead';
import type { IntakePorts } from './loops';
import { connect, type ConnectOptions } from './transport/n8n-client';

/**
 * Both sides as the node's credentials reach them.
 * @throws NodeError, InputError when a credential cannot be used
 */
export async function connectPorts(
  context: IExecuteFunctions,
  itemIndex: number,
  { settings, call }: { settings: RunSettings; call: ConnectOptions },
): Promise<IntakePorts> {
  const ports = await intakePorts(context, itemIndex, { source: SOURCE, node: 'Knowlarity', settings });
  return { ...ports, ...(await connect(context, call)) };
}
