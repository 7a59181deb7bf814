import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { frame } from '../frame';
import { searchSyncedObjects } from './methods/list-search';
import { operations } from './actions';
import { commonFields } from './actions/fields';
import { explainRun } from './actions/whole-run';

const node = frame({ operations, commonFields, connect: async () => await Promise.resolve(), explain: explainRun });

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
    inputs: node.inputs,
    outputs: node.outputs,
    credentials: [
      { name: 'leadSyncTwentyApi', required: true },
      { name: 'leadSyncSupabaseApi', required: true },
    ],
    properties: node.properties,
    hints: node.hints,
  };

  methods = { listSearch: { searchSyncedObjects } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await node.execute(this);
  }
}
