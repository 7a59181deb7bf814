import { InputError } from '../../errors/input-error';
import { tried } from '../../runs/tried';
import type { Control, StorePort } from '../../runs/control';
import { Watch } from '../../runs/watch';
import type { ActivityObject, ActivityPage, ActivityRecord } from '../../Twenty/activities/read';
import { READINGS, type ActivityKind, type ReadingScope } from '../../Twenty/activities/readings';
import type { ChangedWindow } from '../../Twenty/leads/get-changed';
import { describeFailure } from '../../Twenty/transport/failure-texts';
import { TwentyError } from '../../Twenty/transport/failures';

/** Twenty's activities, as the loop sees them. Reads reject with a `TwentyError`. */
export interface ActivitiesPort {
  /** Calls of Twenty spent so far. */
  readonly calls: number;
  objects(kinds: readonly ActivityKind[]): Promise<ActivityObject[]>;
  getPage(object: ActivityObject, window: ChangedWindow): Promise<ActivityPage>;
  getById(object: ActivityObject, ids: readonly string[]): Promise<ActivityRecord[]>;
}

export interface ActivityPorts {
  /** @param sharesCalls whether all processes take their calls of Twenty from one budget */
  twenty(scope: ReadingScope, sharesCalls: boolean): ActivitiesPort;
  store: StorePort;
  control: Control;
}

export interface ActivityOrder {
  /**
   * `changed`: since the last time, and what webhooks named; `begun`: the same, of kinds that were read before, and all of it
   * or a failure; `named`: only what webhooks named; `all`: everything again.
   */
  read: 'changed' | 'begun' | 'named' | 'all';
  kinds: readonly ActivityKind[];
  /** How far before the last time is read again, in minutes: a change may be seen later than its own time. */
  overlapMinutes: number;
}

/** What a pull did, and what it left out. */
export interface ActivityReport {
  /** Records read. */
  read: number;
  /** Records that changed something. */
  stored: number;
  /** Records that a second read missed, too. */
  gone: number;
  /** Calls of Twenty. */
  calls: number;
  /** Kinds that the workspace does not have. */
  missing: ActivityKind[];
  /** The time was over before all was read: the next pull goes on from there. */
  more_due: boolean;
}

/** The answer of `get_activity_state`. */
interface State {
  object: string;
  texts: ReadingScope['texts'];
  /** Older databases do not say. */
  share_calls?: boolean;
  read_started_at: string;
  cursors: Partial<Record<string, Cursor>>;
}

interface Cursor {
  read_until: string | null;
  /** Not read to its end; one without position and end was not begun. */
  window: { from: string | null; until: string | null; position: string; whole_since: string | null } | null;
}

interface Hint {
  object: string;
  record_id: string;
  hints: number;
}

interface Hints {
  hints: Hint[];
  remaining: number;
  read_started_at: string;
}

interface Stored {
  stored: number;
  gone: number;
  read_started_at: string;
}

const MS_PER_MINUTE = 60_000;
/** Records a call of the database. */
const STORED_AT_ONCE = 1_000;
/** Links are small; texts may be large: pages of them begin small and grow while their answers stay small. */
const LARGEST_PAGE = 5_000;
const SMALLEST_PAGE = 100;
const FIRST_PAGE = 1_000;
const SMALL_ANSWER = 2_000_000;
const LARGE_ANSWER = 8_000_000;

/**
 * Brings notes, tasks, messages and meetings of Twenty into the database, each object from its own cursor on. Nothing is
 * written to Twenty. Safe to repeat and to run beside itself.
 */
export async function pullActivities(ports: ActivityPorts, order: ActivityOrder): Promise<ActivityReport> {
  return await new Pull(ports, order).run();
}

class Pull {
  private readonly watch: Watch;
  private readonly report: ActivityReport = { read: 0, stored: 0, gone: 0, calls: 0, missing: [], more_due: false };

  constructor(
    private readonly ports: ActivityPorts,
    private readonly order: ActivityOrder,
  ) {
    this.watch = new Watch(ports.control);
  }

  async run(): Promise<ActivityReport> {
    const { report, order, ports } = this;
    const state = await this.call<State>('get_activity_state', {});
    const kinds = order.kinds.filter((kind) => order.read !== 'begun' || isBegun(kind, state));
    if (kinds.length === 0) return report;
    const twenty = ports.twenty({ leadObject: state.object, texts: state.texts }, state.share_calls === true);
    const objects = await tried(ports.control, () => twenty.objects(kinds));
    report.missing = kinds.filter((kind) => !objects.some(({ reading }) => reading.kind === kind));
    if (order.read === 'all') await this.openWholeWindows(objects, state);
    if (order.read !== 'named') {
      // the first page is read whatever the time: a pull that never has any would never come to an end
      for (const [nth, object] of objects.entries())
        if (nth === 0 || !this.isOver()) await this.readWindow(twenty, object, state);
    }
    if (!this.isOver()) await this.readNamed(twenty, objects);
    report.calls = twenty.calls;
    if (order.read === 'begun' && report.more_due)
      throw new InputError(
        'The time was over before all that changed was read',
        'Run this again: it reads on from there.',
      );
    return report;
  }

  private isOver(): boolean {
    if (this.watch.isOver) this.report.more_due = true;
    return this.report.more_due;
  }

