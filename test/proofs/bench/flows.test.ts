import { bundledWorkflow, configuredNumber } from '../../../proofs/bench/bundled';
import { pullFlow } from '../../../proofs/bench/item-at-a-time/pull-flow';
import { pushFlow } from '../../../proofs/bench/item-at-a-time/push-flow';
import type { WorkflowJson } from '../../../stack/n8n-client';

interface Connection {
  main: Array<Array<{ node: string }>>;
}

function targets(flow: WorkflowJson, from: string): string[][] {
  return (flow.connections[from] as Connection).main.map((output) => output.map(({ node }) => node));
}

describe.each([
  ['pull', pullFlow('http://twenty.example', 500)],
  ['push', pushFlow('http://twenty.example', 500)],
])('the %s flow that takes one lead at a time', (_direction, flow) => {
  const names = flow.nodes.map(({ name }) => name);

  test("is made of n8n's own nodes", () => {
    expect(flow.nodes.filter(({ type }) => !type.startsWith('n8n-nodes-base.'))).toEqual([]);
  });

  test('leads only to nodes that it has, and back into its loop', () => {
    const reached = Object.keys(flow.connections).flatMap((from) => targets(flow, from).flat());
    const loop = flow.nodes.find(({ type }) => type === 'n8n-nodes-base.splitInBatches')?.name ?? '';

    expect(reached.filter((name) => !names.includes(name))).toEqual([]);
    expect(
      Object.keys(flow.connections).filter((from) => targets(flow, from).flat().includes(loop)).length,
    ).toBeGreaterThan(1);
  });

  test('takes one lead a turn', () => {
    const loop = flow.nodes.find(({ type }) => type === 'n8n-nodes-base.splitInBatches');

    expect(loop).toMatchObject({ parameters: { batchSize: 1 } });
  });
});

describe('the numbers that the bundled workflows are configured with', () => {
  test('are found in their Lead Sync nodes', async () => {
    expect(configuredNumber(await bundledWorkflow('twenty_to_supabase'), 'pageSize')).toBeGreaterThan(0);
    expect(configuredNumber(await bundledWorkflow('supabase_to_twenty'), 'batchSize')).toBeGreaterThan(0);
  });

  test('are missed by name', async () => {
    const workflow = await bundledWorkflow('supabase_to_twenty');

    expect(() => configuredNumber(workflow, 'speed')).toThrow(/has no number speed/);
  });
});
