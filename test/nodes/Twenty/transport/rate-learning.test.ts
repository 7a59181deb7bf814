import fc from 'fast-check';
import { LearnedRate } from '../../../../nodes/Twenty/transport/rate-learning';
import { RateBudget } from '../../../../nodes/Twenty/transport/rate-budget';
import { ServerLimiter } from '../support/server-limiter';
import { VirtualClock } from '../support/virtual-clock';

const MINUTE = 60_000;

interface Scene {
  /** What the server really allows a minute. */
  limit: number;
  /** What the budget begins with, and what it must not exceed. */
  start: number;
  most?: number;
  /** Clients in this process that share the budget. */
  clients?: number;
  latencyMs?: (call: number) => number;
  /** Whether refusals name the limit. */
  states?: boolean;
  minutes: number;
}

/** Clients that call as often as their common budget lets them, against a server whose limit it does not know. */
class Office {
  server: ServerLimiter;
  readonly budget: RateBudget;
  readonly refusedAt: number[] = [];
  readonly acceptedAt: number[] = [];
  told = 0;

  constructor(
    private readonly scene: Scene,
    readonly clock = new VirtualClock(),
  ) {
    this.server = new ServerLimiter(() => this.clock.now(), scene.limit);
    this.budget = new RateBudget(scene.start, this.clock, scene.most ?? Infinity);
  }

  async open(): Promise<void> {
    const { clients = 1, minutes } = this.scene;
    const end = this.clock.now() + minutes * MINUTE;
    await Promise.all(Array.from({ length: clients }, () => this.work(end)));
  }

  /** The share of the limit that was used, and the refusals, from one minute to another. */
  between(from: number, to: number): { share: number; refusals: number } {
    const within = (at: number): boolean => at >= from * MINUTE && at < to * MINUTE;
    return {
      share: this.acceptedAt.filter(within).length / (this.scene.limit * (to - from)),
      refusals: this.refusedAt.filter(within).length,
    };
  }

  private async work(end: number): Promise<void> {
    const { latencyMs = () => 50, limit, states } = this.scene;
    while (this.clock.now() < end) {
      const turn = await this.budget.take(1);
      const latency = latencyMs(this.server.accepted + this.server.refused);
      await this.clock.sleep(latency);
      const now = this.clock.now();
      const isAccepted = this.server.accept();
      await this.clock.sleep(latency);
      (isAccepted ? this.acceptedAt : this.refusedAt).push(now);
      if (isAccepted) this.budget.accepted(turn);
      else if (this.budget.refused(turn, states ? limit : undefined)) this.told += 1;
    }
  }
}

async function observe(scene: Scene): Promise<Office> {
  const office = new Office(scene);
  await office.open();
  return office;
}

