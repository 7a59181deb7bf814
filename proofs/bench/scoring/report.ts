import { atLeast, atMost, type Bar, type Bars } from '../bars';
import type { ScoringBenchOptions } from './options';
import type { SteppedMeasure } from './measure';

interface Figures {
  score: SteppedMeasure & { rules: number };
  /** The same rules published again: no score changes. */
  again: SteppedMeasure;
  /** What scoring adds to an edit of one lead. */
  on_write_ms: { p50: number; p95: number };
  classify: SteppedMeasure;
}

/** The one JSON object that `--json` prints. */
export interface ScoringReport extends Figures {
  settings: Omit<ScoringBenchOptions, 'json'>;
  bars: Bars;
}

const YARDSTICKS = 0.7;
const AGAIN_TIMES = 4;
/** PostgREST's role has a statement timeout of 8 s. */
const STATEMENT_S = 8;
const ON_WRITE_MS = 2;

const below = (demand: string, measured: number, limit: number): Bar => ({
  demand,
  measured,
  limit,
  holds: measured < limit,
});

/** Whether what was measured is what the product promises. */
export function barsOf({ score, again, on_write_ms: onWrite, classify }: Figures): Bars {
  return {
    score_yardsticks: atMost('scoring takes at most 0.7 yardsticks a lead', score.yardsticks, YARDSTICKS),
    score_statement: below('each scoring step under 8 s', score.longest_statement_s, STATEMENT_S),
    again_rate: atLeast(
      'leads whose scores stay are looked at 4 times as fast',
      Number((again.leads_per_s / score.leads_per_s).toFixed(1)),
      AGAIN_TIMES,
    ),
    on_write: below('at most 2 ms added to an edit of one lead', onWrite.p50, ON_WRITE_MS),
    classify_yardsticks: atMost('classifying takes at most 0.7 yardsticks a lead', classify.yardsticks, YARDSTICKS),
    classify_statement: below('each classifying step under 8 s', classify.longest_statement_s, STATEMENT_S),
  };
}
