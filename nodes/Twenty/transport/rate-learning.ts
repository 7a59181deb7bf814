/** What is known of a limit beforehand, in calls a minute. */
export interface RateSetting {
  /** What to begin with. */
  start: number;
  /** What never to exceed; Infinity to find out. */
  most: number;
}

/** What is known of a limit, as several processes hand it to each other. */
export interface LearnedState {
  belief: number;
  calls_per_minute: number;
  at_once: number;
  /** Milliseconds since the last refusal that counted, or since the beginning. */
  age: number;
  /** `most` is null for Infinity. */
  setting: { start: number; most: number | null };
  stood: number | null;
  refused: number | null;
  stated: number | null;
  patience: number;
  step: number;
  is_trying: boolean;
}

/** How a call came to its turn, which tells what its fate says about the limit. */
export interface Pace {
  /** The bucket was empty, and the interval had passed. */
  paced: boolean;
  /** It did so just when the interval had passed, and not later: the server had to be as quick as is believed. */
  pressed: boolean;
  /** Which belief it was sent under. */
  belief: number;
}

/** How far a refusal takes the rate down when nothing better is known, and when this rate had stood its test. */
const FALL = 0.7;
const SMALL_FALL = 0.975;
/** No refusal takes the rate below this share of the start, unless it names its limit: strangers may have spent all. */
const LOWEST_SHARE = 0.1;
/** A rate this near to one that was refused is left alone. */
const NEAR_ENOUGH = 1.03;
/** Pressed calls in a row that prove a rate below a refused one: the server's bucket has been empty since. */
const PROOF = 5;
/** A refusal counts for so long; each vain attempt to exceed what stands doubles that, up to the longest. */
const FIRST_PATIENCE_MS = 5 * 60_000;
const LONGEST_PATIENCE_MS = 60 * 60_000;
/** A try beyond what stands begins with a small step, which doubles while it goes well. */
const FIRST_STEP = 1.05;
const LARGEST_STEP = 1.25;
/** A bucket that is paced by a minute of 62 s holds what the server's minute of 60 s gives. */
const SERVER_SHARE = 60 / 62;

/**
 * The calls a minute that a server takes, found out from what it refuses: a refusal makes the rate fall, calls that are
 * taken under pressure make it rise half-way to the refused rate, again and again until they meet (as TCP BIC does). When
 * a refusal has become old, the rate tries to exceed what stands. A limit that the server names is taken at its word.
 */
export class LearnedRate {
  private rate: number;
  private taken = 0;
  /** The highest rate that has stood its test, and the lowest one that was refused; null for not known. */
  private stood: number | null = null;
  private refusedRate: number | null = null;
  private stated: number | null = null;
  private since: number;
  private patience = FIRST_PATIENCE_MS;
  private step = FIRST_STEP;
  private isTrying = false;

  /** @param belief counts changes of the rate: the fate of a call from before a change says nothing about it */
  constructor(
    readonly setting: RateSetting,
    now: number,
    public belief = 0,
  ) {
    this.rate = setting.start;
    this.since = now;
  }

  /** As another process, or this one before, has learned it. */
  static of(state: LearnedState, now: number): LearnedRate {
    const { setting, belief, calls_per_minute: rate, age, stood, refused, stated, patience, step, is_trying } = state;
    const learned = new LearnedRate({ ...setting, most: setting.most ?? Infinity }, now - age, belief);
    return Object.assign(learned, { rate, stood, refusedRate: refused, stated, patience, step, isTrying: is_trying });
  }

  /** What `of` makes the same of, but for the calls that have not yet proven anything. */
  state(now: number): LearnedState {
    const { start, most } = this.setting;
    return {
      belief: this.belief,
      calls_per_minute: this.rate,
      at_once: this.atOnce,
      age: now - this.since,
      setting: { start, most: most === Infinity ? null : most },
      stood: this.stood,
      refused: this.refusedRate,
      stated: this.stated,
      patience: this.patience,
      step: this.step,
      is_trying: this.isTrying,
    };
  }

  /** Whether the rate is not being found out just now, so that calls may be left over without spoiling the proof. */
  get isSettled(): boolean {
    const { most } = this.setting;
    return this.refusedRate === null
      ? !this.isTrying || this.rate >= most
      : this.refusedRate / this.rate <= NEAR_ENOUGH;
  }

  /** Calls a minute; not whole while it is being found out. */
  get perMinute(): number {
    return this.rate;
  }

  /** Calls that may go at once after a rest. */
  get atOnce(): number {
    const isTold = this.rate === this.setting.start || this.rate === this.stated;
    return Math.max(1, Math.floor(isTold ? this.rate : this.rate * SERVER_SHARE));
  }

  /**
   * The server refused a call for its limit. Only a paced call tells against the rate: before, the bucket may have held less
   * than was thought, because others spend from it or this process has just begun.
   * @param stated calls a minute that the refusal names
   */
  refused({ paced, belief }: Pace, stated: number | undefined, now: number): void {
    if (belief !== this.belief) return;
    const { rate, stood } = this;
    if (stated !== undefined && stated < rate) {
      this.stated = stated;
      this.fall(stated, stated, now);
    } else if (paced) {
      const hasProven = stood !== null && stood < rate;
      if (!hasProven) this.stood = null;
      const lowest = this.setting.start * LOWEST_SHARE;
      this.fall(hasProven ? stood : Math.max(lowest, rate * (stood === null ? FALL : SMALL_FALL)), rate, now);
    }
  }

  /** The server took a call. */
  accepted({ pressed, belief }: Pace, now: number): void {
    if (!pressed || belief !== this.belief) return;
    this.taken += 1;
    const isOld = now - this.since >= this.patience;
    if (this.taken < (this.refusedRate === null || isOld ? Math.max(PROOF, this.rate / 2) : PROOF)) return;
    this.taken = 0;
    this.stood = this.rate;
    if (isOld) this.exceed();
    else if (this.refusedRate !== null && this.refusedRate / this.rate > NEAR_ENOUGH) {
      this.change((this.rate + this.refusedRate) / 2);
    }
  }

  private exceed(): void {
    if (this.rate >= this.setting.most) return;
    if (this.isTrying) this.patience = FIRST_PATIENCE_MS;
    this.isTrying = true;
    this.refusedRate = null;
    this.stated = null;
    this.change(Math.min(this.rate * this.step, this.setting.most));
    this.step = Math.min(1 + (this.step - 1) * 2, LARGEST_STEP);
  }

  private fall(rate: number, refusedRate: number, now: number): void {
    this.refusedRate = refusedRate;
    this.since = now;
    this.patience = this.isTrying ? Math.min(this.patience * 2, LONGEST_PATIENCE_MS) : FIRST_PATIENCE_MS;
    this.step = FIRST_STEP;
    this.isTrying = false;
    this.change(Math.max(1, rate));
  }

  private change(rate: number): void {
    this.rate = rate;
    this.taken = 0;
    this.belief += 1;
  }
}
