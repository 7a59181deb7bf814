/** `gulp checkWorkflows`: checks every bundled workflow and fails with what is wrong. */
import { builtWorkflows } from './build/bundle';
import { readBundle } from './bundle';
import { checkWorkflow } from './check-workflow';
import { AI_NODES, NodeTypes } from './node-types';
import { toStableJson, type ExportedWorkflow } from './stable';

async function main(): Promise<void> {
  const nodeTypes = await NodeTypes.load();
  const built = builtWorkflows();
  for (const { name, text } of await readBundle()) {
    const source = built.get(name);
    const problems = checkWorkflow(text, nodeTypes);
    if (source && toStableJson(source) !== text) {
      problems.push('The file is not as tools/workflows/build prints it: run "gulp buildWorkflows".');
    }
    console.log(`workflows/${name}.json: ${problems.length === 0 ? 'ok' : `${problems.length} to correct`}`);
    if (usesUnknowable(text, nodeTypes)) {
      console.log(`  its nodes of ${AI_NODES} were not checked: they come with n8n, which "npm start" installs.`);
    }
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
}

function usesUnknowable(text: string, nodeTypes: NodeTypes): boolean {
  const { nodes } = JSON.parse(text) as ExportedWorkflow;
  return nodes.some(({ type }) => nodeTypes.isUnknowable(type));
}

void main();
