import { useStore } from '../store';
import { INCIDENTS, type Incident } from './incidents';
import { World } from './world';

const DAY = '2026-03-10';
const ROUNDS = 24 * 12;
/** 288 rounds take a while on a busy machine. */
const TIMEOUT_MS = 300_000;
const TWENTY_DOWN = 'Twenty did not answer within 30 seconds';

const clock = (round: number): string =>
  `${String(Math.floor(round / 12)).padStart(2, '0')}:${String((round % 12) * 5).padStart(2, '0')}`;

const stands = (what: NonNullable<Incident['stops']>['what'], time: string): boolean =>
  INCIDENTS.some(({ stops }) => stops?.what === what && stops.from <= time && time < stops.until);

/** What a healthy sync leaves behind in five minutes; less where an incident stops a part of it. */
async function carryOn(world: World, time: string): Promise<void> {
  const fails = stands('fails', time);
  const error = fails ? TWENTY_DOWN : null;
  if (!stands('push', time)) await world.run('supabase_to_twenty', { twenty_calls: 2 }, error);
  if (/:(05|20|35|50)$/.test(time) && !stands('pull', time))
    await world.run('twenty_to_supabase', { twenty_calls: 1 }, error);
  if (time.endsWith(':00')) await world.run('bidirectional', { missing: 0, different: 1, twenty_calls: 1 }, error);
  if (!fails) await world.pushes(10);
}

describe('a day of trouble', () => {
  const world = new World(useStore('once'));

  test('has twenty incidents', () => {
    expect(INCIDENTS).toHaveLength(20);
  });

  test(
    'each problem is told once, at the right time, with its end, and nothing else is told',
    async () => {
      await world.begin();
      const states = INCIDENTS.map(() => ({ ids: [] as string[] }));
      const told: Record<string, string[]> = {};
      for (let round = 0; round < ROUNDS; round += 1) {
        const time = clock(round);
        world.now = `${DAY}T${time}:00Z`;
        await carryOn(world, time);
        for (const [index, { events }] of INCIDENTS.entries()) await events[time]?.(world, states[index]);
        const source = stands('monitor', time) ? (/:(15|45)$/.test(time) ? 'watchdog' : null) : 'monitor';
        const notifications = source === null ? [] : await world.monitor(source);
        if (notifications.length > 0) told[time] = notifications.map(({ alert, kind }) => `${alert} ${kind}`).sort();
      }

      const expected: Record<string, string[]> = {};
      for (const incident of INCIDENTS) {
        for (const [time, lines] of Object.entries(incident.told))
          expected[time] = [...(expected[time] ?? []), ...lines].sort();
      }
      expect(Object.fromEntries(Object.entries(told).sort())).toEqual(
        Object.fromEntries(Object.entries(expected).sort()),
      );
    },
    TIMEOUT_MS,
  );
});
