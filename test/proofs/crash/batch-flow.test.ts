import { bundledWorkflows } from '../../../cli/n8n/bundle';
import { BY_HAND, STEPS } from '../../../proofs/crash/batch-flow';

test('the steps that two n8n push by at once are those of the bundled workflow', async () => {
  const names = (await bundledWorkflows()).get(BY_HAND)?.nodes.map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining(STEPS));
});
