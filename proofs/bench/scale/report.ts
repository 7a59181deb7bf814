import type { Bar, Bars } from '../bars';
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

const growthOf = ({ few, many, atFew, atMany }: Ends): number =>
  Number((atMany.seconds / many / (atFew.seconds / few)).toFixed(3));

const atMost = (demand: string, measured: number, limit: number): Bar => ({
  demand,
  measured,
  limit,
  holds: measured <= limit,
});

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
      const growth = growthOf({ few, many, atFew, atMany });
      bars.first_pull = atMost('the first pull grows in step with the leads', growth, LINEAR);
    }
    if (atFew.n8n_mb !== null && atMany.n8n_mb !== null) {
      bars[`memory_${part}`] = atMost(
        `${part}: n8n's memory at most 50 MB above that of ${few} leads`,
        atMany.n8n_mb - atFew.n8n_mb,
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
  return { scale: { leads: scale }, growth: Object.fromEntries(ends.map(([part, e]) => [part, growthOf(e)])), bars };
}

export function table({ scale: { leads }, growth, bars }: ScaleReport): string {
  const sizes = Object.keys(leads)
    .map(Number)
    .sort((a, b) => a - b);
  const cell = (measured: Measured | undefined): string =>
    measured
      ? `${measured.seconds} s, ${measured.twenty_calls} calls, ${measured.n8n_mb ?? '–'} / ${measured.postgres_mb} MB`
      : '–';
  const rows = PARTS.map((part) => [part, ...sizes.map((size) => cell(leads[size]?.[part])), growth[part] ?? '–']);
  const head = ['', ...sizes.map((size) => `${size} leads`), 'growth'];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  const told = Object.values(bars).map(
    (bar) => `${bar.holds ? '✓' : '✗'} ${bar.demand}: ${bar.measured}, at most ${bar.limit}`,
  );
  return [...lines, '', 'Memory: of n8n / of PostgreSQL.', ...told].join('\n');
}
