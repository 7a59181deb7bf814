import { barsOf, type Bars } from './bars';
import {
  rateOf,
  ratioOf,
  shareOfRaw,
  type DatabaseFigures,
  type Figures,
  type Measure,
  type Rate,
  type ShareOfRaw,
  type SyncFigures,
  type SyncMemory,
  type WorkersFigures,
} from './figures';
import type { BenchOptions } from './options';
import type { RawFigures } from './raw';

export interface Report {
  first_pull: Measure | null;
  delta_pull: Measure | null;
  no_change: Measure | null;
  no_change_at_1000: Measure | null;
  first_push: Measure | null;
  delta_push: Measure | null;
  full_push: Measure | null;
  /** What a raw client got out of the same Twenty, and the share of it that the sync got. */
  raw: RawFigures | null;
  of_raw: ShareOfRaw | null;
  reconcile: Measure | null;
  /** Both directions together, and each. */
  item_at_a_time: (Rate & { pull: Rate; push: Rate }) | null;
  ratio_pull: number | null;
  ratio_push: number | null;
  leads_per_hour_at_default_limit: { pull: number; push: number } | null;
  workers: WorkersFigures | null;
  /** Memory of n8n's process, and what it was with fewer leads. */
  rss: (SyncMemory & { reference: SyncFigures['reference_memory'] }) | null;
  bytes: { full: number; delta: number } | null;
  yardstick_ms: number | null;
  database: DatabaseFigures['database'] | null;
  settings: Omit<BenchOptions, 'json'>;
  bars: Bars;
}

/** The one JSON object that `--json` prints; what was not measured is null. */
export function reportOf(
  figures: Figures,
  { leads, itemLeads, limitLeads, latencyMs, twentySpeed, parts }: BenchOptions,
): Report {
  const { sync, item, limit, database, workers } = figures;
  return {
    first_pull: sync?.first_pull ?? null,
    delta_pull: sync?.delta_pull ?? null,
    no_change: sync?.no_change ?? null,
    no_change_at_1000: sync?.no_change_at_1000 ?? null,
    first_push: sync?.first_push ?? null,
    delta_push: sync?.delta_push ?? null,
    full_push: sync?.full_push ?? null,
    raw: sync?.raw ?? null,
    of_raw: sync && shareOfRaw(sync),
    reconcile: sync?.reconcile.measure ?? null,
    item_at_a_time: item && {
      ...rateOf(item.pull.leads + item.push.leads, item.pull.seconds + item.push.seconds),
      ...item,
    },
    ratio_pull: ratioOf(sync?.first_pull, item?.pull),
    ratio_push: ratioOf(sync?.first_push, item?.push),
    leads_per_hour_at_default_limit: limit && {
      pull: limit.pull.leads_per_hour,
      push: limit.push.leads_per_hour,
    },
    workers,
    rss: sync && { ...sync.memory, reference: sync.reference_memory },
    bytes: sync?.bytes ?? null,
    yardstick_ms: database?.yardstick_ms ?? null,
    database: database?.database ?? null,
    settings: { leads, itemLeads, limitLeads, latencyMs, twentySpeed, parts },
    bars: barsOf(figures),
  };
}
