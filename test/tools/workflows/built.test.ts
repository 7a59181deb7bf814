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

/** The newest versions of n8n's nodes in n8n 1.88.0, the oldest n8n that the workflows were tried in. */
const IN_OLDEST_N8N: Readonly<Record<string, number>> = {
  emailSend: 2.1,
  errorTrigger: 1,
  if: 2.2,
  manualTrigger: 1,
  respondToWebhook: 1.1,
  scheduleTrigger: 1.2,
  set: 3.4,
  slack: 2.3,
  splitOut: 1,
  stickyNote: 1,
  telegram: 1.2,
  telegramTrigger: 1.1,
  wait: 1.1,
  webhook: 2,
};
/** They come with newer ones: a language model with 1.100, instructions of an MCP server later. */
const WANT_NEWER_N8N = ['lead-segment-classifier', 'lead-sync-mcp-server'];

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

test.each([...built])('%s tells the same failure once an hour, however often it runs', (_name, { nodes }) => {
  const telling = nodes.filter(({ parameters }) => parameters.operation === 'tellFailure');

  expect(telling.filter(({ parameters }) => parameters.onceAnHour !== true)).toEqual([]);
});

test.each([...built].filter(([name]) => !WANT_NEWER_N8N.includes(name)))(
  '%s asks for no node that the oldest n8n does not have',
  (_name, { nodes }) => {
    const own = nodes.filter(({ type }) => !type.startsWith('n8n-nodes-lead-sync.'));

    for (const { type, typeVersion } of own) {
      expect(typeVersion).toBeLessThanOrEqual(IN_OLDEST_N8N[type.replace('n8n-nodes-base.', '')] ?? 0);
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
