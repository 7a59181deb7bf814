import type { Explanation } from '../failure';

/** `done` has changed something, `unchanged` found it as it should be. */
export type Outcome = 'done' | 'unchanged' | 'warning';

export interface Step {
  step: string;
  outcome: Outcome;
  detail: string;
}

/** What a step says when it ends. */
export interface Ending {
  outcome: Outcome;
  detail: string;
}

export const done = (detail: string): Ending => ({ outcome: 'done', detail });
export const unchanged = (detail: string): Ending => ({ outcome: 'unchanged', detail });
export const warning = (detail: string): Ending => ({ outcome: 'warning', detail });

const SIGNS: Readonly<Record<Outcome, string>> = { done: '✓', unchanged: '✓', warning: '!' };

/** Tells a person line by line, or a script with one JSON object at the end, what a command does. */
export class Report {
  readonly steps: Step[] = [];
  /** The step that is under way. */
  private current: string | undefined;
  /** What a script is told whatever the end is. */
  private readonly once: Record<string, unknown> = {};
  private readonly startedAt = Date.now();

  constructor(
    readonly command: string,
    readonly isJson: boolean,
  ) {}

  /** Does one step and says how it ended; the ending's detail is a sentence or its middle. */
  async step(step: string, work: () => Promise<Ending>): Promise<Outcome> {
    this.current = step;
    const { outcome, detail } = await work();
    this.current = undefined;
    this.steps.push({ step, outcome, detail });
    this.say(`${SIGNS[outcome]} ${step}: ${detail}`);
    return outcome;
  }

  /** A line for a person; nothing with --json. */
  say(line: string): void {
    if (!this.isJson) console.log(line);
  }

  /** What nobody can read anywhere later: a person is told at once, a script in the end, even where the command fails. */
  tellOnce(line: string, result: Record<string, unknown>): void {
    this.say(line);
    Object.assign(this.once, result);
  }

  /** The end of a command that did what it should. */
  finish(result: Record<string, unknown> = {}): void {
    if (this.isJson) console.log(JSON.stringify({ ok: true, ...this.figures(), ...result }, null, 2));
  }

  /** The end of one that could not: what happened, what was done so far, what to do next. */
  fail({ error, next_step }: Explanation): void {
    if (this.isJson) {
      const where = this.current === undefined ? {} : { at: this.current };
      console.log(JSON.stringify({ ok: false, error, next_step, ...where, ...this.figures() }, null, 2));
      return;
    }
    const changes = this.steps.filter(({ outcome }) => outcome !== 'unchanged').map(({ step }) => step);
    console.error(`✗ ${this.current === undefined ? '' : `${this.current}: `}${error}`);
    console.error(`  So far: ${changes.length > 0 ? `${changes.join(', ')}.` : 'nothing was changed.'}`);
    if (next_step !== '') console.error(`  Next: ${next_step}`);
  }

  private figures(): Record<string, unknown> {
    const seconds = Math.round((Date.now() - this.startedAt) / 100) / 10;
    return { command: this.command, seconds, steps: this.steps, ...this.once };
  }
}
