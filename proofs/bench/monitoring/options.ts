import { wholeNumber, readArguments } from '../../arguments';

export interface MonitoringOptions {
  leads: number;
  /** Rows of history, spread evenly over 30 days. */
  history: number;
  /** Rows to archive. */
  archive: number;
  json: boolean;
}

/** Reads the command line; throws with what is allowed. */
export function readMonitoringOptions(args: string[]): MonitoringOptions {
  const { values } = readArguments({
    args,
    options: {
      leads: { type: 'string', default: '1000000' },
      history: { type: 'string', default: '10000000' },
      json: { type: 'boolean', default: false },
    },
  });
  const history = wholeNumber('history', values.history, 10_000);
  return { leads: wholeNumber('leads', values.leads, 1_000), history, archive: history / 10, json: values.json };
}
