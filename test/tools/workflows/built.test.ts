import { readdirSync, readFileSync } from 'node:fs';
import { builtWorkflows, fileOf, FOLDER } from '../../../tools/workflows/build/bundle';
import { isNote } from '../../../tools/workflows/rules/rule';
import { toStableJson } from '../../../tools/workflows/workflow';

const MOST_NODES = 12;
const MOST_NODES_OF_A_SYNC = 8;
/** An example of all steps, which is not meant to be taken in at a glance. */
const BY_HAND = 'lead-sync-by-hand';
const SYNCS = [
  'd1-consistency-check',
  'd1-to-supabase-sync',
  'lead-sync-reconcile',
  'supabase-to-twenty-lead-sync',
  'twenty-to-supabase-lead-sync',
  'twenty-webhook-handler',
];

const built = builtWorkflows();

test('every bundled workflow is built', () => {
  expect(readdirSync(FOLDER).sort()).toEqual([...built.keys()].map((name) => `${name}.json`).sort());
});

test.each([...built])('workflows/%s.json is as its source prints it (gulp buildWorkflows)', (name, workflow) => {
  expect(readFileSync(fileOf(name), 'utf8')).toBe(toStableJson(workflow));
});

test.each([...built].filter(([name]) => name !== BY_HAND))(
  '%s is understood at a glance: few nodes, no call of itself or of others',
  (name, { nodes }) => {
    const steps = nodes.filter((node) => !isNote(node));

    expect(steps.length).toBeLessThanOrEqual(SYNCS.includes(name) ? MOST_NODES_OF_A_SYNC : MOST_NODES);
    expect(steps.filter(({ type }) => /executeWorkflow/.test(type))).toEqual([]);
  },
);

test.each([...built])(
  '%s tells what fails, wherever a step has an output for errors',
  (_name, { nodes, connections }) => {
    const operationOf = (name: string) => nodes.find((node) => node.name === name)?.parameters.operation;
    const failing = nodes.filter(({ onError }) => onError === 'continueErrorOutput').map(({ name }) => name);

    for (const name of failing) {
      const { main } = connections[name] as { main: Array<Array<{ node: string }>> };
      expect(main[1].map(({ node }) => operationOf(node))).toEqual([
        expect.stringMatching(/^(tellFailure|storeAiAnswers)$/),
      ]);
    }
  },
);

test('the same workflow gives the same text, whatever order its parts are built in', () => {
  const [[, workflow]] = built;
  const other = { ...workflow, nodes: [...workflow.nodes].reverse() };
  other.nodes[0] = { ...other.nodes[0], parameters: reversed(other.nodes[0].parameters) };
  other.settings = reversed(workflow.settings);

  expect(toStableJson(other)).toBe(toStableJson(workflow));
});

function reversed(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).reverse());
}
