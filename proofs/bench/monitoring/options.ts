import { parseArgs } from 'node:util';

export interface MonitoringOptions {
  leads: number;
  /** Rows of history, spread evenly over 30 days. */
  history: number;
  /** Rows to archive. */
  archive: number;
  json: boolean;
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} takes a whole number of at least ${least}, not ${text}.`);
}

/** Reads the command line; throws with what is allowed. */
export function readMonitoringOptions(args: string[]): MonitoringOptions {
  const { values } = parseArgs({
    args,
    options: {
      leads: { type: 'string', default: '1000000' },
      history: { type: 'string', default: '10000000' },
      json: { type: 'boolean', default: false },
    },
  });
  const history = count('history', values.history, 10_000);
  return { leads: count('leads', values.leads, 1_000), history, archive: history / 10, json: values.json };
}
