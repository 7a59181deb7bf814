import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { properties } from './trigger/parameters';
import { receive, requireSecret } from './trigger/receive';

/** Starts a workflow when Knowlarity tells of a call: takes none but pushes that know the secret. */
export class KnowlarityTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Knowlarity Trigger',
    name: 'knowlarityTrigger',
    icon: { light: 'file:knowlarity.svg', dark: 'file:knowlarity.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["numbers"] || "all numbers" }}',
    description: 'Starts the workflow when Knowlarity tells of a call',
    eventTriggerDescription: 'Waiting for Knowlarity to push a call',
    activationMessage: 'Enter the production URL of the trigger as Hook API in the dashboard of Knowlarity.',
    defaults: { name: 'Knowlarity Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'leadSyncKnowlarityApi', required: true }],
    webhooks: [
      { name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: 'webhook' },
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
    ],
    properties,
  };

  webhookMethods = {
    default: {
      /** The address is entered in the dashboard of Knowlarity, which has no API for it: there is nothing to put or to remove. */
      async checkExists(this: IHookFunctions): Promise<boolean> {
        await requireSecret(this);
        return true;
      },
      async create(this: IHookFunctions): Promise<boolean> {
        await requireSecret(this);
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return await Promise.resolve(true);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this);
  }
}
