import { canBePublished } from '../../../cli/n8n/bundle';

describe('canBePublished', () => {
  const started = (...types: string[]) => ({
    id: 'started',
    name: 'started',
    nodes: types.map((type) => ({ name: type, type: `n8n-nodes-base.${type}` })),
    connections: {},
  });

  it('is true for a workflow that a schedule starts', () => {
    expect(canBePublished(started('manualTrigger', 'scheduleTrigger'))).toBe(true);
  });

  it('is false for one that only the editor starts, which n8n refuses to publish', () => {
    expect(canBePublished(started('manualTrigger', 'set'))).toBe(false);
  });
});
