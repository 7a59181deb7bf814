/** `gulp checkWorkflows`: checks every bundled workflow and fails with what is wrong. */
import { readBundle } from './bundle';
import { checkWorkflow } from './check-workflow';
import { NodeTypes } from './node-types';

async function main(): Promise<void> {
  const nodeTypes = await NodeTypes.load();
  for (const { name, text } of await readBundle()) {
    const problems = checkWorkflow(text, nodeTypes);
    console.log(`workflows/${name}.json: ${problems.length === 0 ? 'ok' : `${problems.length} to correct`}`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
}

void main();
