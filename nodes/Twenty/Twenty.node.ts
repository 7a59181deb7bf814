import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { frame, toCallLimits, type CallOptions } from '../frame';
import { resources } from './actions';
import { searchMembers, searchObjects, searchRecords } from './methods/list-search';
import { getFilterFields, getTaskStatuses } from './methods/load-options';
import { getRecordFields } from './methods/resource-mapping';
import { explainTwenty } from './transport/errors';
import { connect } from './transport/n8n-client';

const node = frame({
  resources,
  connect: async (context) =>
    await connect(context, toCallLimits(context.getNodeParameter('options', 0, {}) as CallOptions)),
  explain: explainTwenty,
});

/** Twenty CRM: leads in batches for the sync, records of any object, and the fields that leads need. */
export class Twenty implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Twenty',
    name: 'twenty',
    icon: { light: 'file:twenty.svg', dark: 'file:twenty.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Read and write leads and other records of Twenty CRM, in batches',
    defaults: { name: 'Twenty' },
    usableAsTool: true,
    inputs: node.inputs,
    outputs: node.outputs,
    credentials: [{ name: 'leadSyncTwentyApi', required: true }],
    hints: node.hints,
    properties: node.properties,
  };

  methods = {
    listSearch: { searchMembers, searchObjects, searchRecords },
    loadOptions: { getFilterFields, getTaskStatuses },
    resourceMapping: { getRecordFields },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await node.execute(this);
  }
}
