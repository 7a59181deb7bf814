import type { Flow, Schedule, Step } from './schedule';

const lead = (number: number, name: string): Step => ({ do: 'write lead', lead: number, name });
const gone = (number: number): Step => ({ do: 'delete lead', lead: number, softly: false });
const email = (number: number, subject: string): Step => ({ do: 'write e-mail', email: number, subject });
const edit: Step = { do: 'edit replica', lead: 0, name: 'x' };
const bookmark: Step = { do: 'bookmark' };
const askForRebuild: Step = { do: 'ask for rebuild' };
const restore: Step = { do: 'restore D1' };
const start = (flow: Flow): Step => ({ do: 'start', worker: 0, flow });
const calls = (times: number): Step => ({ do: 'call', worker: 0, fault: 'none', times });
const run = (flow: Flow): Step[] => [start(flow), calls(60)];
/** A run down with one change: start, get, D1, get, finish. Of the run before the last, the call of D1 is this one. */
const D1_CALL_OF_RUN_BEFORE = 7;
const repeat = (call: number): Step => ({ do: 'repeat', call });

/** Schedules that need a rule which generated ones rarely do. */
export const DIRECTED = {
  lateRow: [
    lead(0, 'a'),
    ...run('down'),
    lead(0, 'b'),
    ...run('down'),
    lead(0, 'c'),
    ...run('down'),
    repeat(D1_CALL_OF_RUN_BEFORE),
  ],
  lateRowAfterDeletion: [
    lead(0, 'a'),
    ...run('down'),
    lead(0, 'b'),
    ...run('down'),
    gone(0),
    ...run('down'),
    repeat(D1_CALL_OF_RUN_BEFORE),
  ],
  lateDeletion: [
    lead(0, 'a'),
    ...run('down'),
    gone(0),
    ...run('down'),
    lead(0, 'b'),
    ...run('down'),
    repeat(D1_CALL_OF_RUN_BEFORE),
  ],
  changedUnderWay: [lead(0, 'a'), ...run('down'), lead(0, 'b'), start('down'), calls(3), lead(0, 'c'), calls(60)],
  lateCommit: [
    lead(0, 'a'),
    lead(1, 'a'),
    ...run('down'),
    { do: 'begin writing', lead: 0, name: 'b' },
    lead(1, 'b'),
    ...run('down'),
    { do: 'end writing', commits: true },
  ],
  changedTwice: [lead(0, 'a'), ...run('down'), lead(0, 'b'), ...run('down'), lead(0, 'c'), ...run('down')],
  edited: [lead(0, 'a'), ...run('down'), edit],
  rebuilt: [lead(0, 'a'), lead(1, 'a'), lead(2, 'a'), ...run('down'), ...run('rebuild')],
  // start, look, create, created: the first page is read
  changedWhileRebuilt: [
    lead(0, 'a'),
    lead(1, 'a'),
    lead(2, 'a'),
    ...run('down'),
    start('rebuild'),
    calls(4),
    lead(0, 'b'),
    calls(60),
  ],
  // start, get: the page is in hand
  rebuildAskedInRun: [
    lead(0, 'a'),
    ...run('down'),
    lead(0, 'b'),
    start('down'),
    calls(2),
    askForRebuild,
    lead(0, 'c'),
    calls(60),
  ],
  rebuildAskedInRebuild: [lead(0, 'a'), lead(1, 'a'), lead(2, 'a'), start('down'), calls(4), askForRebuild, calls(60)],
  // start, look, create, created, the page, filled, get, the change, get, the swap: nobody is told of it
  diedAfterSwap: [lead(0, 'a'), start('down'), calls(10), { do: 'die', worker: 0 }, lead(0, 'b')],
  // what makes the new table and what swaps it in come again when all is over: the 11th and the 4th call from the end
  lateRebuild: [lead(0, 'a'), ...run('down'), repeat(10), repeat(3)],
  rebuildStartedInRun: [
    lead(0, 'a'),
    ...run('down'),
    lead(0, 'b'),
    start('down'),
    calls(2),
    { do: 'start', worker: 1, flow: 'rebuild' },
    { do: 'call', worker: 1, fault: 'none', times: 2 },
    calls(60),
  ],
  // start, read, stored
  writtenWhileRead: [email(0, 'a'), start('up'), calls(3), email(1, 'b'), calls(60)],
  diedWhileReading: [email(0, 'a'), start('up'), calls(3), { do: 'die', worker: 0 }],
  // two more calls: read on, stored; the one before last is stored again
  lateEmail: [email(0, 'a'), start('up'), calls(3), email(0, 'b'), calls(2), repeat(2), calls(60)],
  openedBeforeRestore: [
    email(0, 'a'),
    ...run('up'),
    bookmark,
    { do: 'write event', event: 0, email: 0, kind: 'opened', day: 3 },
    ...run('up'),
    restore,
    email(0, 'b'),
    ...run('up'),
  ],
  deletedBeforeRestore: [lead(0, 'a'), ...run('down'), bookmark, gone(0), ...run('down'), restore],
  addedBeforeRestore: [lead(1, 'a'), ...run('down'), bookmark, lead(0, 'a'), ...run('down'), restore],
} satisfies Record<string, Schedule>;
