import { readOptions } from '../../../proofs/bench/revenue/options';

describe('the command line of the revenue bench', () => {
  it('measures a million touches and 100,000 deals unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({
      touches: 1_000_000,
      deals: 100_000,
      repeats: 3,
      lead: { leads: 5_000, rounds: 5, since: null },
      parts: ['attribution', 'opportunities', 'activities', 'leads'],
      json: false,
    });
    expect(readOptions(['--json', '--deals', '50', '--touches', '500'])).toMatchObject({
      touches: 500,
      deals: 50,
      json: true,
    });
  });

  it.each([
    [['--deals', 'many'], '--deals takes a whole number of at least 1'],
    [['--only', 'wishes'], '--only takes attribution'],
  ])('refuses %j and says what is allowed', (args, complaint) => {
    expect(() => readOptions(args)).toThrow(complaint);
  });
});
