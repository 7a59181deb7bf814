import {
  bundledWorkflows,
  canBePublished,
  EDGE,
  INTAKE,
  named,
  offered,
  startsByItself,
  type BundledWorkflow,
} from '../../../cli/n8n/bundle';

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

describe('startsByItself', () => {
  it.each([
    ['lead-sync-monitor', true],
    ['lead-activities', true],
    ['lead-sync-events', true],
    ['lead-sync-dashboard', false],
    ['lead-sync-mcp-server', false],
  ])('of %s is %s', async (file, expected) => {
    expect(startsByItself((await bundledWorkflows()).get(file) as BundledWorkflow)).toBe(expected);
  });
});

describe('workflows that need more than the three systems', () => {
  it('come only where they are named: not in the list, not with "all"', async () => {
    const bundle = await bundledWorkflows();
    const listed = offered(bundle).map(({ file }) => file);

    const more = [...EDGE, ...INTAKE];
    expect([...bundle.keys()]).toEqual(expect.arrayContaining(more));
    for (const files of [listed, named(bundle, ['all'])])
      expect(files.filter((file) => more.includes(file))).toEqual([]);
    expect(named(bundle, ['all', ...more])).toHaveLength(bundle.size - 1);
  });
});

it('a name that no workflow has is refused when it is chosen, not when all others are in n8n', async () => {
  const bundle = await bundledWorkflows();
  expect(() => named(bundle, ['web-form-intake', 'lead-sync-monitr'])).toThrow(
    'There is no workflow lead-sync-monitr.',
  );
});
