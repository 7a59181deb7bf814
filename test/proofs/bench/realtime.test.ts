import { latencyOf, missedBars, percentile, type RealtimeFigures } from '../../../proofs/bench/realtime/figures';
import { readOptions } from '../../../proofs/bench/realtime/options';

const burst = { events: 10, records: 5, accepted: 10, answer_p95_ms: 100, applied: 5, twenty_reads: 3, seconds: 2 };
const GOOD: RealtimeFigures = {
  twenty_to_supabase: { p50_ms: 300, p95_ms: 900 },
  supabase_to_twenty: { p50_ms: 1_000, p95_ms: 2_000 },
  burst,
  outage: { events: 4, caught: 4 },
};

describe('percentile', () => {
  it('is the value that a share of all values does not exceed', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);

    expect([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1)]).toEqual([50, 95, 100]);
    expect(latencyOf([3, 1, 2])).toEqual({ p50_ms: 2, p95_ms: 3 });
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe('missedBars', () => {
  it('finds nothing where everything holds, and nothing in parts that did not run', () => {
    expect(missedBars(GOOD)).toEqual([]);
    expect(missedBars({})).toEqual([]);
  });

  it.each<[string, RealtimeFigures]>([
    ['p50 at most 500', { twenty_to_supabase: { p50_ms: 501, p95_ms: 900 } }],
    ['p95 at most 2,000', { twenty_to_supabase: { p50_ms: 1, p95_ms: 2_001 } }],
    ['p95 at most 3,000', { supabase_to_twenty: { p50_ms: 1, p95_ms: 3_001 } }],
    ['answered with 2xx', { burst: { ...burst, accepted: 9 } }],
    ['p95 of the answers', { burst: { ...burst, answer_p95_ms: 251 } }],
    ['every record applied', { burst: { ...burst, applied: 4 } }],
    ['Twenty reads', { burst: { ...burst, twenty_reads: 61 } }],
    ['caught by the next schedule', { outage: { events: 4, caught: 3 } }],
  ])('names what does not hold: %s', (bar, figures) => {
    expect(missedBars({ ...GOOD, ...figures })).toEqual([expect.stringContaining(bar)]);
  });
});

describe('the options', () => {
  it('are those of the promised figures unless told', () => {
    expect(readOptions([])).toMatchObject({
      records: 1_000,
      events: 5_000,
      senders: 20,
      outageEvents: 500,
      json: false,
    });
    expect(readOptions(['--json', '--only', 'burst', '--events', '10'])).toMatchObject({
      json: true,
      parts: ['burst'],
      events: 10,
    });
  });

  it.each([
    ['--events', '0'],
    ['--samples', 'many'],
    ['--only', 'bursts'],
  ])('refuse %s %s', (...args) => {
    expect(() => readOptions(args)).toThrow(args[0] === '--only' ? '--only takes' : 'whole number');
  });
});
