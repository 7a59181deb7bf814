import { emptyTheBucket, limitedTwenty } from '../../../proofs/bench/rate-limit/limited-twenty';
import { SkippingClock } from '../../../proofs/bench/rate-limit/skipping-clock';

const CALL = { document: '{people(first:1){edges{node{id}}}}', variables: {} };

describe('a clock on which waiting takes no time', () => {
  test('counts what was waited', async () => {
    const clock = new SkippingClock('its time');
    const before = clock.now();

    await clock.sleep(60_000);

    expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
    expect(clock.now() - before).toBeLessThan(61_000);
  });

  test('goes on with real time', async () => {
    const clock = new SkippingClock('its time');
    const before = clock.now();

    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(clock.now()).toBeGreaterThan(before + 20);
  });

  test('skips nothing while work is under way, and wakes meanwhile what is due', async () => {
    const clock = new SkippingClock('its time');
    const woken: string[] = [];
    const before = clock.now();
    const work = clock.during(
      new Promise<void>((resolve) => setTimeout(resolve, 60)).then(() => void woken.push('work')),
    );

    await Promise.all([
      work,
      clock.sleep(1).then(() => woken.push('during')),
      clock.sleep(60_000).then(() => woken.push('after')),
    ]);

    expect(woken).toEqual(['during', 'work', 'after']);
    expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
  });
});

describe("Twenty's default limit on that clock", () => {
  test('lets a steady client through without a refusal, at its pace and not faster', async () => {
    const limited = await limitedTwenty('steady', () => Promise.resolve(), new SkippingClock('no time'));
    await emptyTheBucket(limited);
    const before = limited.clock.now();

    for (let call = 0; call < 50; call += 1) await limited.client.graphql('people', CALL);

    const seconds = (limited.clock.now() - before) / 1_000;
    expect(limited.double.stats.limited).toBe(0);
    expect(seconds).toBeGreaterThan(50 * 0.6);
    expect(seconds).toBeLessThan(50 * 0.7);
  });
});
