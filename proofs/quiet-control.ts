import type { Control } from '../nodes/runs/control';
import type { Control as EdgeControl } from '../nodes/CloudflareD1/loops/ports';
import { missingTableIn, refusalIn, tellsMissingColumn } from '../nodes/CloudflareD1/loops/refusals';

/** Drives a loop with nobody who looks, cancels or limits it, and without trying again. */
export const QUIET: Control = {
  now: () => performance.now(),
  sleep: () => Promise.resolve(),
  isCancelled: () => false,
  isHopeless: () => true,
  isTooLong: () => false,
  log: () => undefined,
  warn: () => undefined,
  tries: 1,
  pause: 0,
  maxDuration: null,
};

/** The same for a loop of the edge replica; what D1 refuses is read from its own words. */
export const QUIET_EDGE: EdgeControl = {
  ...QUIET,
  refusalOf: (error) => refusalIn((error as Error).message),
  lacksTable: (error) => missingTableIn((error as Error).message) !== null,
  lacksColumn: (error) => tellsMissingColumn((error as Error).message),
};
