import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { frame } from '../frame';
import { resources } from './actions';
import { explainKnowlarity } from './transport/errors';

const node = frame({ resources, connect: async () => await Promise.resolve(), explain: explainKnowlarity });

/** Calls of Knowlarity (SuperReceptionist), and their intake into Supabase. */
export class Knowlarity implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Knowlarity',
    name: 'knowlarity',
    icon: { light: 'file:knowlarity.svg', dark: 'file:knowlarity.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Read calls of SuperReceptionist, and store each caller as a lead',
    defaults: { name: 'Knowlarity' },
    usableAsTool: true,
    inputs: node.inputs,
    outputs: node.outputs,
    credentials: [
      { name: 'leadSyncKnowlarityApi', required: true },
      { name: 'leadSyncSupabaseApi', required: true, displayOptions: { show: { resource: ['intake'] } } },
    ],
    hints: node.hints,
    properties: node.properties,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await node.execute(this);
  }
}
