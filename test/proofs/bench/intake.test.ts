import { missedBars, type IntakeFigures } from '../../../proofs/bench/intake/figures';
import { readOptions } from '../../../proofs/bench/intake/options';

const burst = { deliveries: 5_000, leads: 5_000, doubled: 0, accepted: 5_000, answer_p95_ms: 100, graph_calls: 110 };
const fast = { p50_ms: 1_000, p95_ms: 5_000 };
const GOOD: IntakeFigures = { latency: { meta: fast, form: fast }, burst, outage: { missed: 0 } };

test('nothing is missed where everything holds, and nothing in parts that did not run', () => {
  expect(missedBars(GOOD)).toEqual([]);
  expect(missedBars({})).toEqual([]);
});

test.each<[string, IntakeFigures]>([
  ['Event of meta → Twenty', { latency: { meta: { p50_ms: 1, p95_ms: 5_001 }, form: fast } }],
  ['Event of form → Twenty', { latency: { form: { p50_ms: 1, p95_ms: 5_001 } } }],
  ['answered with 2xx', { burst: { ...burst, accepted: 4_999 } }],
  ['p95 of the answers', { burst: { ...burst, answer_p95_ms: 251 } }],
  ['a lead for every delivery', { burst: { ...burst, leads: 4_999 } }],
  ['no lead twice', { burst: { ...burst, doubled: 1 } }],
  ['a call of Meta for 50 leads', { burst: { ...burst, graph_calls: 111 } }],
  ['brought by one poll', { outage: { missed: 1 } }],
])('what does not hold is named: %s', (bar, figures) => {
  expect(missedBars({ ...GOOD, ...figures })).toEqual([expect.stringContaining(bar)]);
});

test('the options are those of the promised figures unless told', () => {
  expect(readOptions([])).toMatchObject({ samples: 300, rate: 5, deliveries: 5_000, senders: 20, outageLeads: 500 });
  expect(readOptions(['--only', 'outage', '--json'])).toMatchObject({ parts: ['outage'], json: true });
  expect(() => readOptions(['--only', 'bursts'])).toThrow('--only takes');
  expect(() => readOptions(['--deliveries', '0'])).toThrow('whole number');
});
