import { atMost, type Bars } from '../bars';
import type { Measured, Scale } from './figures';
import { PARTS, type Part } from './options';

const FLAT_FACTOR = 2;
const FLAT_SECONDS = 1;
const MEMORY_ALLOWANCE_MB = 50;
const RANGE_CALLS = 10;
const LINEAR = 1.1;

/** The one JSON object that `--json` prints. */
export interface ScaleReport {
  scale: { leads: Scale };
  /** Seconds a lead at the largest size by those at the smallest: 1 grows in step with the leads, 0.01 hardly with a hundred times as many. */
  growth: Partial<Record<Part, number>>;
  /** The same of PostgreSQL's processor seconds, which others on the machine do not change. */
  cpu_growth: Partial<Record<Part, number>>;
  bars: Bars;
}

interface Ends {
  few: number;
  many: number;
  atFew: Measured;
  atMany: Measured;
}

/** A part at its smallest and largest size; null where only one was measured. */
function endsOf(scale: Scale, part: Part): Ends | null {
  const sizes = Object.keys(scale)
    .map(Number)
    .filter((size) => scale[size]?.[part])
    .sort((a, b) => a - b);
  const [few, many] = [sizes[0], sizes[sizes.length - 1]];
  const [atFew, atMany] = [scale[few]?.[part], scale[many]?.[part]];
  return atFew && atMany && few < many ? { few, many, atFew, atMany } : null;
}

const growthOf = ({ few, many, atFew, atMany }: Ends, figure: 'seconds' | 'postgres_cpu_s' | 'twenty_calls'): number =>
  Number((atMany[figure] / many / (atFew[figure] / few)).toFixed(3));

export function reportOf(scale: Scale): ScaleReport {
  const ends = PARTS.flatMap((part) => {
    const found = endsOf(scale, part);
    return found ? [[part, found] as const] : [];
  });
  const bars: Bars = {};
  for (const [part, { few, many, atFew, atMany }] of ends) {
    if (part === 'nothing') {
      const limit = FLAT_FACTOR * atFew.seconds + FLAT_SECONDS;
      bars.no_change = atMost(`a run without changes is as long at ${many} leads as at ${few}`, atMany.seconds, limit);
    }
    if (part === 'pull') {
      for (const figure of ['seconds', 'postgres_cpu_s', 'twenty_calls'] as const)
        bars[`first_pull_${figure}`] = atMost(
          `the first pull's ${figure} grow in step with the leads`,
          growthOf({ few, many, atFew, atMany }, figure),
          LINEAR,
        );
    }
    if (atFew.n8n_mb !== null && atMany.n8n_mb !== null) {
      bars[`memory_${part}`] = atMost(
        `${part}: n8n's memory at most 50 MB above that of ${few} leads`,
        atMany.n8n_mb - atFew.n8n_mb,
        MEMORY_ALLOWANCE_MB,
      );
    }
    const live = Object.values(atMany.n8n_live_mb);
    if (live.length > 1) {
      bars[`live_memory_${part}`] = atMost(
        `${part}: what n8n keeps after the last page at most 50 MB above that after the tenth`,
        live[live.length - 1] - live[0],
        MEMORY_ALLOWANCE_MB,
      );
    }
  }
  for (const [size, { ranges }] of Object.entries(scale)) {
    if (ranges)
      bars[`ranges_${size}`] = atMost(
        `a reconciliation by ranges of ${size} equal people`,
        ranges.twenty_calls,
        RANGE_CALLS,
      );
  }
  const growth = (figure: 'seconds' | 'postgres_cpu_s'): ScaleReport['growth'] =>
    Object.fromEntries(ends.map(([part, e]) => [part, growthOf(e, figure)]));
  return { scale: { leads: scale }, growth: growth('seconds'), cpu_growth: growth('postgres_cpu_s'), bars };
}

export function table({ scale: { leads }, growth, cpu_growth: cpuGrowth, bars }: ScaleReport): string {
  const sizes = Object.keys(leads)
    .map(Number)
    .sort((a, b) => a - b);
  const cell = (measured: Measured | undefined): string =>
    measured
      ? `${measured.seconds} s, ${measured.postgres_cpu_s} s, ${measured.twenty_calls} calls, ${measured.n8n_mb ?? '–'} (${Object.values(measured.n8n_live_mb).join(', ')}) / ${measured.postgres_mb} MB`
      : '–';
  const rows = PARTS.map((part) => [
    part,
    ...sizes.map((size) => cell(leads[size]?.[part])),
    growth[part] ?? '–',
    cpuGrowth[part] ?? '–',
  ]);
  const head = ['', ...sizes.map((size) => `${size} leads`), 'growth', 'of CPU'];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  const told = Object.values(bars).map(
    (bar) => `${bar.holds ? '✓' : '✗'} ${bar.demand}: ${bar.measured}, at most ${bar.limit}`,
  );
  return [
    ...lines,
    '',
    "Seconds: by the clock, of PostgreSQL's CPU. Memory: of n8n (live after 10, 100, 1,000 … calls of Supabase) / of PostgreSQL.",
    ...told,
  ].join('\n');
}