describe('a rate budget that does not know the limit', () => {
  it('settles on any limit below its start within a few refusals, and uses 95 % of it from then on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: 100 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 5, max: 200 }),
        async (limit, clients, latency) => {
          const office = await observe({ limit, start: 100, clients, latencyMs: () => latency, minutes: 30 });

          expect(office.between(0, 10).refusals).toBeLessThanOrEqual(12 + clients);
          const { share, refusals } = office.between(10, 30);
          expect(share).toBeGreaterThanOrEqual(0.95);
          expect(refusals).toBeLessThanOrEqual(10);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('needs two refusals at most where they name the limit', async () => {
    for (const limit of [20, 50, 99]) {
      const office = await observe({ limit, start: 100, clients: 1, states: true, minutes: 5 });

      expect(office.refusedAt.length).toBeLessThanOrEqual(2);
      expect(office.budget.callsPerMinute).toBe(limit);
      expect(office.between(2, 5).share).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('stands answers that take now longer and now shorter', async () => {
    const office = await observe({
      limit: 60,
      start: 100,
      clients: 3,
      latencyMs: (call) => 20 + ((call * 7919) % 60),
      minutes: 30,
    });

    expect(office.between(10, 30).share).toBeGreaterThanOrEqual(0.95);
    expect(office.between(10, 30).refusals).toBeLessThanOrEqual(12);
  });

  it.each([150, 300, 600])('rises to a limit of %i from 100, when it may', async (limit) => {
    const office = await observe({ limit, start: 100, clients: 3, minutes: 60 });

    expect(office.between(30, 60).share).toBeGreaterThanOrEqual(0.95);
    expect(office.refusedAt.length).toBeLessThanOrEqual(25);
  });

  it('never exceeds what the credential says, and is never refused by a server that allows it', async () => {
    const office = await observe({ limit: 100, start: 100, most: 100, clients: 4, latencyMs: () => 1, minutes: 60 });

    expect(office.refusedAt).toEqual([]);
    expect(office.budget.callsPerMinute).toBe(100);
  });

  it('follows a limit down and up again', async () => {
    const office = new Office({ limit: 100, start: 100, most: 100, clients: 2, minutes: 90 });
    const change = async (minute: number, limit: number): Promise<void> => {
      await office.clock.sleep(minute * MINUTE);
      office.server.capacity = limit;
    };

    await Promise.all([office.open(), change(20, 40), change(50, 100)]);

    expect(office.between(25, 50).share).toBeGreaterThanOrEqual(0.4 * 0.95);
    expect(office.between(75, 90).share).toBeGreaterThanOrEqual(0.95);
  });

  it('leaves room to a stranger who takes calls for a while, and takes it back afterwards', async () => {
    const office = new Office({ limit: 100, start: 100, most: 100, clients: 2, minutes: 60 });
    const stranger = async (): Promise<void> => {
      await office.clock.sleep(10 * MINUTE);
      while (office.clock.now() < 20 * MINUTE) {
        office.server.accept();
        await office.clock.sleep(1_500);
      }
    };

    await Promise.all([office.open(), stranger()]);

    expect(office.between(35, 60).share).toBeGreaterThanOrEqual(0.95);
    expect(office.told).toBe(1);
  });

  it('is not slowed down by a bucket that a process before has emptied', async () => {
    const office = new Office({ limit: 100, start: 100, most: 100, clients: 1, minutes: 5 });
    for (let call = 0; call < 90; call++) office.server.accept();

    await office.open();

    expect(office.budget.callsPerMinute).toBe(100);
    expect(office.refusedAt.length).toBeLessThanOrEqual(1);
  });

  it('keeps the limit in use together with the budget of another process, and never ends at nothing', async () => {
    const scene: Scene = {
      limit: 100,
      start: 100,
      clients: 2,
      latencyMs: (call) => 20 + ((call * 7919) % 90),
      minutes: 60,
    };
    const one = new Office(scene);
    const other = new Office(scene, one.clock);
    other.server = one.server;

    await Promise.all([one.open(), other.open()]);

    const shares = [one, other].map((office) => office.between(20, 60).share);
    // the server's clock starts again at each call, so that calls of two who cannot see each other cost more than their tokens
    expect(shares[0] + shares[1]).toBeGreaterThanOrEqual(0.6);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.08);
  });
});

describe('what one process has learned', () => {
  it('is the same to another one, at whatever time its clock stands', () => {
    const learned = new LearnedRate({ start: 100, most: Infinity }, 0);
    learned.refused({ paced: true, pressed: true, belief: 0 }, undefined, 1_000);
    for (let call = 0; call < 5; call += 1) learned.accepted({ paced: true, pressed: true, belief: 1 }, 2_000);
    const state = JSON.parse(JSON.stringify(learned.state(3_000))) as ReturnType<LearnedRate['state']>;

    const other = LearnedRate.of(state, 50_000);

    expect(other.perMinute).toBe(85);
    expect(other.state(50_000)).toEqual(state);
    expect(state).toMatchObject({ belief: 2, age: 2_000, at_once: 82, refused: 100, stood: 70 });
  });
});
