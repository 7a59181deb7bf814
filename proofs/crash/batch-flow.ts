import type { N8nClient, WorkflowJson } from '../../stack/n8n-client';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import type { SupabaseSide } from './supabase-side';

export const BATCH_FLOW_ID = 'crashTestOneBatch';
/** Where the bundled steps are, one by one. */
export const BY_HAND = 'lead-sync-by-hand';
const START = 'Run manually';
/** What the steps read their object and mapping from. */
const RUN = 'Start push run';
/** The push's own steps for one batch, in their order, by the names that the workflow gives them. */
export const STEPS = [
  'Claim due leads',
  'Nothing due?',
  'Read those people from Twenty',
  'Merge and plan writes',
  'Nothing to write?',
  'Push to Twenty',
  'Update sync status',
];

type Node = WorkflowJson['nodes'][number];
type Connections = Record<string, { main: Array<Array<{ node: string }>> }>;

/** What a started push tells its steps, but for a run: a flow of one's own has none. */
async function answerWithoutRun(supabase: SupabaseSide): Promise<object> {
  const fields = await supabase.query(
    `select object, lead_field, twenty_field, kind, direction, policy from lead_sync.field_mappings
     where object = 'person' and enabled and lead_field <> 'deleted' order by lead_field`,
  );
  return { object: 'person', fields, settings: { default_country: 'US', strict: false }, run: { id: '' } };
}

/** The node with no run, and with claims of this size. */
function withoutRun(node: Node, batchSize: number): Node {
  const parameters: Record<string, unknown> = { ...node.parameters };
  if ('run' in parameters) parameters.run = '';
  if ('limit' in parameters) parameters.limit = batchSize;
  return { ...node, parameters };
}

/**
 * Stores a flow that pushes one batch with the bundled steps and outside any sync run. The lease of a run lets one push work
 * at a time; nothing but the claims keeps such flows apart.
 */
export async function storeBatchFlow(client: N8nClient, supabase: SupabaseSide, batchSize: number): Promise<void> {
  const bundled = (await bundledWorkflows()).get(BY_HAND);
  if (!bundled) throw new Error(`workflows/${BY_HAND}.json is missing.`);
  const nodeOf = (name: string): Node => {
    const node = bundled.nodes.find((one) => one.name === name);
    if (!node) throw new Error(`workflows/${BY_HAND}.json has no "${name}".`);
    return node;
  };
  const connections = bundled.connections as Connections;
  const inner = Object.fromEntries(
    STEPS.map((name) => {
      const outputs = connections[name].main.map((targets) => targets.filter(({ node }) => STEPS.includes(node)));
      return [name, { main: outputs }];
    }),
  );
  const link = (node: string): { main: object[][] } => ({ main: [[{ node, type: 'main', index: 0 }]] });
  const started = {
    ...nodeOf('Next page'),
    name: RUN,
    parameters: { mode: 'raw', jsonOutput: JSON.stringify(await answerWithoutRun(supabase)), options: {} },
  };
  await client.importWorkflows([
    {
      id: BATCH_FLOW_ID,
      name: 'Crash test: push one batch',
      nodes: [nodeOf(START), started, ...STEPS.map((name) => withoutRun(nodeOf(name), batchSize))],
      connections: { [START]: link(RUN), [RUN]: link(STEPS[0]), ...inner },
      settings: bundled.settings,
    },
  ]);
}
