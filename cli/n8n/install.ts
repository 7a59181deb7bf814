import { N8nError, type N8nApi, type StoredWorkflow, type WorkflowContent } from './api';
import { bundledAs, canBePublished, ERROR_HANDLER, startsByItself, type BundledWorkflow } from './bundle';
import { completed, copiesOf, wired, type Wiring } from './wiring';

export interface Installed {
  /** By file name. */
  stored: Map<string, StoredWorkflow>;
  /** Names, as n8n shows them. */
  created: string[];
  completed: string[];
  published: string[];
  /** Names of those of which n8n has several copies that are published. */
  doubled: string[];
}

/** What every release of the public API takes as settings; older ones refuse the rest, which the editor has set. */
const OLDEST_SETTINGS = [
  'saveExecutionProgress',
  'saveManualExecutions',
  'saveDataErrorExecution',
  'saveDataSuccessExecution',
  'executionTimeout',
  'errorWorkflow',
  'timezone',
  'executionOrder',
];

/** Stores a workflow anew under its id, published if it was. */
export async function storeWorkflow(
  api: N8nApi,
  { id, active }: StoredWorkflow,
  content: WorkflowContent,
): Promise<StoredWorkflow> {
  const store = async (settings: WorkflowContent['settings']): Promise<StoredWorkflow> =>
    await api.updateWorkflow(id, { ...content, settings });
  await store(content.settings).catch(async (error: unknown) => {
    if (!(error instanceof N8nError) || error.status !== 400 || !/additional propert/i.test(error.message)) throw error;
    const known = Object.entries(content.settings).filter(([name]) => OLDEST_SETTINGS.includes(name));
    return await store(Object.fromEntries(known));
  });
  if (active) await api.activate(id);
  return await api.workflow(id);
}

/**
 * Puts the chosen workflows into n8n, wired, and publishes those that work only when they are asked or called. What is there
 * stays as its user has it, but for what it lacks. Those that start by themselves wait for the first sync.
 * @param files the error handler before those that name it
 */
export async function installWorkflows(
  api: N8nApi,
  bundle: ReadonlyMap<string, BundledWorkflow>,
  files: readonly string[],
  wiring: Omit<Wiring, 'errorWorkflow'>,
): Promise<Installed> {
  const there = await api.workflows();
  const result: Installed = { stored: new Map(), created: [], completed: [], published: [], doubled: [] };
  for (const file of files) {
    const workflow = bundledAs(bundle, file);
    const full: Wiring = { ...wiring, errorWorkflow: result.stored.get(ERROR_HANDLER)?.id };
    const copies = copiesOf(workflow, there);
    if (copies.filter(({ active }) => active).length > 1) result.doubled.push(workflow.name);
    const stored = await installed(api, copies.at(0), workflow, full, result);
    if (!stored.active && canBePublished(stored) && !startsByItself(stored)) {
      await api.activate(stored.id);
      if ((await api.workflow(stored.id)).active) result.published.push(workflow.name);
    }
    result.stored.set(file, stored);
  }
  return result;
}

async function installed(
  api: N8nApi,
  stored: StoredWorkflow | undefined,
  workflow: BundledWorkflow,
  wiring: Wiring,
  result: Installed,
): Promise<StoredWorkflow> {
  if (stored === undefined) {
    result.created.push(workflow.name);
    return await api.createWorkflow(wired(workflow, wiring));
  }
  const content = completed(stored, workflow, wiring);
  if (content === undefined) return stored;
  result.completed.push(workflow.name);
  return await storeWorkflow(api, stored, content);
}

/** The workflows of the bundle that are in n8n, by file name; of several copies the one that works. */
export async function findInstalled(
  api: N8nApi,
  bundle: ReadonlyMap<string, BundledWorkflow>,
): Promise<Map<string, StoredWorkflow>> {
  const there = await api.workflows();
  return new Map(
    [...bundle].flatMap(([file, workflow]) => {
      const stored = copiesOf(workflow, there).at(0);
      return stored === undefined ? [] : [[file, stored] as const];
    }),
  );
}
