import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../failure';
import { packageFolder } from '../package-folder';
import type { WorkflowContent, WorkflowNode } from './api';

/** A workflow of the bundle; its id is the file's own, n8n gives another one. */
export interface BundledWorkflow extends WorkflowContent {
  id: string;
}

const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';
const SCHEDULE = 'n8n-nodes-base.scheduleTrigger';
const TWENTY_TRIGGER = 'n8n-nodes-lead-sync.twentyTrigger';
const LEAD_SYNC_TRIGGER = 'n8n-nodes-lead-sync.leadSyncTrigger';
const STARTERS = [SCHEDULE, TWENTY_TRIGGER, LEAD_SYNC_TRIGGER];
const WEBHOOK = 'n8n-nodes-base.webhook';

/** Without these nothing is synced, and nobody sees it. The error handler comes first: the others name it. */
export const CORE = [
  'lead-sync-error-handler',
  'twenty-to-supabase-lead-sync',
  'supabase-to-twenty-lead-sync',
  'lead-sync-reconcile',
  'lead-sync-dashboard',
];
export const PAGE = 'lead-sync-dashboard';
export const ERROR_HANDLER = 'lead-sync-error-handler';
export const WEBHOOK_HANDLER = 'twenty-webhook-handler';
export const MCP_SERVER = 'lead-sync-mcp-server';
export const FORMS = 'web-form-intake';
/** What most want besides. */
const USUAL = [WEBHOOK_HANDLER, 'lead-sync-monitor', 'lead-sync-maintenance', 'lead-sync-scoring'];
/** They need a D1 database besides, and the replica turned on: whoever has both names them. */
export const EDGE = ['supabase-to-d1-sync', 'd1-to-supabase-sync', 'd1-consistency-check'];
/** They need an app at Meta, or an account at Knowlarity, besides: whoever has one names it. */
export const INTAKE = ['meta-lead-intake', 'knowlarity-call-intake'];
/** The command does what this one does. */
const LEFT_OUT = ['lead-sync-setup'];

/** The bundled workflows by file name without `.json`. */
export async function bundledWorkflows(): Promise<Map<string, BundledWorkflow>> {
  const folder = join(packageFolder(), 'workflows');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const workflows = new Map<string, BundledWorkflow>();
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    workflows.set(file.replace(/\.json$/, ''), JSON.parse(text) as BundledWorkflow);
  }
  return workflows;
}

/** The workflow of that file. @throws CliError where there is none */
export function bundledAs(bundle: ReadonlyMap<string, BundledWorkflow>, file: string): BundledWorkflow {
  const workflow = bundle.get(file);
  if (workflow !== undefined) return workflow;
  throw new CliError(`There is no workflow ${file}.`, `Choose from ${[...bundle.keys()].join(', ')}.`);
}

/** What may be chosen besides the core, of what needs nothing but the three systems, and whether it is unless somebody says otherwise. */
export function offered(bundle: Map<string, BundledWorkflow>): Array<{ file: string; name: string; usual: boolean }> {
  return [...bundle]
    .filter(([file]) => ![...CORE, ...EDGE, ...INTAKE, ...LEFT_OUT].includes(file))
    .map(([file, { name }]) => ({ file, name, usual: USUAL.includes(file) }));
}

/** The core and the files that are named; "all" stands for what is offered. @throws CliError where there is no such file */
export function named(bundle: Map<string, BundledWorkflow>, names: readonly string[]): string[] {
  const all = offered(bundle).map(({ file }) => file);
  const files = [...new Set([...CORE, ...names.flatMap((name) => (name === 'all' ? all : name))])];
  for (const file of files) bundledAs(bundle, file);
  return files;
}

type Nodes = ReadonlyArray<Pick<WorkflowNode, 'type' | 'disabled'>>;

/** Whether something but the editor's button starts it; n8n publishes no other workflow. */
export function canBePublished({ nodes }: { nodes: Nodes }): boolean {
  return nodes.some(
    ({ type, disabled }) => (type.endsWith('Trigger') || type === WEBHOOK) && type !== MANUAL_TRIGGER && !disabled,
  );
}

/** Whether it works without being asked, once published: by a schedule, when Twenty changes, or when something happens to a lead. */
export function startsByItself({ nodes }: { nodes: Nodes }): boolean {
  return nodes.some(({ type, disabled }) => STARTERS.includes(type) && !disabled);
}
