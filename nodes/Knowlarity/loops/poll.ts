import { addTrouble, keptError, type Errors } from '../../runs/intake';
import { tried } from '../../runs/tried';
import { callsOf, type Filters, type Window } from '../calls/read';
import { SOURCE, toLead } from '../calls/to-lead';
import type { RawCall } from '../calls/types';
import type { IntakePorts, PollOrder, PollReport } from './ports';
import { retry } from './retry';
import { storeCalls } from './store-calls';

const MS_PER_DAY = 86_400_000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_MINUTE = 60_000;
/** The cursor moves behind each window, so that a poll after a long pause is not for nothing when it breaks off. */
const LONGEST_WINDOW = 6 * MS_PER_HOUR;
/** How far ahead of ours Knowlarity's clock may be. */
const AHEAD = 5 * MS_PER_MINUTE;

/** Whose list it is: each choice of calls has a cursor of its own. */
function channelOf(filters: Filters): string {
  const chosen = Object.entries(filters).sort(([one], [other]) => (one < other ? -1 : 1));
  return ['calls', ...chosen.map(([name, value]) => `${name}=${value}`)].join(' ');
}

/**
 * Stores all calls that the log got since it was read last, however long ago that was, the oldest window first; the cursor
 * moves behind each. A call that the database refuses waits in the inbox, and leaves the others alone.
 * @throws KnowlarityError when the log cannot be read: the next poll reads on from the cursor
 */
export async function poll(ports: IntakePorts, order: PollOrder): Promise<PollReport> {
  const { control, today } = ports;
  const report: PollReport = {
    found: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    completed: 0,
    without_number: 0,
    failed: 0,
    troubles: [],
    more_due: false,
  };
  const isWhole = order.lookBackMinutes === null;
  const now = today();
  const started = control.now();
  const isOver = (): boolean =>
    control.isCancelled() || (control.maxDuration !== null && control.now() - started >= control.maxDuration);
  for (let since = await startOf(ports, order, now); since < now;) {
    const until = Math.min(since + LONGEST_WINDOW, now);
    await readWindow(ports, order, { window: { since, until: until === now ? now + AHEAD : until }, report });
    if (isWhole) await moveCursor(ports, order, until);
    report.more_due = until < now && isOver();
    if (report.more_due) return report;
    since = until;
  }
  if (isWhole) await retry(ports, report);
  return report;
}

async function startOf({ store }: IntakePorts, order: PollOrder, now: number): Promise<number> {
  if (order.lookBackMinutes !== null) return now - order.lookBackMinutes * MS_PER_MINUTE;
  const { cursors } = await store.rpc<{ cursors: Partial<Record<string, string>> }>('get_intake', { p_source: SOURCE });
  const cursor = cursors[channelOf(order.filters)];
  return cursor === undefined
    ? now - order.firstDays * MS_PER_DAY
    : Date.parse(cursor) - order.overlapMinutes * MS_PER_MINUTE;
}

async function readWindow(
  ports: IntakePorts,
  { filters }: PollOrder,
  { window, report }: { window: Window; report: PollReport },
): Promise<void> {
  const { client, account } = ports;
  for await (const page of callsOf(client, window, { filters, timeZone: account.timeZone })) {
    await storePage(ports, page, report);
  }
}

async function storePage(ports: IntakePorts, page: readonly RawCall[], report: PollReport): Promise<void> {
  const errors: Errors = new Map();
  const calls = page.map((raw) => toLead(raw, ports.account)).filter((call) => call !== null);
  report.found += page.length;
  report.without_number += page.length - calls.length;
  await storeCalls(ports, calls, { errors, report });
  const hints = calls.flatMap(({ id, call }) => {
    const error = errors.get(id) ?? null;
    if (error === null) return [];
    addTrouble(report, keptError(error), id);
    return [{ external_id: id, hint: { time: call.time ?? new Date(ports.today()).toISOString() } }];
  });
  if (hints.length > 0) await note(ports, { p_hints: hints });
}

async function moveCursor(ports: IntakePorts, { filters }: PollOrder, until: number): Promise<void> {
  const read_until = new Date(until).toISOString();
  await note(ports, { p_hints: [], p_cursor: { channel: channelOf(filters), read_until } });
}

async function note({ store, control }: IntakePorts, args: Record<string, unknown>): Promise<void> {
  await tried(control, async () => {
    await store.rpc('add_to_intake', { p_source: SOURCE, ...args });
  });
}
