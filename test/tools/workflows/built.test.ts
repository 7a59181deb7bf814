import { readBundle } from '../../../tools/workflows/bundle';
import { builtWorkflows } from '../../../tools/workflows/build/bundle';
import { isNote } from '../../../tools/workflows/rules/rule';
import { toStableJson } from '../../../tools/workflows/stable';

const MOST_NODES = 12;

test.each([...builtWorkflows()])(
  'workflows/%s.json is as its source prints it (gulp buildWorkflows)',
  async (name, built) => {
    const bundled = (await readBundle()).find((file) => file.name === name);

    expect(bundled?.text).toBe(toStableJson(built));
  },
);

test.each([...builtWorkflows()])(
  '%s is understood at a glance: few nodes, no call of itself or of others',
  (_name, { nodes }) => {
    const steps = nodes.filter((node) => !isNote(node));

    expect(steps.length).toBeLessThanOrEqual(MOST_NODES);
    expect(steps.filter(({ type }) => type === 'n8n-nodes-base.executeWorkflow')).toEqual([]);
  },
);
