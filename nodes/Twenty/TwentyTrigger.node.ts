import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { getObjects } from './methods/load-options';
import { properties } from './trigger/description';
import { receive } from './trigger/receive';
import { isWebhookInPlace, makeWebhook, removeWebhook } from './trigger/webhook-methods';

/** Starts a workflow when records change in Twenty: keeps a webhook there and takes none but its signed deliveries. */
export class TwentyTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Twenty Trigger',
    name: 'twentyTrigger',
    icon: { light: 'file:twenty.svg', dark: 'file:twenty.dark.svg' },
    group: ['trigger'],
    // n8n evaluates an expression for each request to a node of version 1, and a new isolate for each costs 40 ms.
    version: 2,
    subtitle: '={{ [].concat($parameter["objects"]).join(", ") }}',
    description: 'Starts the workflow when records change in Twenty CRM',
    eventTriggerDescription: 'Waiting for Twenty to send an event',
    activationMessage: 'Twenty now sends events to this workflow. It may miss those of the first 10 seconds.',
    defaults: { name: 'Twenty Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'leadSyncTwentyApi', required: true }],
    webhooks: [
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'webhook' },
    ],
    triggerPanel: {
      header: '',
      executionsHelp: {
        inactive:
          'Click <b>Execute step</b>, then edit a record in Twenty. With the option <b>Send Test Event</b>, Twenty sends one by itself. If nothing arrives within half a minute, Twenty cannot reach this n8n: check its address and the notice above.',
        active:
          'The workflow runs whenever Twenty sends an event; see its executions. To test, click <b>Execute step</b> and edit a record in Twenty.',
      },
      activationHint: 'Publish the workflow to have Twenty send it events all the time.',
    },
    properties,
  };

  methods = { loadOptions: { getObjects } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return await isWebhookInPlace(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return await makeWebhook(this);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return await removeWebhook(this);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this);
  }
}
