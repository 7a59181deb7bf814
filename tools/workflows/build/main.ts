/** `gulp buildWorkflows`: prints the bundled workflows into workflows/. */
import { writeFile } from 'node:fs/promises';
import { toStableJson } from '../workflow';
import { builtWorkflows, fileOf } from './bundle';

async function main(): Promise<void> {
  for (const [name, workflow] of builtWorkflows()) {
    await writeFile(fileOf(name), toStableJson(workflow));
    console.log(fileOf(name));
  }
}

void main();
