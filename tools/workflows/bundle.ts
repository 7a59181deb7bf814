import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { toStableJson, type StableWorkflow } from './stable';

/** Where the bundled workflows lie. */
export const WORKFLOWS_FOLDER = resolve('workflows');

export interface WorkflowFile {
  /** Without folder and `.json`. */
  name: string;
  text: string;
}

/** The text of every bundled workflow, by name. */
export async function readBundle(folder = WORKFLOWS_FOLDER): Promise<WorkflowFile[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return await Promise.all(
    files.map(async (file) => ({ name: basename(file, '.json'), text: await readFile(join(folder, file), 'utf8') })),
  );
}

/** Writes a workflow over its file; a new workflow gets its name as file name. Returns the file's path. */
export async function writeToBundle(workflow: StableWorkflow, folder = WORKFLOWS_FOLDER): Promise<string> {
  const bundled = await readBundle(folder);
  const known = bundled.find(({ text }) => (JSON.parse(text) as { id?: unknown }).id === workflow.id);
  const file = join(folder, `${known?.name ?? fileName(workflow.name)}.json`);
  await writeFile(file, toStableJson(workflow));
  return file;
}

function fileName(workflowName: string): string {
  return workflowName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
