import {
  ratioOf,
  shareOfRaw,
  type DatabaseFigures,
  type Figures,
  type LimitFigures,
  type Measure,
  type SyncFigures,
  type WorkersFigures,
} from './figures';

export interface Bar {
  /** What is demanded, in words. */
  demand: string;
  measured: number;
  /** The least or the most that holds. */
  limit: number;
  holds: boolean;
}

export type Bars = Record<string, Bar>;

/** Writes of Twenty take 200 records, and pulls read 1,000 a page by default. */
const WRITE_BATCH = 200;
const PAGE = 1_000;
/** Ids that a reconciliation reads in one call. */
const IDS_PAGE = 5_000;
/** A run without changes counts as flat while it takes at most twice the time of one with 1,000 leads, and a second. */
const FLAT_FACTOR = 2;
const FLAT_SECONDS = 1;
const MEMORY_ALLOWANCE_MB = 50;

export const atMost = (demand: string, measured: number, limit: number): Bar => ({
  demand,
  measured,
  limit,
  holds: measured <= limit,
});
export const atLeast = (demand: string, measured: number, limit: number): Bar => ({
  demand,
  measured,
  limit,
  holds: measured >= limit,
});

function pullCalls({ leads, twenty_calls: calls }: Measure): Bar {
  return atMost('at most 1 Twenty call per 1,000 leads + 2', calls, Math.ceil(leads / PAGE) + 2);
}

function pushCalls({ leads, twenty_calls: calls }: Measure, companies: number): Bar {
  const limit = 2 * Math.ceil(leads / WRITE_BATCH) + 2 * Math.ceil(companies / WRITE_BATCH);
  return atMost('at most 2 Twenty calls per 200 leads + 2 per 200 companies', calls, limit);
}

function reconcileCalls({ leads, twenty_calls: calls }: Measure): Bar {
  return atMost('at most 1 Twenty call per 5,000 leads + 5', calls, Math.ceil(leads / IDS_PAGE) + 5);
}

function syncBars(sync: SyncFigures): Bars {
  const { no_change: noChange, no_change_at_1000: small, memory, reference_memory: reference } = sync;
  const bars: Bars = {
    first_pull_calls: pullCalls(sync.first_pull),
    delta_pull_calls: pullCalls(sync.delta_pull),
    no_change_calls: atMost('at most 2 Twenty calls without changes', noChange.twenty_calls, 2),
    no_change_flat_calls: atMost('no more calls than with 1,000 leads', noChange.twenty_calls, small.twenty_calls),
    no_change_flat_seconds: atMost(
      'at most twice the seconds with 1,000 leads + 1',
      noChange.seconds,
      FLAT_FACTOR * small.seconds + FLAT_SECONDS,
    ),
    first_push_calls: pushCalls(sync.first_push, sync.push_companies),
    delta_push_calls: pushCalls(sync.delta_push, 0),
    reconcile_calls: reconcileCalls(sync.reconcile.measure),
    reconcile_memory: atMost(
      `peak RSS in MB at most that of the first pull + ${MEMORY_ALLOWANCE_MB}`,
      sync.reconcile.memory.peak_mb,
      sync.memory.pull.peak_mb + MEMORY_ALLOWANCE_MB,
    ),
  };
  if (reference) {
    for (const direction of ['pull', 'push'] as const) {
      bars[`${direction}_memory`] = atMost(
        `peak RSS in MB at most that of ${reference.leads} leads + ${MEMORY_ALLOWANCE_MB}`,
        memory[direction].peak_mb,
        reference[direction].peak_mb + MEMORY_ALLOWANCE_MB,
      );
    }
  }
  return bars;
}

function limitBars({ pull, push }: LimitFigures): Bars {
  return {
    limit_pull: atLeast("at least 2,000,000 leads an hour at Twenty's default limit", pull.leads_per_hour, 2_000_000),
    limit_push: atLeast("at least 450,000 leads an hour at Twenty's default limit", push.leads_per_hour, 450_000),
    limit_refused: atMost('no call refused by the limit', pull.refused + push.refused, 0),
  };
}

function workerBars(workers: WorkersFigures): Bars {
  const { calls_per_minute, refused } = workers[4];
  return {
    workers_calls: atLeast('4 workers use at least 95 % of the default limit', calls_per_minute, 95),
    workers_refused: atMost('no call of 4 workers refused by the limit', refused, 0),
  };
}

function rawBars(sync: SyncFigures): Bars {
  const share = shareOfRaw(sync);
  if (share === null) return {};
  return {
    raw_pull: atLeast('a pull at least 0.8 of a raw client', share.pull, 0.8),
    raw_create: atLeast('a push that creates at least 0.9 of one', share.create, 0.9),
    raw_update: atLeast('a push that updates at least 0.9 of one', share.update, 0.9),
  };
}

function databaseBars({ database }: DatabaseFigures): Bars {
  return {
    database_new: atMost('a new lead takes the database at most 5 yardsticks', database.new, 5),
    database_changed: atMost('a changed one at most 5', database.changed, 5),
    database_unchanged: atMost('one that is as it was at most 1', database.unchanged, 1),
  };
}

/** Whether what was measured is what the product promises; a part that did not run has no bars. */
export function barsOf({ sync, item, limit, database, workers }: Figures): Bars {
  const ratioPull = ratioOf(sync?.first_pull, item?.pull);
  const ratioPush = ratioOf(sync?.first_push, item?.push);
  return {
    ...(sync && { ...syncBars(sync), ...rawBars(sync) }),
    ...(ratioPull !== null && { ratio_pull: atLeast('at least 10 times item at a time', ratioPull, 10) }),
    ...(ratioPush !== null && { ratio_push: atLeast('at least 15 times item at a time', ratioPush, 15) }),
    ...(limit && limitBars(limit)),
    ...(database && databaseBars(database)),
    ...(workers && workerBars(workers)),
  };
}

export function allHold(bars: Bars): boolean {
  return Object.values(bars).every(({ holds }) => holds);
}
