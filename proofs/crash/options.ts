import { readArguments, wholeNumber } from '../arguments';

export interface CrashOptions {
  /** How many processes are killed. */
  kills: number;
  /** What the load, the moments and the victims come from. */
  seed: number;
  /** Rounds in which two workers push the same leads. */
  rounds: number;
  json: boolean;
  /** Whether the edge replica is besieged instead of the sync with Twenty. */
  edge: boolean;
}

/** Reads the command line; throws with what is allowed. A seed is made up where none is given. */
export function readOptions(args: string[]): CrashOptions {
  const { values } = readArguments({
    args,
    options: {
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      edge: { type: 'boolean', default: false },
    },
  });
  return {
    kills: wholeNumber('kills', values.kills, 0),
    seed: wholeNumber('seed', values.seed, 0),
    rounds: wholeNumber('rounds', values.rounds, 0),
    json: values.json,
    edge: values.edge,
  };
}
