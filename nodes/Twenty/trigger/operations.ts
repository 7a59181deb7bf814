import { ALL } from '../transport/webhooks';

/** Twenty's names for the chosen objects and events: `person.created`, `person.*`, `*.*`. */
export function operationsFor(objects: readonly string[], events: readonly string[]): string[] {
  const chosen = (values: readonly string[]): string[] => (values.includes(ALL) ? [ALL] : [...new Set(values)].sort());
  return chosen(objects).flatMap((object) => chosen(events).map((event) => `${object}.${event}`));
}

/** Whether an event is among the operations, as Twenty compares them. */
export function isAmong(operations: readonly string[], object: string, action: string): boolean {
  return [`${object}.${action}`, `${object}.${ALL}`, `${ALL}.${action}`, `${ALL}.${ALL}`].some((name) =>
    operations.includes(name),
  );
}

/** Whether two lists hold the same operations, in whatever order. */
export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return [...new Set(one)].sort().join() === [...new Set(other)].sort().join();
}
