import { allHold, barsOf } from '../../../proofs/bench/bars';
import { rateOf, ratioOf, type Figures, type Measure, type SyncFigures } from '../../../proofs/bench/figures';

function measure(leads: number, seconds: number, twentyCalls: number): Measure {
  return { ...rateOf(leads, seconds), twenty_calls: twentyCalls, supabase_calls: 12, n8n_cpu_s_per_1000: 0.5 };
}

function memory(peak_mb: number): SyncFigures['memory'] {
  const run = { baseline_mb: 900, peak_mb, growth_mb: peak_mb - 900 };
  return { pull: run, push: run };
}

function sync(changes: Partial<SyncFigures> = {}): SyncFigures {
  return {
    first_pull: measure(10_000, 10, 10),
    delta_pull: measure(100, 0.5, 1),
    no_change: measure(10_000, 0.4, 1),
    no_change_at_1000: measure(1_000, 0.4, 1),
    first_push: measure(10_000, 20, 106),
    delta_push: measure(100, 0.5, 2),
    full_push: null,
    raw: null,
    push_companies: 500,
    reconcile: { measure: measure(10_000, 1, 2), memory: { baseline_mb: 900, peak_mb: 950, growth_mb: 50 } },
    bytes: { full: 9_000_000, delta: 90_000 },
    memory: memory(1_000),
    reference_memory: null,
    ...changes,
  };
}

const onlySync = (changes: Partial<SyncFigures> = {}): Figures => ({
  sync: sync(changes),
  item: null,
  limit: null,
  database: null,
  workers: null,
});

describe('the bars of the benchmark', () => {
  test('hold for a pull of one call per 1,000 leads and a push of two per 200 leads and 200 companies', () => {
    const bars = barsOf(onlySync());

    expect(bars.first_pull_calls).toMatchObject({ limit: 12, holds: true });
    expect(bars.first_push_calls).toMatchObject({ limit: 106, holds: true });
    expect(allHold(bars)).toBe(true);
  });

  test('fail for one call too many', () => {
    const bars = barsOf(onlySync({ first_push: measure(10_000, 20, 107), first_pull: measure(10_000, 10, 13) }));

    expect(bars.first_push_calls.holds).toBe(false);
    expect(bars.first_pull_calls.holds).toBe(false);
    expect(allHold(bars)).toBe(false);
  });

  test('allow a reconciliation one call per 5,000 leads and 5 more, and no more memory than a pull', () => {
    const good = barsOf(onlySync({ reconcile: { measure: measure(100_000, 9, 25), memory: memory(1_050).pull } }));
    const bad = barsOf(onlySync({ reconcile: { measure: measure(100_000, 9, 26), memory: memory(1_051).pull } }));

    expect([good.reconcile_calls, good.reconcile_memory]).toMatchObject([
      { limit: 25, holds: true },
      { limit: 1_050, holds: true },
    ]);
    expect([bad.reconcile_calls.holds, bad.reconcile_memory.holds]).toEqual([false, false]);
  });

  test('fail for a run without changes that grows with the number of leads', () => {
    const slower = barsOf(onlySync({ no_change: measure(10_000, 1.9, 1) }));
    const moreCalls = barsOf(onlySync({ no_change: measure(10_000, 0.4, 2) }));

    expect(slower.no_change_flat_seconds.holds).toBe(false);
    expect(moreCalls.no_change_calls.holds).toBe(true);
    expect(moreCalls.no_change_flat_calls.holds).toBe(false);
  });

  test('ask for flat memory only where a smaller pull and push were measured beside', () => {
    const reference_memory = { ...memory(1_000), leads: 10_000 };
    const bars = barsOf(onlySync({ memory: { ...memory(1_051), pull: memory(1_050).pull }, reference_memory }));

    expect(barsOf(onlySync({ memory: memory(1_051) })).push_memory).toBeUndefined();
    expect([bars.pull_memory.holds, bars.push_memory.holds]).toEqual([true, false]);
  });

  test('compare with item at a time in each direction', () => {
    const item = { pull: rateOf(500, 5), push: rateOf(500, 20) };

    const bars = barsOf({ sync: sync(), item, limit: null, database: null, workers: null });

    expect(bars.ratio_pull).toMatchObject({ measured: 10, holds: true });
    expect(bars.ratio_push).toMatchObject({ measured: 20, holds: true });
  });

  test('ask for leads an hour at the default limit, and for no refusal', () => {
    const rate = { ...rateOf(30_000, 60), twenty_calls: 30, refused: 0 };
    const limit = {
      pull: { ...rate, leads_per_hour: 2_000_000 },
      push: { ...rate, leads_per_hour: 449_999, refused: 1 },
    };

    const bars = barsOf({ sync: null, item: null, limit, database: null, workers: null });

    expect(Object.entries(bars).map(([name, { holds }]) => [name, holds])).toEqual([
      ['limit_pull', true],
      ['limit_push', false],
      ['limit_refused', false],
    ]);
  });

  it('want 4 workers to use the limit and never to be refused', () => {
    const rate = { calls_per_minute: 96.8, refused: 0, leads_per_s: 161 };
    const workers = { 1: rate, 2: rate, 4: { ...rate, calls_per_minute: 94.9 }, unshared: { ...rate, refused: 42 } };

    const bars = barsOf({ sync: null, item: null, limit: null, database: null, workers });

    expect(bars).toMatchObject({ workers_calls: { limit: 95, holds: false }, workers_refused: { holds: true } });
  });

  test('hold the nodes against a raw client of the same run, and the database against plain upserts', () => {
    const raw = { read_per_s: 1_250, create_per_s: 500, update_per_s: 560 };
    const database = { yardstick_ms: 30, database: { new: 5, changed: 5.1, unchanged: 1 } };

    const bars = barsOf({ ...onlySync({ raw, full_push: measure(10_000, 20, 106) }), database });

    expect(bars).toMatchObject({
      raw_pull: { measured: 0.8, holds: true },
      raw_create: { measured: 1, holds: true },
      raw_update: { measured: 0.89, holds: false },
      database_new: { holds: true },
      database_changed: { holds: false },
      database_unchanged: { holds: true },
    });
    expect(barsOf(onlySync()).raw_pull).toBeUndefined();
  });

  test('leave out what was not measured', () => {
    expect(barsOf({ sync: null, item: null, limit: null, database: null, workers: null })).toEqual({});
    expect(ratioOf(undefined, rateOf(500, 5))).toBeNull();
  });
});
