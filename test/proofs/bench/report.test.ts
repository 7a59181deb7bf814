import { rateOf } from '../../../proofs/bench/figures';
import { readOptions } from '../../../proofs/bench/options';
import { reportOf } from '../../../proofs/bench/report';
import { tables } from '../../../proofs/bench/table';

const KEYS = [
  'first_pull',
  'delta_pull',
  'no_change',
  'first_push',
  'delta_push',
  'raw',
  'of_raw',
  'item_at_a_time',
  'ratio_pull',
  'ratio_push',
  'leads_per_hour_at_default_limit',
  'rss',
  'bytes',
  'yardstick_ms',
  'database',
  'bars',
];

describe('the report of the benchmark', () => {
  test('has all its keys even when nothing was measured', () => {
    const report = reportOf({ sync: null, item: null, limit: null, database: null, workers: null }, readOptions([]));

    expect(Object.keys(report)).toEqual(expect.arrayContaining(KEYS));
    expect(report.first_pull).toBeNull();
  });

  test('adds both directions of item at a time up', () => {
    const item = { pull: rateOf(500, 10), push: rateOf(500, 40) };

    const report = reportOf({ sync: null, item, limit: null, database: null, workers: null }, readOptions([]));

    expect(report.item_at_a_time).toMatchObject({ leads: 1_000, seconds: 50, leads_per_s: 20, pull: item.pull });
  });

  test('becomes Markdown tables whose columns line up', () => {
    const item = { pull: rateOf(500, 10), push: rateOf(500, 40) };

    const text = tables(reportOf({ sync: null, item, limit: null, database: null, workers: null }, readOptions([])));

    const lines = text.split('\n');
    expect(lines[0]).toContain('| leads | seconds | leads/s |');
    expect(lines[2]).toMatch(/^\| Item at a time, pull \| +500 \| +10\.0 \| +50\.0 \|/);
    expect(new Set(lines.slice(0, 4).map(({ length }) => length)).size).toBe(1);
  });
});

describe('the command line of the benchmark', () => {
  test('has defaults and takes numbers', () => {
    expect(readOptions([])).toMatchObject({ leads: 10_000, itemLeads: 500, json: false });
    expect(readOptions(['--leads', '2000', '--json', '--only', 'limit,sync'])).toMatchObject({
      leads: 2_000,
      json: true,
      parts: ['sync', 'limit'],
    });
  });

  test.each([
    [['--leads', 'many'], /--leads takes a whole number of at least 100, not many/],
    [['--latency', '-1'], /latency/],
    [['--only', 'pull'], /--only takes sync, item, limit/],
    [['--speed', '9'], /speed/],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
