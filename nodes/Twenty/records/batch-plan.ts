import type { JsonObject } from '../../lead';

/** One record to create or update. */
export interface RecordWrite {
  id: string;
  /** Fields for Twenty, composites complete, `id` included. */
  data: JsonObject;
  /** Unique values it will have when written, e.g. `emails.primaryEmail=ada@example.com`. */
  takes: UniqueValue[];
  /** Unique values it has now. */
  holds: UniqueValue[];
}

/** A value that no two records may share, at its path. */
export interface UniqueValue {
  path: string;
  value: string | number;
}

export function uniqueKey({ path, value }: UniqueValue): string {
  return `${path}=${value}`;
}

/**
 * Cuts writes into batches of at most `size`, so that no batch holds two records with one unique value, nor a record
 * that takes a value which another in it still holds: Twenty would refuse the batch, or match the wrong record. A write
 * that frees a value goes before the one that takes it; a circle has no such order and its first write goes first.
 * Writes of one record keep their order.
 */
export function planBatches<T extends RecordWrite>(writes: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  let remaining = [...writes];
  while (remaining.length > 0) {
    const batch = nextBatch(remaining, size);
    const placed = new Set(batch);
    remaining = remaining.filter((write) => !placed.has(write));
    batches.push(batch);
  }
  return batches;
}

function nextBatch<T extends RecordWrite>(remaining: readonly T[], size: number): T[] {
  const freedBy = releases(remaining);
  const batch: T[] = [];
  const inBatch = new Set<string>();
  for (const write of remaining) {
    if (batch.length === size) break;
    const takes = write.takes.map(uniqueKey);
    const holds = write.holds.map(uniqueKey);
    const waitsForAnother = takes.some((key) => [...(freedBy.get(key) ?? [])].some(({ id }) => id !== write.id));
    const own = [`id=${write.id}`, ...takes, ...holds];
    if (waitsForAnother || own.some((key) => inBatch.has(key))) {
      inBatch.add(`id=${write.id}`);
      continue;
    }
    own.forEach((key) => inBatch.add(key));
    batch.push(write);
  }
  return batch.length > 0 ? batch : [remaining[0]];
}

/** The writes that give up a value, by that value. */
function releases<T extends RecordWrite>(writes: readonly T[]): Map<string, Set<T>> {
  const freedBy = new Map<string, Set<T>>();
  for (const write of writes) {
    const kept = new Set(write.takes.map(uniqueKey));
    const changedPaths = new Set(write.takes.map(({ path }) => path));
    for (const held of write.holds) {
      const key = uniqueKey(held);
      if (kept.has(key) || !changedPaths.has(held.path)) continue;
      freedBy.set(key, (freedBy.get(key) ?? new Set<T>()).add(write));
    }
  }
  return freedBy;
}
