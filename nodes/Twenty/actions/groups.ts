import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failedItem } from './operation';

/** What became of an item: its output, or why there is none. */
export type Outcome = INodeExecutionData[] | { error: unknown };

/** An item as it was read. */
export interface ReadItem<T> {
  itemIndex: number;
  input: T;
}

/**
 * Gathers the items that have a key in common and runs the work once for each such group, so that hundreds of items cost
 * few calls. A group that fails, or an item that cannot be read, leaves the others alone: items that failed are raised
 * only when all others are done.
 * @param read an item's input and what it must have in common with those that go with it
 * @param run gives an outcome for each item of the group, in order
 */
export async function forEachGroup<T>(
  context: IExecuteFunctions,
  read: (itemIndex: number) => { key: string; input: T },
  run: (group: Array<ReadItem<T>>) => Promise<Outcome[]>,
): Promise<INodeExecutionData[]> {
  const outcomes: Outcome[] = [];
  const groups = new Map<string, Array<ReadItem<T>>>();
  for (const itemIndex of context.getInputData().keys()) {
    try {
      const { key, input } = read(itemIndex);
      const group = groups.get(key);
      if (group) group.push({ itemIndex, input });
      else groups.set(key, [{ itemIndex, input }]);
    } catch (error) {
      outcomes[itemIndex] = { error };
    }
  }
  for (const group of groups.values()) {
    const done = await run(group).catch((error: unknown): Outcome[] => group.map(() => ({ error })));
    group.forEach(({ itemIndex }, position) => (outcomes[itemIndex] = done[position]));
  }
  return outcomes.flatMap((outcome, item) => ('error' in outcome ? failedItem(context, outcome.error, item) : outcome));
}
