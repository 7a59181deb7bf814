import { mergeInParts } from '../../../../nodes/LeadSync/loops/merge-in-parts';
import type { Merged } from '../../../../nodes/LeadSync/loops/changes';

const tooLong = new Error('canceling statement due to statement timeout');
const isTooLong = (error: unknown): boolean => error === tooLong;

/** A database that is too slow for some leads; it keeps what it was sent and what came with the last part. */
class SlowDatabase {
  readonly merged: string[] = [];
  readonly calls: Array<[size: number, isLast: boolean]> = [];

  constructor(private readonly slow: readonly string[]) {}

  merge = async (part: ReadonlyArray<string | null>, isLast: boolean): Promise<Merged> => {
    this.calls.push([part.length, isLast]);
    if (part.some((lead) => lead !== null && this.slow.includes(lead))) throw tooLong;
    this.merged.push(...part.filter((lead) => lead !== null));
    const results = part.map((lead, index) => ({
      index,
      lead_id: lead,
      twenty_id: lead,
      result: lead === null ? 'rejected' : 'updated',
      reason: null,
      linked: false,
      fields: [],
    }));
    return {
      results,
      counts: { stale: 0, rejected: part.filter((lead) => lead === null).length },
      read_started_at: `read ${this.calls.length}`,
    };
  };
}

describe('merging in parts', () => {
  test('one call is enough where the database is quick', async () => {
    const database = new SlowDatabase([]);
    await mergeInParts(['a', 'b', 'c'], isTooLong, database.merge);
    expect(database.calls).toEqual([[3, true]]);
  });

  test('the lead that takes too long is rejected, all others land, each result at its place', async () => {
    const database = new SlowDatabase(['d']);
    const leads = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { results, counts } = await mergeInParts(leads, isTooLong, database.merge);
    expect(database.merged).toEqual(['a', 'b', 'c', 'e', 'f', 'g']);
    expect(counts.rejected).toBe(1);
    expect(results.map(({ index, lead_id }) => [index, lead_id])).toEqual(
      leads.map((lead, index) => [index, lead === 'd' ? null : lead]),
    );
  });

  test('what belongs to the whole goes with the last part alone, after all others', async () => {
    const database = new SlowDatabase(['c']);
    const merged = await mergeInParts(['a', 'b', 'c', 'd'], isTooLong, database.merge);
    const landed = database.calls.filter(([size]) => size > 0);
    expect(landed.at(-1)).toEqual([1, true]);
    expect(merged.read_started_at).toBe(`read ${database.calls.length}`);
  });

  test('any other failure ends it', async () => {
    const down = new Error('unreachable');
    await expect(mergeInParts(['a', 'b'], isTooLong, () => Promise.reject(down))).rejects.toBe(down);
    await expect(mergeInParts([], isTooLong, () => Promise.reject(tooLong))).rejects.toBe(tooLong);
  });
});
