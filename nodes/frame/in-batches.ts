import type { INodeExecutionData } from 'n8n-workflow';
import { toItems, type Output } from './each-item';
import type { Item } from './item';
import type { NodeRun } from './node-run';
import type { Execute } from './operation';

/** An item as it was read. */
export interface ReadItem<T> {
  item: Item;
  input: T;
}

/** What became of an item of a batch: its output, or why there is none. */
export type Outcome = Output | Error;

/** What was thrown, whatever it is. */
class Thrown {
  constructor(readonly error: unknown) {}
}

export interface BatchWork<S, T> {
  /** What the work needs of an item. An item that cannot be read leaves the others alone. */
  read(item: Item): T;
  /** Which items go together; all of them when left out. */
  split?(items: Array<ReadItem<T>>): Array<Array<ReadItem<T>>>;
  /** An outcome for each item of the batch, in order. A batch that fails leaves the others alone. */
  work(batch: Array<ReadItem<T>>, connection: S): Promise<Outcome[]>;
  /** How many items got their output, for the error that stops the node. */
  summary?(done: number, all: number): string;
}

/**
 * Gathers items, so that hundreds of them cost few calls; each gets its own output. Items that failed are raised only
 * when all others are done.
 */
export function inBatches<S, T>(batchWork: BatchWork<S, T>): Execute<S> {
  return async (run) => {
    const connection = await run.connect();
    const outcomes: Array<Outcome | Thrown> = [];
    const items = readItems(run, batchWork, outcomes);
    for (const batch of batchWork.split?.(items) ?? [items]) {
      if (batch.length === 0) continue;
      const done = await workOn(run, batchWork, batch, connection);
      batch.forEach(({ item }, position) => (outcomes[item.index] = done[position]));
    }
    return [raised(run, outcomes, batchWork)];
  };
}

/** Items with the same key go together. */
export function byKey<T>(
  keyOf: (item: ReadItem<T>) => string,
): (items: Array<ReadItem<T>>) => Array<Array<ReadItem<T>>> {
  return (items) => {
    const groups = new Map<string, Array<ReadItem<T>>>();
    for (const item of items) {
      const key = keyOf(item);
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
    return [...groups.values()];
  };
}

/** Items in their order, up to `size` of them together. */
export function bySize<T>(size: number): (items: Array<ReadItem<T>>) => Array<Array<ReadItem<T>>> {
  return (items) =>
    Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

function readItems<S, T>(
  run: NodeRun<S>,
  { read }: BatchWork<S, T>,
  outcomes: Array<Outcome | Thrown>,
): Array<ReadItem<T>> {
  return run.items.flatMap((item) => {
    try {
      return [{ item, input: read(item) }];
    } catch (error) {
      outcomes[item.index] = new Thrown(error);
      return [];
    }
  });
}

async function workOn<S, T>(
  run: NodeRun<S>,
  { work }: BatchWork<S, T>,
  batch: Array<ReadItem<T>>,
  connection: S,
): Promise<Array<Outcome | Thrown>> {
  try {
    run.throwIfCancelled();
    return await work(batch, connection);
  } catch (error) {
    return batch.map(() => new Thrown(error));
  }
}

function raised<S, T>(
  run: NodeRun<S>,
  outcomes: Array<Outcome | Thrown>,
  { summary }: BatchWork<S, T>,
): INodeExecutionData[] {
  const done = outcomes.filter((outcome) => !(outcome instanceof Error || outcome instanceof Thrown)).length;
  const description = summary?.(done, outcomes.length);
  return outcomes.flatMap((outcome, index) => {
    if (outcome instanceof Thrown) return run.failed(outcome.error, index, description);
    return outcome instanceof Error ? run.failed(outcome, index, description) : toItems(outcome, index);
  });
}
