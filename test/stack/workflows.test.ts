import { canBePublished, publishingOrder } from '../../stack/workflows';

function workflow(id: string, calls: string[], errorWorkflow?: string) {
  const nodes = calls.map((called) => ({
    name: `Call ${called}`,
    type: 'n8n-nodes-base.executeWorkflow',
    parameters: { workflowId: { value: called } },
  }));
  return { id, name: id, nodes, connections: {}, settings: errorWorkflow ? { errorWorkflow } : {} };
}

describe('publishingOrder', () => {
  it('puts called workflows and error workflows before those that need them', () => {
    const order = publishingOrder([
      workflow('parent', ['child'], 'alarm'),
      workflow('child', ['alarm']),
      workflow('alarm', []),
    ]);

    expect(order.map(({ id }) => id)).toEqual(['alarm', 'child', 'parent']);
  });

  it('takes a workflow that calls itself, and two that call each other, once', () => {
    const order = publishingOrder([workflow('loop', ['loop']), workflow('a', ['b']), workflow('b', ['a'])]);

    expect(order.map(({ id }) => id).sort()).toEqual(['a', 'b', 'loop']);
  });
});

describe('canBePublished', () => {
  const started = (...types: string[]) => ({
    ...workflow('started', []),
    nodes: types.map((type) => ({ name: type, type: `n8n-nodes-base.${type}` })),
  });

  it('is true for workflows that a schedule or another workflow starts', () => {
    expect(canBePublished(started('manualTrigger', 'scheduleTrigger'))).toBe(true);
    expect(canBePublished(started('executeWorkflowTrigger', 'set'))).toBe(true);
  });

  it('is false for one that only the editor starts, which n8n refuses to publish', () => {
    expect(canBePublished(started('manualTrigger', 'set'))).toBe(false);
  });
});
