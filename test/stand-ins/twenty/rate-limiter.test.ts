import { DEFAULT_RATE_LIMIT, TokenBucket } from '../../../stand-ins/twenty';

/** Calls one after another at a pace, and counts what came of them. */
function callAt(paceMs: number, durationMs: number): { accepted: number[]; refused: number } {
  let now = 0;
  const bucket = new TokenBucket(DEFAULT_RATE_LIMIT, () => now);
  const accepted: number[] = [];
  let refused = 0;
  for (; now < durationMs; now += paceMs) {
    if (bucket.tryTake()) accepted.push(now);
    else refused += 1;
  }
  return { accepted, refused };
}

describe('TokenBucket', () => {
  test('lets a burst of 100 through and refuses the 101st', () => {
    const bucket = new TokenBucket(DEFAULT_RATE_LIMIT, () => 0);
    const burst = Array.from({ length: 101 }, () => bucket.tryTake());
    expect(burst.indexOf(false)).toBe(100);
  });

  test('gives a token back 600 ms after the last accepted call, whatever was refused in between', () => {
    let now = 0;
    const bucket = new TokenBucket(DEFAULT_RATE_LIMIT, () => now);
    while (bucket.tryTake());
    now = 599;
    expect(bucket.tryTake()).toBe(false);
    now = 600;
    expect(bucket.tryTake()).toBe(true);
    expect(bucket.tryTake()).toBe(false);
  });

  test('never limits a pace of 620 ms', () => {
    expect(callAt(620, 10 * 60_000).refused).toBe(0);
  });

  test('takes a pace just under 300 ms down to one call per three once the bucket is empty', () => {
    const paceMs = 299;
    const { accepted } = callAt(paceMs, 5 * 60_000);
    const later = accepted.slice(100);
    const gaps = later.slice(1).map((time, index) => time - later[index]);
    expect(accepted.slice(0, 100).at(-1)).toBe(99 * paceMs);
    expect(new Set(gaps)).toEqual(new Set([3 * paceMs]));
  });

  test('loses the fraction of a token that an accepted call leaves behind', () => {
    let now = 0;
    const bucket = new TokenBucket(DEFAULT_RATE_LIMIT, () => now);
    while (bucket.tryTake());
    now = 1_199;
    expect(bucket.tryTake()).toBe(true);
    now = 1_200;
    expect(bucket.tryTake()).toBe(false);
  });

  test('is full again after a whole window, and never fuller', () => {
    let now = 0;
    const bucket = new TokenBucket(DEFAULT_RATE_LIMIT, () => now);
    while (bucket.tryTake());
    now = 10 * 60_000;
    let taken = 0;
    while (bucket.tryTake()) taken += 1;
    expect(taken).toBe(100);
  });
});
