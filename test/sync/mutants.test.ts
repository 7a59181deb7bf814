import { checkReplacements } from '../../dev/sync-test/hunt';
import { MUTANTS } from '../../dev/sync-test/mutants';

describe('the mutants of the sync test', () => {
  test('find the rule that each of them turns off', async () => {
    await expect(checkReplacements(MUTANTS)).resolves.toBeUndefined();
  });
});
