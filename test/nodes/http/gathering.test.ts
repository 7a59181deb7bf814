import { Gathering } from '../../../nodes/http/gathering';
import { VirtualClock } from '../Twenty/support/virtual-clock';

const WINDOW = 200;

/** Adds numbered events at given times (ms) and gives, for each execution that starts, its moment and its events. */
async function executions(
  times: number[],
  { windowMs = WINDOW, keyOf = () => 'node' }: { windowMs?: number; keyOf?: (event: number) => string } = {},
): Promise<Array<{ at: number; events: number[] }>> {
  const clock = new VirtualClock();
  const gathering = new Gathering<number>(2_000);
  const started: Array<{ at: number; events: number[] }> = [];
  await Promise.all(
    times.map(async (time, event) => {
      await clock.sleep(time);
      const events = await gathering.add(keyOf(event), event, windowMs, (ms) => clock.sleep(ms));
      if (events !== null) started.push({ at: clock.now(), events });
    }),
  );
  return started;
}

describe('events that arrive shortly after one another', () => {
  it('start one execution together, in their order', async () => {
    expect(await executions([0, 10, 20])).toEqual([{ at: 400, events: [0, 1, 2] }]);
  });

  it('need not wait when one arrives alone', async () => {
    expect(await executions([1_000])).toEqual([{ at: 1_200, events: [0] }]);
  });

  it('start an execution each when they are far apart', async () => {
    expect(await executions([0, 1_000])).toEqual([
      { at: 200, events: [0] },
      { at: 1_200, events: [1] },
    ]);
  });

  it('are waited for no longer than 2 seconds while they keep coming, and none is lost', async () => {
    const times = Array.from({ length: 5_000 }, (_, event) => event * 2);

    const started = await executions(times);

    expect(started.length).toBeLessThanOrEqual(6);
    expect(started.flatMap(({ events }) => events)).toEqual(times.map((_, event) => event));
    expect(started[0].at).toBe(2_000);
  });

  it.each([10, 500, 2_000])('wait at most 2 seconds with a window of %d ms', async (windowMs) => {
    const [{ at }] = await executions(
      Array.from({ length: 400 }, (_, event) => event * 9),
      { windowMs },
    );

    expect(at).toBe(2_000);
  });

  it('are not mixed with those of another node', async () => {
    const started = await executions([0, 1, 2, 3], { keyOf: (event) => `node ${event % 2}` });

    expect(started.map(({ events }) => events)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
});
