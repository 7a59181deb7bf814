import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { frame } from '../frame';
import { resources } from './actions';
import { searchForms, searchPages } from './methods/list-search';
import { explainMeta } from './transport/errors';

const node = frame({ resources, connect: async () => await Promise.resolve(), explain: explainMeta });

/** Leads and forms of Meta (Facebook, Instagram), and the intake of those leads into Supabase. */
export class MetaLeadAds implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Meta Lead Ads',
    name: 'metaLeadAds',
    icon: { light: 'file:metaLeadAds.svg', dark: 'file:metaLeadAds.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Read leads of Facebook and Instagram forms, and store each of them once',
    defaults: { name: 'Meta Lead Ads' },
    usableAsTool: true,
    inputs: node.inputs,
    outputs: node.outputs,
    credentials: [
      {
        name: 'leadSyncMetaLeadAdsApi',
        required: true,
        displayOptions: { hide: { operation: ['add'] } },
      },
      { name: 'leadSyncSupabaseApi', required: true, displayOptions: { show: { resource: ['intake'] } } },
    ],
    hints: node.hints,
    properties: node.properties,
  };

  methods = { listSearch: { searchPages, searchForms } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await node.execute(this);
  }
}
