import {
  NO_PACE,
  PACED_MINUTE,
  RateBudget,
  type CallBudget,
  type Clock,
  type TakeOptions,
  type Turn,
} from './rate-budget';
import { LearnedRate, type LearnedState, type Pace, type RateSetting } from './rate-learning';

/** Who goes first where calls are scarce: what webhooks and people wait for, or what comes by itself. */
export type Urgency = 'urgent' | 'scheduled';

/** What a process says when it asks for a turn. */
export interface AskedTurn {
  workspace: string;
  learned: LearnedState;
  /** The belief of the place that `learned` comes from; null for none. */
  base: number | null;
  /** Calls to leave to others. */
  reserve: number;
  /** Whether the server has just refused a call of this process. */
  refused: boolean;
  /** Milliseconds that can be waited; null for as long as it takes. */
  withinMs: number | null;
}

/** The answer: the turn is the caller's alone, and comes `wait_ms` after the moment at which it was given. */
export interface GivenTurn {
  granted: boolean;
  wait_ms: number;
  ahead: number;
  paced: boolean;
  pressed: boolean;
  /** What the place believes by now; `learned` says all of it to who does not know it. */
  belief: number;
  learned: LearnedState | null;
}

/** Asks the place where all processes of a workspace take their turns, the database. Rejects when it is out of reach. */
export type TakeCall = (asked: AskedTurn) => Promise<GivenTurn>;

interface Through {
  /** What the credential says of the limit. */
  setting: RateSetting;
  urgency: Urgency;
  warn: (message: string) => void;
}

/** What is left to the urgent, of the calls that may go at once. */
const RESERVED_SHARE = 0.1;
/** What a process takes of the limit while it cannot ask: calls of several that know nothing of each other waste a third of it. */
const SHARE_ALONE = 1 / 8;
/** How long it then goes on before it asks again. */
const AWAY_MS = 30_000;

/**
 * What one process knows of a budget that it shares with others. The place gives each call a turn of its own, ahead of its
 * time, so one question a call is enough however long the wait; what the limit is, the processes work out as they do alone,
 * and tell each other through the place.
 */
export class SharedBudget {
  private learned: LearnedRate | null = null;
  private base: number | null = null;
  private wasRefused = false;
  private hasToldOfFall = false;
  private awayUntil = -Infinity;
  private isAway = false;
  private alone: RateBudget | null = null;
  private readonly turnsAlone = new WeakSet<Turn>();

  constructor(
    private readonly workspace: string,
    private readonly clock: Clock,
  ) {}

  /** The budget as one execution uses it, with its own way to the place. */
  through(take: TakeCall, { setting, urgency, warn }: Through): CallBudget {
    const learned = (): LearnedRate => this.learnedUnder(setting);
    return {
      get refillMilliseconds() {
        return PACED_MINUTE / learned().perMinute;
      },
      get callsPerMinute() {
        return Math.round(learned().perMinute);
      },
      take: async (tokens, options = {}) => {
        if (tokens !== 1) throw new Error(`A turn is for one call, not for ${tokens}`);
        const rate = learned();
        const reserve = urgency === 'scheduled' && rate.isSettled ? Math.floor(rate.atOnce * RESERVED_SHARE) : 0;
        return (await this.takeShared(take, rate, reserve, options, warn)) ?? (await this.takeAlone(rate, options));
      },
      accepted: (turn) => {
        if (this.turnsAlone.has(turn)) this.alone?.accepted(turn);
        else learned().accepted(turn, this.clock.now());
      },
      refused: (turn, stated) => this.refused(turn, learned(), stated),
    };
  }

  /** What was learned holds only for the setting under which it was. */
  private learnedUnder(setting: RateSetting): LearnedRate {
    const { learned } = this;
    if (learned && learned.setting.start === setting.start && learned.setting.most === setting.most) return learned;
    return (this.learned = new LearnedRate(setting, this.clock.now(), (learned?.belief ?? -1) + 1));
  }

  /** Null while the place is out of reach. */
  private async takeShared(
    take: TakeCall,
    learned: LearnedRate,
    reserve: number,
    { signal, deadline = Infinity }: TakeOptions,
    warn: (message: string) => void,
  ): Promise<Turn | null> {
    signal?.throwIfAborted();
    const asked = this.clock.now();
    if (asked < this.awayUntil) return null;
    const { base, wasRefused: refused } = this;
    this.wasRefused = false;
    const given = await take({
      workspace: this.workspace,
      learned: learned.state(asked),
      base,
      reserve,
      refused,
      withinMs: deadline === Infinity ? null : Math.max(0, deadline - asked),
    }).catch((error: unknown) => {
      this.wasRefused ||= refused;
      this.noteAway(error, warn);
      return null;
    });
    if (given === null) return null;
    this.isAway = false;
    const answered = this.clock.now();
    // an answer that another one has overtaken says nothing new: what was learned since builds on the other
    if (this.base === base || this.base === null || given.belief > this.base) {
      this.base = given.belief;
      if (given.learned) this.learned = LearnedRate.of(given.learned, answered);
    }
    // the turn was given somewhere between question and answer
    const due = Math.max(answered, (asked + answered) / 2 + given.wait_ms);
    const { ahead, paced, pressed, belief } = given;
    if (!given.granted || due > deadline) {
      return { granted: false, ...NO_PACE, milliseconds: answered - asked, ahead };
    }
    if (due > answered) await this.clock.sleep(due - answered, signal);
    return { granted: true, paced, pressed, belief, milliseconds: this.clock.now() - asked, ahead };
  }

  private async takeAlone(learned: LearnedRate, options: TakeOptions): Promise<Turn> {
    const callsPerMinute = Math.max(1, Math.floor(learned.perMinute * SHARE_ALONE));
    if (this.alone === null) {
      this.alone = new RateBudget(callsPerMinute, this.clock);
      this.alone.empty();
    }
    this.alone.setCallsPerMinute(callsPerMinute);
    const turn = await this.alone.take(1, options);
    this.turnsAlone.add(turn);
    return turn;
  }

  private refused(turn: Turn, learned: LearnedRate, stated?: number): boolean {
    if (this.turnsAlone.has(turn)) return this.alone?.refused(turn, stated) ?? false;
    this.wasRefused = true;
    const { belief } = learned;
    learned.refused(turn satisfies Pace, stated, this.clock.now());
    if (learned.belief === belief || this.hasToldOfFall) return false;
    return (this.hasToldOfFall = true);
  }

  private noteAway(error: unknown, warn: (message: string) => void): void {
    this.awayUntil = this.clock.now() + AWAY_MS;
    if (this.isAway) return;
    this.isAway = true;
    this.alone = null;
    const reason = error instanceof Error ? error.message : String(error);
    warn(
      `The database does not say when Twenty may be called (${reason}): this process goes on with an eighth of the limit, and asks again every ${AWAY_MS / 1_000} s.`,
    );
  }
}
