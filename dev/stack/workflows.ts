import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { N8nClient, WorkflowJson } from './n8n-client';
import type { SupabaseService, TwentyService } from './services';

const FOLDER = resolve('workflows');

/** The bundled workflows by file name without `.json`. */
export async function bundledWorkflows(): Promise<Map<string, WorkflowJson>> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
  const workflows = new Map<string, WorkflowJson>();
  for (const file of files) {
    workflows.set(file.replace(/\.json$/, ''), JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as WorkflowJson);
  }
  return workflows;
}

/** Called workflows come before their callers: n8n runs only published ones as sub-workflows and error workflows. */
export function publishingOrder(workflows: WorkflowJson[]): WorkflowJson[] {
  const ordered: WorkflowJson[] = [];
  const seen = new Set<WorkflowJson>();
  const visit = (workflow: WorkflowJson): void => {
    if (seen.has(workflow)) return;
    seen.add(workflow);
    const text = JSON.stringify([workflow.nodes, workflow.settings]);
    workflows.filter(({ id }) => text.includes(`"${id}"`)).forEach(visit);
    ordered.push(workflow);
  };
  workflows.forEach(visit);
  return ordered;
}

export interface LeadSyncSetup {
  twenty: TwentyService;
  supabase: SupabaseService;
  /** Twenty's rate limit; its default of 100 unless told. */
  callsPerMinute?: number;
}

/** Stores the two credentials under the names that the bundled workflows look for. */
export async function importLeadSyncCredentials(
  client: N8nClient,
  { twenty, supabase, callsPerMinute = 100 }: LeadSyncSetup,
): Promise<void> {
  await client.importCredentials([
    {
      name: 'Twenty account (lead sync)',
      type: 'leadSyncTwentyApi',
      data: { url: twenty.url, apiKey: twenty.apiKey, callsPerMinute },
    },
    {
      name: 'Supabase account (lead sync)',
      type: 'leadSyncSupabaseApi',
      data: { host: supabase.url, serviceKey: supabase.serviceKey },
    },
  ]);
}
