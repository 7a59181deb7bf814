import type { Micros } from '../time';
import type { StoredRecord } from './stored-record';

interface Entry {
  id: string;
  at: Micros;
}

/** Rows by their `updatedAt`. Entries of rows that have changed since or are gone stay until half of all are such. */
export class ByUpdate {
  private entries: Entry[] = [];
  private isSorted = true;

  constructor(private readonly rows: ReadonlyMap<string, StoredRecord>) {}

  add({ id, updatedAt }: StoredRecord): void {
    this.isSorted &&= updatedAt >= (this.entries.at(-1)?.at ?? 0);
    this.entries.push({ id, at: updatedAt });
  }

  /** Ids of the rows changed from then on; undefined when they are more than `most`. */
  since(from: Micros, most: number): string[] | undefined {
    if (this.entries.length > 2 * this.rows.size) this.entries = this.entries.filter((entry) => this.isCurrent(entry));
    if (!this.isSorted) this.entries.sort((left, right) => left.at - right.at);
    this.isSorted = true;
    const ids = new Set<string>();
    for (let index = this.entries.length - 1; index >= 0 && this.entries[index].at >= from; index -= 1) {
      if (this.isCurrent(this.entries[index])) ids.add(this.entries[index].id);
      if (ids.size > most) return undefined;
    }
    return [...ids];
  }

  private isCurrent({ id, at }: Entry): boolean {
    return this.rows.get(id)?.updatedAt === at;
  }
}
