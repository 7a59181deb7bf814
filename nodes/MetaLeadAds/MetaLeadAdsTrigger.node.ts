import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { searchPages } from './methods/list-search';
import { properties } from './trigger/parameters';
import { receive } from './trigger/receive';
import { isInPlace, put, remove } from './trigger/webhook-methods';

/** Starts a workflow when forms of Facebook or Instagram get leads: takes none but Meta's signed deliveries. */
export class MetaLeadAdsTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Meta Lead Ads Trigger',
    name: 'metaLeadAdsTrigger',
    icon: { light: 'file:metaLeadAds.svg', dark: 'file:metaLeadAds.dark.svg' },
    group: ['trigger'],
    // n8n evaluates an expression for each request to a node of version 1, and a new isolate for each costs 40 ms.
    version: 2,
    subtitle: '={{ $parameter["pageId"]?.cachedResultName ?? "all pages of the app" }}',
    description: 'Starts the workflow when forms of Facebook or Instagram get leads',
    eventTriggerDescription: 'Waiting for Meta to deliver a lead',
    activationMessage: 'Meta now delivers leads to this workflow.',
    defaults: { name: 'Meta Lead Ads Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'leadSyncMetaLeadAdsApi', required: true }],
    webhooks: [
      { name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: 'webhook' },
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'webhook' },
    ],
    properties,
  };

  methods = { listSearch: { searchPages } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return await isInPlace(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return await put(this);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return await remove(this);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this);
  }
}
