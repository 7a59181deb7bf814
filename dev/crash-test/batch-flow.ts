import type { N8nClient, WorkflowJson } from '../stack/n8n-client';
import { bundledWorkflows } from '../stack/workflows';
import type { SupabaseSide } from './supabase-side';
import { PUSH } from './syncs';

export const BATCH_FLOW_ID = 'crashTestOneBatch';
const CALL = 'When called';
const START = 'Run manually';
/** The push's own steps for one batch, in their order. */
const STEPS = [
  'Claim due leads',
  'Are any due?',
  'Read those people from Twenty',
  'Merge and plan writes',
  'Anything to write?',
  'Push to Twenty',
  'Update sync status',
];

type Node = WorkflowJson['nodes'][number] & { parameters?: Record<string, unknown> };
type Connections = Record<string, { main: Array<Array<{ node: string }>> }>;

/** What the push hands to its steps, but for a run: a flow of one's own has none. */
async function callOf(supabase: SupabaseSide, batchSize: number): Promise<object> {
  const fields = await supabase.query(
    `select object, lead_field, twenty_field, kind, direction, policy from lead_sync.field_mappings
     where object = 'person' and enabled and lead_field <> 'deleted' order by lead_field`,
  );
  return { object: 'person', fields, settings: { default_country: 'US' }, batch_size: batchSize };
}

function withoutRun(node: Node): Node {
  return {
    ...node,
    parameters: node.parameters && 'run' in node.parameters ? { ...node.parameters, run: '' } : node.parameters,
  };
}

/**
 * Stores a flow that pushes one batch with the bundled steps and outside any sync run. The lease of a run lets one push work
 * at a time; nothing but the claims keeps such flows apart.
 */
export async function storeBatchFlow(client: N8nClient, supabase: SupabaseSide, batchSize: number): Promise<void> {
  const bundled = (await bundledWorkflows()).get(PUSH);
  if (!bundled) throw new Error(`workflows/${PUSH}.json is missing.`);
  const nodes = bundled.nodes as Node[];
  const manual = nodes.find(({ name }) => name === START);
  const config = nodes.find(({ name }) => name === 'Prepare next batch');
  if (!manual || !config || !nodes.some(({ name }) => name === CALL)) {
    throw new Error(`workflows/${PUSH}.json has no "${START}", no "${CALL}" or no "Prepare next batch".`);
  }
  const call = JSON.stringify(await callOf(supabase, batchSize));
  const connections = bundled.connections as Connections;
  const inner = Object.fromEntries(
    STEPS.map((name) => {
      const outputs = connections[name].main.map((targets) => targets.filter(({ node }) => STEPS.includes(node)));
      return [name, { main: outputs }];
    }),
  );
  const link = (node: string): { main: object[][] } => ({ main: [[{ node, type: 'main', index: 0 }]] });
  await client.importWorkflows([
    {
      id: BATCH_FLOW_ID,
      name: 'Crash test: push one batch',
      nodes: [
        manual,
        { ...config, name: CALL, parameters: { ...config.parameters, jsonOutput: call } } as Node,
        ...STEPS.map((name) => withoutRun(nodes.find((node) => node.name === name) as Node)),
      ],
      connections: { [START]: link(CALL), [CALL]: link(STEPS[0]), ...inner },
      settings: bundled.settings,
    },
  ]);
}
