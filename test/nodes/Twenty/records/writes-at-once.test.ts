import { WritesAtOnce, type AnsweredWrite } from '../../../../nodes/Twenty/records/writes-at-once';
import type { TwentyFailure } from '../../../../nodes/Twenty/transport/failures';

const RECORDS = 200;
const TEN_MINUTES = 10 * 60_000;

/** Full batches, one round after the other, to a server that takes so long for as many as are under way. */
class Rounds {
  time = 0;
  readonly atOnce = new WritesAtOnce(() => this.time);

  play(rounds: number, millisecondsOf: (atOnce: number) => number, more: Partial<AnsweredWrite> = {}): number[] {
    return Array.from({ length: rounds }, () => {
      const { limit } = this.atOnce;
      const milliseconds = millisecondsOf(limit);
      this.time += milliseconds;
      const write = { kind: 'update people', records: RECORDS, milliseconds, atOnce: limit, wasRefused: false };
      for (let n = 0; n < limit; n += 1) this.atOnce.note({ ...write, failure: null, ...more });
      return this.atOnce.limit;
    });
  }
}

const failure = (category: TwentyFailure['category'], outcome: TwentyFailure['outcome']): TwentyFailure => ({
  category,
  outcome,
  detail: 'it said so',
  httpStatus: null,
});

/** As measured: one at a time 288 updates a second, four at once 494. */
const TWO_CORES = [0, 694, 820, 1_215, 1_619];

test('begins with one write, and adds one a round while answers take hardly longer', () => {
  expect(new Rounds().play(5, () => 700)).toEqual([2, 3, 4, 4, 4]);
});

test('gets out of two cores what they give', () => {
  const rounds = new Rounds();
  const { limit } = { limit: rounds.play(6, (atOnce) => TWO_CORES[atOnce]).at(-1) ?? 0 };

  const perSecond = (limit * RECORDS) / (TWO_CORES[limit] / 1_000);
  expect(perSecond).toBeGreaterThan(0.95 * 494);
});

test('stays at two where a server does one after the other', () => {
  expect(new Rounds().play(5, (atOnce) => 700 * atOnce)).toEqual([2, 2, 2, 2, 2]);
});

test('is not misled by the first write of a burst, which always finds the server free', () => {
  const rounds = new Rounds();
  rounds.play(1, () => 700);

  for (let burst = 0; burst < 3; burst += 1) {
    rounds.time += 1_400;
    const write = { kind: 'update people', records: RECORDS, wasRefused: false, failure: null };
    rounds.atOnce.note({ ...write, milliseconds: 700, atOnce: 1 });
    rounds.atOnce.note({ ...write, milliseconds: 1_400, atOnce: 2 });
  }

  expect(rounds.atOnce.limit).toBe(2);
});

test('takes one back where answers begin to take much longer', () => {
  const rounds = new Rounds();
  rounds.play(4, () => 700);

  expect(rounds.play(3, () => 3_000)).toEqual([3, 2, 2]);
});

test.each([
  ['refuses a call for the rate limit', { wasRefused: true }],
  ['does not answer in time', { failure: failure('timeout', 'unknown') }],
  ['cannot be reached', { failure: failure('network', 'not_sent') }],
  ['fails', { failure: failure('server', 'unknown') }],
])('halves once when Twenty %s, however many writes meet that', (_what, met) => {
  const rounds = new Rounds();
  rounds.play(4, () => 700);

  expect(rounds.play(1, () => 700, met)).toEqual([2]);
});

test('learns nothing from a refused record, from small writes, or where there was too little to send', () => {
  const rounds = new Rounds();

  expect(rounds.play(2, () => 700, { failure: failure('validation', 'refused') })).toEqual([1, 1]);
  expect(rounds.play(2, () => 10, { records: 1 })).toEqual([1, 1]);
  rounds.play(1, () => 700);
  expect(rounds.play(2, () => 700, { atOnce: 1 })).toEqual([2, 2]);
});

test('forgets after a while how fast the server was', () => {
  const rounds = new Rounds();
  rounds.play(4, () => 100);
  expect(rounds.play(3, () => 700)).toEqual([3, 2, 2]);

  rounds.time += TEN_MINUTES;

  expect(rounds.play(3, () => 700)).toEqual([3, 4, 4]);
});
