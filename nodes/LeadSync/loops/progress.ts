import type { Control } from '../../runs/control';

const TELL_EVERY_MS = 60_000;
/** What is left after that little says nothing yet. */
const LEAST_SHARE = 0.01;

interface Counts {
  read: number;
  merged: number;
  written: number;
  calls: number;
}

/** How far a run has come. Tells it to n8n's log once a minute; the database keeps it with each call. */
export class Progress {
  /** How much of the run is done, as far as one can tell: 0 to 1; null while that is not known. */
  share: number | null = null;
  private readonly counts: Counts = { read: 0, merged: 0, written: 0, calls: 0 };
  private readonly startedAt: number;
  private toldAt: number;

  constructor(
    private readonly control: Control,
    private readonly name: string,
  ) {
    this.startedAt = this.toldAt = control.now();
  }

  note(more: Partial<Counts>): void {
    for (const key of Object.keys(more) as Array<keyof Counts>) this.counts[key] += more[key] ?? 0;
    const now = this.control.now();
    if (now - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = now;
    this.control.log(this.line(now - this.startedAt));
  }

  private line(elapsed: number): string {
    const { read, merged, written, calls } = this.counts;
    const { share, name } = this;
    const isKnown = share !== null && share >= LEAST_SHARE;
    const left = isKnown ? `, about ${minutes((elapsed * (1 - share)) / share)} left` : '';
    return `${name}: ${read} read, ${merged} merged, ${written} written, ${calls} calls of Twenty in ${minutes(elapsed)}${left}`;
  }
}

function minutes(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds / 60_000))} min`;
}

/** Ids are random, so where the last one of a page lies among all that can be says how much has been read. */
export class IdShare {
  private begin: number | null;

  /** @param position where the reading begins; null for the first page */
  constructor(position: string | null) {
    this.begin = position === null ? 0 : null;
  }

  /** 0 to 1, with this page read; null for an empty page. */
  after(ids: readonly string[]): number | null {
    if (ids.length === 0) return null;
    const [first, last] = [ids[0], ids[ids.length - 1]].map((id) => Number.parseInt(id.slice(0, 8), 16) / 2 ** 32);
    this.begin ??= first;
    return Math.max(0, (last - this.begin) / (1 - this.begin));
  }
}
