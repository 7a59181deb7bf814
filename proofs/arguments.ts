import { parseArgs, type ParseArgsConfig } from 'node:util';

/** `parseArgs` of Node, which says of what it does not know what there is. */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    throw new Error(`${(error as Error).message}. There are ${known.join(', ')}.`, { cause: error });
  }
}

/** Reads a whole number of the command line; throws with what is allowed. */
export function wholeNumber(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} takes a whole number of at least ${least}, not ${text}.`);
}

/** The parts of a bench that `--only` names, in their order; throws with what is allowed. */
export function partsOf<Part extends string>(parts: readonly Part[], only: string): Part[] {
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !parts.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only takes ${parts.join(', ')} (with commas), not ${unknown}.`);
  return parts.filter((part) => names.includes(part));
}
