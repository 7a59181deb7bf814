import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { ports } from './actions/ports';
import { resources, router } from './actions/router';
import { getLeadColumns } from './methods/resourceMapping';

/** Leads in Supabase, through the lead functions of the migrations. */
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
    inputs: ports(resources, 'inputs'),
    outputs: ports(resources, 'outputs'),
    credentials: [
      {
        name: 'leadSyncSupabaseApi',
        required: true,
        displayOptions: { hide: { operation: ['tellFailure', 'pause'], confirmAlerts: [false] } },
      },
    ],
    hints: [
      {
        message: 'Input keys that are no lead column are left out. Map them into Attributes to keep them.',
        displayCondition:
          '={{ $parameter["operation"] === "upsert" && $parameter["input"] === "items" && $parameter["columns"]["mappingMode"] === "autoMapInputData" }}',
        whenToDisplay: 'beforeExecution',
        location: 'outputPane',
      },
    ],
    properties: [
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        options: [
          { name: 'Alert', value: 'alert' },
          { name: 'Conflict', value: 'conflict' },
          { name: 'Dead Letter', value: 'deadLetter' },
          { name: 'Follow-Up', value: 'followUp' },
          { name: 'Inbox', value: 'inbox' },
          { name: 'Lead', value: 'lead' },
          { name: 'Monitoring', value: 'monitoring' },
          { name: 'Reconciliation', value: 'reconciliation' },
          { name: 'Scoring Rule', value: 'scoringRules' },
          { name: 'Sync Run', value: 'syncRun' },
        ],
        default: 'lead',
      },
      ...resources.alert.properties,
      ...resources.conflict.properties,
      ...resources.deadLetter.properties,
      ...resources.followUp.properties,
      ...resources.inbox.properties,
      ...resources.lead.properties,
      ...resources.monitoring.properties,
      ...resources.reconciliation.properties,
      ...resources.scoringRules.properties,
      ...resources.syncRun.properties,
    ],
  };

  methods = { resourceMapping: { getLeadColumns } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await router(this);
  }
}
