import { checkReplacements } from '../../../proofs/schedules/rules/hunt';
import { MUTANTS } from '../../../proofs/schedules/rules';

describe('the mutants of the sync test', () => {
  test('find the rule that each of them turns off', async () => {
    await expect(checkReplacements(MUTANTS)).resolves.toBeUndefined();
  });
});
