import { setTimeout as delay } from 'node:timers/promises';
import { identity, type Identity, type Ledger } from './identities';
import { Chance } from './random';
import type { SupabaseSide } from './supabase-side';
import type { TwentySide } from './twenty-side';

const BIRTHS = 0.1;
const LONGEST_PAUSE_MS = 120;
const RETRY_MS = 100;
const STATUSES = ['contacted', 'qualified', 'nurturing', 'won', 'lost'];

/** What is done next on a side; chance and number come from the seed. */
export type Act = (chance: Chance, n: number) => Promise<void>;

/** People at work on several sides at once, one write after another on each, until they are stopped. */
export class Load {
  private isOn = true;
  private resumed: Promise<void> = Promise.resolve();
  private resume: () => void = () => undefined;
  private readonly work: Promise<void>[];
  private made = 0;

  /** @param acts what is done on each side, by its name */
  constructor(seed: number, acts: Readonly<Record<string, Act>>) {
    this.work = Object.entries(acts).map(([side, act]) => this.keepOn(new Chance(`load ${side} ${seed}`), act));
  }

  /** How many writes were done. */
  get writes(): number {
    return this.made;
  }

  /** Lets nobody write until `goOn`: a push goes on for as long as it finds something new. */
  pause(): void {
    this.resumed = new Promise((resolve) => {
      this.resume = resolve;
    });
  }

  goOn(): void {
    this.resume();
  }

  /** Returns when the last write is through; rejects when one was refused. */
  async stop(): Promise<void> {
    this.isOn = false;
    await Promise.all(this.work);
  }

  /** Rejects as soon as a write is refused for another reason than a server that is down. */
  async failure(): Promise<never> {
    await Promise.all(this.work);
    return await new Promise<never>(() => undefined);
  }

  private async keepOn(chance: Chance, act: Act): Promise<void> {
    for (let n = 1; this.isOn; n += 1) {
      await this.resumed;
      await act(chance, n);
      this.made += 1;
      await delay(chance.below(LONGEST_PAUSE_MS));
    }
  }
}

/**
 * New leads and people, and edits of anybody. Job titles change in Supabase alone and cities in Twenty alone, so their last
 * value has to survive; the status changes on both sides.
 */
export function leadActs(
  seed: number,
  ledger: Ledger,
  supabase: SupabaseSide,
  twenty: TwentySide,
): Readonly<Record<string, Act>> {
  return {
    supabase: async (chance, n) => {
      if (chance.fraction() < BIRTHS) {
        const born = identity(seed, 'supabase', 1_000 + n);
        await untilUp(() => supabase.add(born));
        return ledger.add(born);
      }
      const { tag } = chance.oneOf(ledger.all);
      const status = chance.oneOf(STATUSES);
      if (chance.fraction() < 0.3) {
        await untilUp(() => supabase.edit(tag, 'lead_status', status));
        return;
      }
      const title = `Title ${n}`;
      if (await untilUp(() => supabase.edit(tag, 'job_title', title))) ledger.jobTitles.set(tag, title);
    },
    twenty: async (chance, n) => {
      if (chance.fraction() < BIRTHS) {
        const born = identity(seed, 'twenty', 1_000 + n);
        await twenty.add(born);
        return ledger.add(born);
      }
      const { tag, personId } = chance.oneOf(ledger.all);
      const status = chance.oneOf(STATUSES);
      if (chance.fraction() < 0.3) {
        await twenty.edit(personId, { leadStatus: status });
        return;
      }
      const city = `City ${n}`;
      if (await twenty.edit(personId, { city })) ledger.cities.set(tag, city);
    },
  };
}

/** Writes the leads and people that are there before the first sync; those of `both` are the same on either side. */
export async function seedBothSides(
  seed: number,
  size: number,
  ledger: Ledger,
  supabase: SupabaseSide,
  twenty: TwentySide,
): Promise<void> {
  const everybody: Identity[] = (['supabase', 'twenty', 'both'] as const).flatMap((origin) =>
    Array.from({ length: size }, (_, n) => identity(seed, origin, n)),
  );
  for (const born of everybody) {
    if (born.origin !== 'twenty') await supabase.add(born);
    if (born.origin !== 'supabase') await twenty.add(born);
    ledger.add(born);
  }
}

/** Repeats a statement while its server is down: it may have taken effect before its answer was lost. */
export async function untilUp<T>(statement: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await statement();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** A lost connection, workerd away, or PostgreSQL saying that it starts or stops (class 57P). */
function isOutage(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(ECONN|EPIPE|57P|08)/.test(code) || /connection|timeout/i.test(message);
}
