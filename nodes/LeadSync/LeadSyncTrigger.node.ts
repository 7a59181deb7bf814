import {
  NodeConnectionTypes,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IPollFunctions,
} from 'n8n-workflow';
import { properties } from './trigger/parameters';
import { poll } from './trigger/poll';

/** Starts a workflow when something happened to a lead, on whichever side. */
export class LeadSyncTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Lead Sync Trigger',
    name: 'leadSyncTrigger',
    icon: { light: 'file:leadSync.svg', dark: 'file:leadSync.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ [].concat($parameter["events"]).join(", ") }}',
    description: 'Starts the workflow when a lead was created, changed, synced, held, scored or assigned',
    eventTriggerDescription: 'Waiting for something to happen to a lead',
    activationMessage: 'What happens to leads from now on starts this workflow; nothing is lost while n8n is down.',
    defaults: { name: 'Lead Sync Trigger' },
    polling: true,
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'leadSyncSupabaseApi', required: true }],
    properties,
  };

  async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
    return await poll(this);
  }
}
