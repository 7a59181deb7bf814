import type { IDataObject, INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

export const NODE_UNDER_TEST = 'Node';

export interface OneNode {
  /** Without the package's name: e.g. `twenty`. */
  type: string;
  parameters: IDataObject;
  onError: INode['onError'];
  /** JSON of the items that reach it. */
  items: IDataObject[];
}

/** Each credential as the bundled workflows name it. */
const NAMES: Record<string, string> = {
  leadSyncTwentyApi: 'Twenty account (lead sync)',
  leadSyncSupabaseApi: 'Supabase account (lead sync)',
  leadSyncCloudflareD1Api: 'Cloudflare D1 account (lead sync)',
  leadSyncMetaLeadAdsApi: 'Meta Lead Ads account (lead sync)',
  leadSyncKnowlarityApi: 'Knowlarity account (lead sync)',
};

const CREDENTIALS: Record<string, string[]> = {
  twenty: ['leadSyncTwentyApi'],
  supabaseLeads: ['leadSyncSupabaseApi'],
  leadSync: ['leadSyncTwentyApi', 'leadSyncSupabaseApi'],
  cloudflareD1: ['leadSyncCloudflareD1Api', 'leadSyncSupabaseApi'],
  metaLeadAds: ['leadSyncMetaLeadAdsApi'],
  knowlarity: ['leadSyncKnowlarityApi'],
};

/** A user's own workflow: some items, then one node of this package. */
export function oneNodeWorkflow({ type, parameters, onError, items }: OneNode): IWorkflowBase {
  const credentials = CREDENTIALS[type].map((credential) => [
    credential,
    { id: NAMES[credential], name: NAMES[credential] },
  ]);
  const base = { position: [0, 0] as [number, number] };
  const nodes: INode[] = [
    { ...base, id: '1', name: 'Run manually', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
    {
      ...base,
      id: '2',
      name: 'Items',
      type: 'n8n-nodes-base.set',
      typeVersion: 3.5,
      parameters: { mode: 'raw', jsonOutput: JSON.stringify({ items }), options: {} },
    },
    {
      ...base,
      id: '3',
      name: 'One by one',
      type: 'n8n-nodes-base.splitOut',
      typeVersion: 1,
      parameters: { fieldToSplitOut: 'items', options: {} },
    },
    {
      ...base,
      id: '4',
      name: NODE_UNDER_TEST,
      type: `n8n-nodes-lead-sync.${type}`,
      typeVersion: 1,
      parameters: parameters as INodeParameters,
      credentials: Object.fromEntries(credentials) as INode['credentials'],
      onError,
    },
  ];
  const names = nodes.map(({ name }) => name);
  const connections = Object.fromEntries(
    names
      .slice(0, -1)
      .map((name, index) => [name, { main: [[{ node: names[index + 1], type: 'main' as const, index: 0 }]] }]),
  );
  return {
    id: 'oneNode',
    name: 'One node',
    nodes,
    connections,
    settings: { executionOrder: 'v1' },
    active: false,
    isArchived: false,
    activeVersionId: null,
    createdAt: new Date(),
    updatedAt: new Date(),
  };
}
