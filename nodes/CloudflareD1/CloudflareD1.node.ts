import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { frame } from '../frame';
import { resources } from './actions';
import { explainD1 } from './transport/errors';

const node = frame({ resources, connect: async () => await Promise.resolve(), explain: explainD1 });

/** Queries of any D1 database, and the replica of leads in one. */
export class CloudflareD1 implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Cloudflare D1',
    name: 'cloudflareD1',
    icon: { light: 'file:cloudflareD1.svg', dark: 'file:cloudflareD1.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Query a D1 database, or keep leads the same in Supabase and D1',
    defaults: { name: 'Cloudflare D1' },
    usableAsTool: true,
    inputs: node.inputs,
    outputs: node.outputs,
    credentials: [
      { name: 'leadSyncCloudflareD1Api', required: true },
      { name: 'leadSyncSupabaseApi', required: true, displayOptions: { show: { resource: ['replica'] } } },
    ],
    hints: node.hints,
    properties: node.properties,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await node.execute(this);
  }
}
