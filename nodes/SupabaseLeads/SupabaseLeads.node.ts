import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { frame } from '../frame';
import { resources } from './actions';
import { testFormSecret } from './methods/credentialTest';
import { getLeadColumns } from './methods/resourceMapping';
import { connect } from './transport/client';

const node = frame({ resources, connect });

/** Leads in Supabase, through the lead functions of the schema. */
export class SupabaseLeads implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Supabase Leads',
    name: 'supabaseLeads',
    icon: { light: 'file:supabaseLeads.svg', dark: 'file:supabaseLeads.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Store leads in Supabase and keep track of their sync with Twenty',
    defaults: { name: 'Supabase Leads' },
    usableAsTool: true,
    inputs: node.inputs,
    outputs: node.outputs,
    credentials: [
      {
        name: 'leadSyncSupabaseApi',
        required: true,
        displayOptions: { hide: { operation: ['tellFailure', 'pause'], confirmAlerts: [false] } },
      },
      {
        name: 'leadSyncFormApi',
        required: true,
        testedBy: 'testFormSecret',
        displayOptions: { show: { operation: ['takeForm'], checkSecret: [true] } },
      },
    ],
    hints: node.hints,
    properties: node.properties,
  };

  methods = { credentialTest: { testFormSecret }, resourceMapping: { getLeadColumns } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await node.execute(this);
  }
}
