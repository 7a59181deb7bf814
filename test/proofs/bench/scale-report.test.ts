import type { Measured } from '../../../proofs/bench/scale/figures';
import { reportOf } from '../../../proofs/bench/scale/report';

const measured = (more: Partial<Measured>): Measured => ({
  seconds: 6,
  twenty_calls: 10,
  supabase_calls: 12,
  n8n_mb: 700,
  n8n_live_mb: {},
  postgres_mb: 240,
  postgres_cpu_s: 1.5,
  database_mb: 30,
  measured_at: '2026-01-01T00:00:00.000Z',
  ...more,
});

describe('the report of growth', () => {
  const pull = (more: Partial<Measured>) =>
    reportOf({ 10000: { pull: measured({}) }, 1000000: { pull: measured({ twenty_calls: 1_000, ...more }) } });

  test('says how a lead’s time and the database’s processor time grow', () => {
    const { growth, cpu_growth: cpuGrowth, bars } = pull({ seconds: 600, postgres_cpu_s: 225 });

    expect(growth).toEqual({ pull: 1 });
    expect(cpuGrowth).toEqual({ pull: 1.5 });
    expect(bars.first_pull_seconds.holds).toBe(true);
    expect(bars.first_pull_postgres_cpu_s.holds).toBe(false);
    expect(bars.first_pull_twenty_calls.holds).toBe(true);
  });

  test('tells what n8n keeps of each page from what it holds at most', () => {
    const keeping = pull({ n8n_mb: 740, n8n_live_mb: { 10: 289, 100: 300, 1000: 400 } }).bars;
    const holding = pull({ n8n_mb: 800, n8n_live_mb: { 10: 289, 100: 289, 1000: 290 } }).bars;

    expect([keeping.memory_pull.holds, keeping.live_memory_pull.holds]).toEqual([true, false]);
    expect([holding.memory_pull.holds, holding.live_memory_pull.holds]).toEqual([false, true]);
  });
});
