import { CliError } from '../failure';
import { N8nError, type N8nApi, type StoredWorkflow } from './api';
import { bundledAs, bundledWorkflows, startsByItself, WEBHOOK_HANDLER } from './bundle';
import { findInstalled } from './install';

export interface Switched {
  /** Names of the workflows that were published, or unpublished. */
  changed: string[];
  /** How many are so now. */
  all: number;
  /** What could not be published, with what n8n said. */
  failed: Array<{ name: string; reason: string }>;
}

/** The installed workflows that work without being asked, all or those named by their files. */
async function schedules(api: N8nApi, files: readonly string[]): Promise<StoredWorkflow[]> {
  const bundle = await bundledWorkflows();
  for (const file of files) bundledAs(bundle, file);
  const installed = [...(await findInstalled(api, bundle))].filter(
    ([file]) => files.length === 0 || files.includes(file),
  );
  const found = installed.map(([, stored]) => stored).filter(startsByItself);
  if (found.length === 0) throw new CliError('n8n has no workflow of the sync.', 'Run the command setup.');
  return found;
}

/** Publishes the workflows that wait for it. One that n8n refuses does not keep the others from it. */
export async function startSchedules(api: N8nApi, files: readonly string[] = []): Promise<Switched> {
  const workflows = await schedules(api, files);
  const result: Switched = { changed: [], all: 0, failed: [] };
  for (const { id, name, active } of workflows) {
    try {
      if (!active) {
        await api.activate(id);
        result.changed.push(name);
      }
      result.all += 1;
    } catch (error) {
      if (!(error instanceof N8nError)) throw error;
      result.failed.push({ name, reason: error.message });
    }
  }
  return result;
}

/** Unpublishes them: no schedule starts any more, and Twenty's webhook is taken out. What is under way comes to its end. */
export async function stopSchedules(api: N8nApi, files: readonly string[] = []): Promise<Switched> {
  const result: Switched = { changed: [], all: 0, failed: [] };
  for (const { id, name, active } of await schedules(api, files)) {
    if (active) {
      await api.deactivate(id);
      result.changed.push(name);
    }
    result.all += 1;
  }
  return result;
}

/** Whether any of the schedules runs; the page and the error handler do not count. */
export async function schedulesRun(api: N8nApi): Promise<boolean> {
  return (await schedules(api, [])).some(({ active }) => active);
}

/** What to do about workflows that n8n did not publish. */
export function remedyOf(failed: Switched['failed']): string {
  const handler = failed.some(({ reason }) => /webhook|permission/i.test(reason));
  return handler
    ? `Give the role of the Twenty key "API Keys & Webhooks" in Twenty, then run: resume ${WEBHOOK_HANDLER}. Until then changes come by the schedules.`
    : 'Open them in n8n: publishing them there says what is missing.';
}
