import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { properties } from './actions/description';
import { router } from './actions/router';
import { searchMembers, searchObjects, searchRecords } from './methods/list-search';
import { getFilterFields, getTaskStatuses } from './methods/load-options';
import { getRecordFields } from './methods/resource-mapping';

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
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'leadSyncTwentyApi', required: true }],
    hints: [
      {
        message:
          'Deleted leads come, too: they have <code>twenty_deleted_at</code>. Filter them out where you want live leads only.',
        displayCondition: '={{ $parameter["resource"] === "lead" && $parameter["operation"] === "getChanged" }}',
        location: 'outputPane',
        whenToDisplay: 'afterExecution',
      },
    ],
    properties,
  };

  methods = {
    listSearch: { searchMembers, searchObjects, searchRecords },
    loadOptions: { getFilterFields, getTaskStatuses },
    resourceMapping: { getRecordFields },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await router.call(this);
  }
}
