import { wholeNumber, readArguments } from '../../arguments';

export interface ConsoleOptions {
  leads: number;
  /** Leads that a pull changes, with and without history. */
  pulled: number;
  /** Names that a bad mapping overwrites. */
  undone: number;
  json: boolean;
}

/** Reads the command line; throws with what is allowed. */
export function readConsoleOptions(args: string[]): ConsoleOptions {
  const { values } = readArguments({
    args,
    options: {
      leads: { type: 'string', default: '1000000' },
      pulled: { type: 'string', default: '20000' },
      undone: { type: 'string', default: '8000' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    leads: wholeNumber('leads', values.leads, 1_000),
    pulled: wholeNumber('pulled', values.pulled, 1_000),
    undone: wholeNumber('undone', values.undone, 1),
    json: values.json,
  };
}
