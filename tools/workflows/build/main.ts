/** `gulp buildWorkflows`: prints the bundled workflows that are built from tools/workflows/build into workflows/. */
import { builtWorkflows } from './bundle';
import { writeToBundle } from '../bundle';

async function main(): Promise<void> {
  for (const workflow of builtWorkflows().values()) console.log(await writeToBundle(workflow));
}

void main();
