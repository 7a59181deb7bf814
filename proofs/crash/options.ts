import { parseArgs } from 'node:util';

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

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} takes a whole number from 0 on, not ${text}.`);
}

/** Reads the command line; throws with what is allowed. A seed is made up where none is given. */
export function readOptions(args: string[]): CrashOptions {
  const { values } = parseArgs({
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
    kills: wholeNumber('kills', values.kills),
    seed: wholeNumber('seed', values.seed),
    rounds: wholeNumber('rounds', values.rounds),
    json: values.json,
    edge: values.edge,
  };
}
