import type { WorkflowJson } from '../dev/stack/n8n-client';
import type { Direction } from '../dev/stack/sync';
import { bundledWorkflows } from '../dev/stack/workflows';

const FILES: Readonly<Record<Direction, string>> = {
  twenty_to_supabase: 'twenty-to-supabase-lead-sync',
  supabase_to_twenty: 'supabase-to-twenty-lead-sync',
};

/** The bundled workflow of a direction. */
export async function bundledWorkflow(direction: Direction): Promise<WorkflowJson> {
  const workflow = (await bundledWorkflows()).get(FILES[direction]);
  if (!workflow) throw new Error(`workflows/${FILES[direction]}.json is missing.`);
  return workflow;
}

interface SetNode {
  parameters?: { assignments?: { assignments?: Array<{ name: string; value: unknown }> } };
}

/** A number of a workflow's Config node, e.g. `pageSize`; throws when it is not there. */
export function configuredNumber({ name: workflow, nodes }: WorkflowJson, name: string): number {
  const config = nodes.find((node) => node.name === 'Config') as SetNode | undefined;
  const value = config?.parameters?.assignments?.assignments?.find((one) => one.name === name)?.value;
  if (typeof value === 'number') return value;
  throw new Error(`The Config node of "${workflow}" has no number ${name}.`);
}
