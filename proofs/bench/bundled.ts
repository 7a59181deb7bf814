import type { N8nClient, WorkflowJson } from '../../stack/n8n-client';
import type { Direction } from '../../stack/sync';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { setLeadSync } from '../../stack/workflows';

const FILES: Readonly<Record<Direction, string>> = {
  twenty_to_supabase: 'twenty-to-supabase-lead-sync',
  supabase_to_twenty: 'supabase-to-twenty-lead-sync',
};

/** Lets the bundled syncs of an n8n work until they are through: what is measured is a whole run. */
export async function withoutTimeLimit(client: N8nClient): Promise<void> {
  for (const file of [...Object.values(FILES), 'lead-sync-reconcile'])
    await setLeadSync(client, file, { maxDuration: 0 });
}

/** The bundled workflow of a direction. */
export async function bundledWorkflow(direction: Direction): Promise<WorkflowJson> {
  const workflow = (await bundledWorkflows()).get(FILES[direction]);
  if (!workflow) throw new Error(`workflows/${FILES[direction]}.json is missing.`);
  return workflow;
}

/** A number that a workflow's Lead Sync node is set to, e.g. `pageSize`; throws when it is not there. */
export function configuredNumber({ name: workflow, nodes }: WorkflowJson, name: string): number {
  const sync = nodes.find(({ type }) => type === 'n8n-nodes-lead-sync.leadSync');
  const value: unknown = new Map(Object.entries(sync?.parameters ?? {})).get(name);
  if (typeof value === 'number') return value;
  throw new Error(`The Lead Sync node of "${workflow}" has no number ${name}.`);
}
