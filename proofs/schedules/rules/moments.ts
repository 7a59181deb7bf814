/** Which moment counts where reads, writes and questions overlap: an answer that comes late tells of an earlier one. */
import type { Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  ADA,
  createLead,
  editLead,
  editPerson,
  first,
  GRACE,
  LINUS,
  pull,
  push,
  pushUntil,
  resume,
  under,
  wait,
} from './steps';

const HOPPER = 1;
const askAll: Step = { do: 'ask above', deletions: 0, changes: 0 };
const sayYes: Step = { do: 'say yes' };
/** Beside a drain that has read and not merged. */
const drainUntilMerge: Step[] = [
  { do: 'receive webhooks', which: [0], again: false },
  { do: 'drain', calls: 3, then: 'sleep', fault: null },
];

export const DIRECTED = {
  /** A person is edited after a write that is told of much later, and a pull that has read the edit merges it only then. */
  settledLate: under([
    createLead(0),
    push,
    pull,
    editLead(first, GRACE),
    pushUntil(4, 'sleep'),
    editPerson(first, HOPPER, 'last_name'),
    wait(250),
    { do: 'pull', mode: 'delta', calls: 2, then: 'sleep', fault: null },
    resume,
    resume,
  ]),
  /** A pull asks about an edit while a push is at its lead, and the yes comes when the push is through. */
  askedBesideAPush: under([
    createLead(0),
    push,
    pull,
    editLead(first, GRACE),
    pushUntil(4, 'sleep'),
    askAll,
    editPerson(first, HOPPER, 'last_name'),
    pull,
    resume,
    wait(400),
    pull,
    sayYes,
  ]),
  /** A drain that has read an edit asks about it when a pull has asked about the next one already. */
  askedLate: under([
    createLead(0),
    push,
    pull,
    editPerson(first, GRACE),
    ...drainUntilMerge,
    editPerson(first, LINUS),
    wait(250),
    askAll,
    pull,
    resume,
    wait(400),
    pull,
    sayYes,
  ]),
  /** An edit is taken back before a drain that has read it merges it; the pull that reads this finds all as it was. */
  takenBack: under([
    createLead(0, ADA),
    push,
    pull,
    editPerson(first, GRACE),
    ...drainUntilMerge,
    editPerson(first, ADA),
    wait(250),
    pull,
    resume,
  ]),
} satisfies Record<string, Schedule>;

/** Turns off what a read that found nothing new is noted for: other rules stand behind it. */
export const FORGET_IDLE_READS = [
  {
    find: "        or s.read_at > v_read and (m.snapshot ->> 'twenty_updated_at')::timestamptz < s.remote_updated_at,\n",
    replace: ',\n',
  },
  {
    find: ' and not coalesce(s.read_at > v_read and i.updated_at < s.remote_updated_at, false)',
    replace: '',
  },
];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the bound passes what was not taken',
    rule: "The window's upper bound does not pass a later version that a stale snapshot of the window shows",
    sql: [
      { find: 'set window_until = least(c.window_until, p_not_taken)', replace: 'set window_until = c.window_until' },
    ],
    directed: DIRECTED.settledLate,
  },
  {
    name: 'who is being written to is asked about',
    rule: 'Nobody is asked about a person to whom a push is writing: what was read of them is stale when that is through',
    sql: [{ find: "'is_pushed', s.claim_token is not null", replace: "'is_pushed', false" }],
    directed: DIRECTED.askedBesideAPush,
  },
  {
    name: 'the last to ask is right',
    rule: 'Of two reads that a question is about, the one that began later and shows a later version stays',
    sql: [
      {
        find: '(excluded.read_started_at < n.read_started_at and excluded.version < n.version) is not true',
        replace: 'true',
      },
    ],
    directed: DIRECTED.askedLate,
  },
  {
    name: 'a read that told nothing new is forgotten',
    rule: 'A snapshot is stale beside a read that began later and showed a later version, even where that one changed nothing',
    sql: FORGET_IDLE_READS,
    directed: DIRECTED.takenBack,
  },
];
