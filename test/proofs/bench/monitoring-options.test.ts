import { readMonitoringOptions } from '../../../proofs/bench/monitoring/options';

describe('the options of the monitoring bench', () => {
  test('are a million leads and ten million rows of history unless told otherwise; a tenth is archived', () => {
    expect(readMonitoringOptions([])).toEqual({
      leads: 1_000_000,
      history: 10_000_000,
      archive: 1_000_000,
      json: false,
    });
    expect(readMonitoringOptions(['--leads', '2000', '--history', '50000', '--json'])).toEqual({
      leads: 2_000,
      history: 50_000,
      archive: 5_000,
      json: true,
    });
  });

  test.each([
    [['--leads', '12'], '--leads takes a whole number of at least 1000, not 12.'],
    [['--history', 'many'], '--history takes a whole number of at least 10000, not many.'],
  ])('%j is refused with what is allowed', (args, message) => {
    expect(() => readMonitoringOptions(args)).toThrow(message);
  });
});
