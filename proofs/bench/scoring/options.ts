import { readArguments } from '../../arguments';

export interface ScoringBenchOptions {
  leads: number;
  /** Leads a call. */
  step: number;
  /** Sessions that score or classify at the same time: 1 or 2. */
  sessions: number;
  /** Single leads that are edited, with scoring and without. */
  writes: number;
  json: boolean;
}

function count(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} takes a whole number from ${least} to ${most}, not ${text}.`);
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): ScoringBenchOptions {
  const { values } = readArguments({
    args,
    options: {
      leads: { type: 'string', default: '1000000' },
      step: { type: 'string', default: '5000' },
      sessions: { type: 'string', default: '2' },
      writes: { type: 'string', default: '500' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    leads: count('leads', values.leads, 100, 10_000_000),
    step: count('step', values.step, 1, 20_000),
    sessions: count('sessions', values.sessions, 1, 2),
    writes: count('writes', values.writes, 10, 100_000),
    json: values.json,
  };
}
