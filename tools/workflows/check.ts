/** `gulp checkWorkflows`: checks every bundled workflow, and that its file is as it is built; fails with what is wrong. */
import { readdir, readFile } from 'node:fs/promises';
import { builtWorkflows, fileOf, FOLDER } from './build/bundle';
import { checkWorkflow } from './check-workflow';
import { AI_NODES, NodeTypes } from './node-types';
import { toStableJson } from './workflow';

async function main(): Promise<void> {
  const nodeTypes = await NodeTypes.load();
  const built = builtWorkflows();
  for (const [name, workflow] of built) {
    const problems = checkWorkflow(workflow, nodeTypes);
    if ((await readFile(fileOf(name), 'utf8')) !== toStableJson(workflow)) {
      problems.push('The file is not as tools/workflows/build prints it: run "gulp buildWorkflows".');
    }
    console.log(`workflows/${name}.json: ${problems.length === 0 ? 'ok' : `${problems.length} to correct`}`);
    if (workflow.nodes.some(({ type }) => nodeTypes.isUnknowable(type))) {
      console.log(`  its nodes of ${AI_NODES} were not checked: they come with n8n, which "npm start" installs.`);
    }
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
  for (const file of await readdir(FOLDER)) {
    if (built.has(file.replace(/\.json$/, ''))) continue;
    console.log(`workflows/${file}: nothing in tools/workflows/build prints it.`);
    process.exitCode = 1;
  }
}

void main();
