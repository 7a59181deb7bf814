import { bundledWorkflows } from '../../../cli/n8n/bundle';
import type { RunningStack } from './running-stack';

/** What the editor's "Import from file" and a first save make of a file: a new id, no settings, credentials by name alone. */
export async function importFromFile(
  { n8n }: RunningStack,
  file: string,
  edit = (nodes: string): string => nodes,
): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  const nodes = workflow.nodes.map((node) => ({
    ...node,
    credentials: Object.fromEntries(
      Object.entries(node.credentials ?? {}).map(([type, { name }]) => [type, { id: null, name }]),
    ),
  }));
  const { name, connections } = workflow;
  const edited = JSON.parse(edit(JSON.stringify(nodes))) as typeof nodes;
  const body = { name, nodes: edited, connections };
  const { id } = await n8n.request<{ id: string }>('post', '/workflows', body);
  return id;
}
