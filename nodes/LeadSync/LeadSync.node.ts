import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { properties } from './actions/description';
import { router } from './actions/router';

/** A whole sync in one step: opens a run, works through it, closes it. */
export class LeadSync implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Lead Sync',
    name: 'leadSync',
    icon: { light: 'file:leadSync.svg', dark: 'file:leadSync.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Keep leads the same in Twenty and Supabase: one step is a whole sync',
    defaults: { name: 'Lead Sync' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [
      { name: 'leadSyncTwentyApi', required: true },
      { name: 'leadSyncSupabaseApi', required: true },
    ],
    properties,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await router(this);
  }
}