  /** Each object is to be read as a whole, by the pulls to come where the time of this one is over before. */
  private async openWholeWindows(objects: readonly ActivityObject[], state: State): Promise<void> {
    const whole_since = state.read_started_at;
    const p_page = { from: null, until: null, position: '', has_next: true, whole_since };
    for (const { reading } of objects) {
      const cursor = state.cursors[reading.object];
      // of one that was never read, whatever reads it first reads it as a whole
      if (cursor?.read_until && !cursor.window?.whole_since)
        await this.store(reading.object, [], whole_since, { p_page });
    }
  }

  /**
   * An object's window to its end; the position is stored with each page. One that an earlier pull began lacks what changed
   * behind its position since: where all is asked for, that is read after it.
   */
  private async readWindow(twenty: ActivitiesPort, object: ActivityObject, state: State): Promise<void> {
    const { name, window, wholeSince } = this.windowOf(object, state);
    let readStartedAt = state.read_started_at;
    for (let next = window; ;) {
      const asked = next;
      const answer = await this.allowed(object, () => twenty.getPage(object, asked));
      if (answer === null) return;
      const page = { ...answer.page, whole_since: wholeSince };
      readStartedAt = await this.store(name, answer.records, readStartedAt, { p_page: page });
      if (!page.has_next && this.order.read === 'begun' && window.until !== null && !this.isOver()) {
        const cursors = { ...state.cursors, [name]: { read_until: page.until, window: null } };
        await this.readWindow(twenty, object, { ...state, read_started_at: readStartedAt, cursors });
        return;
      }
      if (!page.has_next || this.isOver()) return;
      next = { ...next, until: page.until, position: page.position, pageSize: nextSize(next.pageSize, answer.bytes) };
    }
  }

  private windowOf(
    { reading }: ActivityObject,
    { cursors, read_started_at }: State,
  ): { name: string; wholeSince: string | null; window: ChangedWindow } {
    const { read, overlapMinutes } = this.order;
    const { read_until = null, window = null } = cursors[reading.object] ?? {};
    const pageSize = reading.isLink ? LARGEST_PAGE : FIRST_PAGE;
    const name = reading.object;
    if (window !== null && (read !== 'all' || window.whole_since !== null)) {
      const { from, until, whole_since: wholeSince } = window;
      const position = window.position === '' ? null : window.position;
      return { name, wholeSince, window: { updatedSince: from, until, position, pageSize } };
    }
    const isWhole = read === 'all' || read_until === null;
    const updatedSince = isWhole
      ? null
      : new Date(Date.parse(read_until) - overlapMinutes * MS_PER_MINUTE).toISOString();
    return {
      name,
      wholeSince: isWhole ? read_started_at : null,
      window: { updatedSince, until: null, position: null, pageSize },
    };
  }

  /** What webhooks named, and what waits to be confirmed as gone, until there is no more of it. */
  private async readNamed(twenty: ActivitiesPort, objects: readonly ActivityObject[]): Promise<void> {
    const open = new Set(objects); // less those that the key may not see
    while (open.size > 0) {
      const p_objects = [...open].map(({ reading }) => reading.object);
      const { hints, remaining, read_started_at } = await this.call<Hints>('get_activity_hints', { p_objects });
      const known = [...open].filter(({ reading }) => hints.some(({ object }) => object === reading.object));
      for (const object of known) {
        const named = hints.filter((hint) => hint.object === object.reading.object);
        const records = await this.allowed(object, () =>
          twenty.getById(
            object,
            named.map(({ record_id }) => record_id),
          ),
        );
        if (records === null) {
          open.delete(object);
          continue;
        }
        await this.store(object.reading.object, records, read_started_at, { p_hints: named });
      }
      if (known.length === 0 || remaining === 0 || this.isOver()) return;
    }
  }

  /** What a read brought; null where the key may not see the object: the others are read all the same, unless all is asked for. */
  private async allowed<T>({ reading }: ActivityObject, read: () => Promise<T>): Promise<T | null> {
    return await tried(this.ports.control, read).catch(async (error: unknown) => {
      const isDenied = error instanceof TwentyError && error.failure.category === 'permission';
      if (!isDenied || this.order.read === 'begun') return await Promise.reject(error as Error);
      this.ports.control.warn(`${reading.object} was left out: ${describeFailure(error.failure)}`);
      return null;
    });
  }

  /** Stores what was read, the page's position and the hints with the last of it. Gives when the next read begins. */
  private async store(
    p_object: string,
    records: readonly ActivityRecord[],
    p_read_started_at: string,
    last: Record<string, unknown>,
  ): Promise<string> {
    for (let start = 0; ; start += STORED_AT_ONCE) {
      const p_records = records.slice(start, start + STORED_AT_ONCE);
      const isLast = start + STORED_AT_ONCE >= records.length;
      const args = { p_object, p_records, p_read_started_at, ...(isLast ? last : {}) };
      const { stored, gone, read_started_at } = await this.call<Stored>('store_activities', args);
      this.report.read += p_records.length;
      this.report.stored += stored;
      this.report.gone += gone;
      if (isLast) return read_started_at;
    }
  }

  private async call<T>(name: string, args: Record<string, unknown>): Promise<T> {
    const { control, store } = this.ports;
    return await tried(control, () => store.rpc<T>(name, args));
  }
}

/** Whether anything of it was read before: until then nobody wants it read. */
function isBegun(kind: ActivityKind, { cursors }: State): boolean {
  return READINGS.some((reading) => reading.kind === kind && cursors[reading.object] !== undefined);
}

function nextSize(size: number, bytes: number): number {
  if (bytes > LARGE_ANSWER) return Math.max(SMALLEST_PAGE, Math.floor(size / 2));
  return bytes < SMALL_ANSWER ? Math.min(LARGEST_PAGE, size * 2) : size;
}
