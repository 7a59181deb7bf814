import { setTimeout as delay } from 'node:timers/promises';
import { identity, type Identity, type Ledger } from './identities';
import { Chance } from './random';
import type { SupabaseSide } from './supabase-side';
import type { TwentySide } from './twenty-side';

const BIRTHS = 0.1;
const LONGEST_PAUSE_MS = 120;
const RETRY_MS = 100;
const STATUSES = ['contacted', 'qualified', 'nurturing', 'won', 'lost'];

/**
 * People at work on both sides: new leads and people, and edits of anybody. Job titles change in Supabase alone and cities in
 * Twenty alone, so their last value has to survive; the status changes on both sides. What is done comes from the seed.
 */
export class Load {
  private isOn = true;
  private resumed: Promise<void> = Promise.resolve();
  private resume: () => void = () => undefined;
  private readonly work: Promise<void>[];
  private made = 0;

  constructor(
    private readonly seed: number,
    private readonly ledger: Ledger,
    private readonly supabase: SupabaseSide,
    private readonly twenty: TwentySide,
  ) {
    this.work = [
      this.keepOn('supabase', (chance, n) => this.actInSupabase(chance, n)),
      this.keepOn('twenty', (chance, n) => this.actInTwenty(chance, n)),
    ];
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

  private async keepOn(side: string, act: (chance: Chance, n: number) => Promise<void>): Promise<void> {
    const chance = new Chance(`load ${side} ${this.seed}`);
    for (let n = 1; this.isOn; n += 1) {
      await this.resumed;
      await act(chance, n);
      this.made += 1;
      await delay(chance.below(LONGEST_PAUSE_MS));
    }
  }

  private async actInSupabase(chance: Chance, n: number): Promise<void> {
    if (chance.fraction() < BIRTHS) {
      const born = identity(this.seed, 'supabase', 1_000 + n);
      await untilUp(() => this.supabase.add(born));
      return this.ledger.add(born);
    }
    const { tag } = chance.oneOf(this.ledger.all);
    const status = chance.oneOf(STATUSES);
    if (chance.fraction() < 0.3) {
      await untilUp(() => this.supabase.edit(tag, 'lead_status', status));
      return;
    }
    const title = `Title ${n}`;
    if (await untilUp(() => this.supabase.edit(tag, 'job_title', title))) this.ledger.jobTitles.set(tag, title);
  }

  private async actInTwenty(chance: Chance, n: number): Promise<void> {
    if (chance.fraction() < BIRTHS) {
      const born = identity(this.seed, 'twenty', 1_000 + n);
      await this.twenty.add(born);
      return this.ledger.add(born);
    }
    const { tag, personId } = chance.oneOf(this.ledger.all);
    const status = chance.oneOf(STATUSES);
    if (chance.fraction() < 0.3) {
      await this.twenty.edit(personId, { leadStatus: status });
      return;
    }
    const city = `City ${n}`;
    if (await this.twenty.edit(personId, { city })) this.ledger.cities.set(tag, city);
  }
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

/** Repeats a statement while PostgreSQL is down: it may have taken effect before its answer was lost. */
async function untilUp<T>(statement: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await statement();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** A lost connection, or PostgreSQL saying that it starts or stops (class 57P). */
function isOutage(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(ECONN|EPIPE|57P|08)/.test(code) || /connection|timeout/i.test(message);
}
