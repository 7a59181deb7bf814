import fc from 'fast-check';

/** Leads, e-mails and events of a schedule; few, so that their fates cross. */
const LEADS = 5;
const EMAILS = 3;
const EVENTS = 6;
const WORKERS = 3;

export type Flow = 'down' | 'up' | 'check' | 'rebuild';

/** What befalls a call: nothing; its answer is lost; it does not get there; D1 answers after the worker has given up. */
export type Fault = 'none' | 'lost' | 'unreachable';

export const KINDS = ['sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'failed'] as const;

/** One thing that happens. Users write on both sides; workers are started, make one call, or die where they stand. */
export type Step =
  | { do: 'write lead'; lead: number; name: string }
  | { do: 'write lead unseen'; lead: number; name: string }
  | { do: 'delete lead'; lead: number; softly: boolean }
  | { do: 'begin writing'; lead: number; name: string }
  | { do: 'end writing'; commits: boolean }
  | { do: 'write e-mail'; email: number; subject: string }
  | { do: 'write event'; event: number; email: number; kind: (typeof KINDS)[number]; day: number }
  | { do: 'edit replica'; lead: number; name: string }
  | { do: 'start'; worker: number; flow: Flow }
  | { do: 'call'; worker: number; fault: Fault; times: number }
  | { do: 'ask for rebuild' }
  | { do: 'die'; worker: number }
  | { do: 'leases end' }
  | { do: 'repeat'; call: number }
  | { do: 'bookmark' }
  | { do: 'restore D1' };

const below = (count: number): fc.Arbitrary<number> => fc.nat({ max: count - 1 });
const text = fc.constantFrom('a', 'b', 'c', 'ü', '"\\', '9007199254740993');
const flow = fc.constantFrom<Flow>('down', 'down', 'down', 'up', 'up', 'check', 'rebuild');
const fault = fc.constantFrom<Fault>('none', 'none', 'none', 'none', 'lost', 'unreachable');

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write lead' as const), lead: below(LEADS), name: text }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('write lead unseen' as const), lead: below(LEADS), name: text }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('delete lead' as const), lead: below(LEADS), softly: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('begin writing' as const), lead: below(LEADS), name: text }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end writing' as const), commits: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('write e-mail' as const), email: below(EMAILS), subject: text }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write event' as const),
      event: below(EVENTS),
      email: below(EMAILS),
      kind: fc.constantFrom(...KINDS),
      day: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit replica' as const), lead: below(LEADS), name: text }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('start' as const), worker: below(WORKERS), flow }) },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      worker: below(WORKERS),
      fault,
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'ask for rebuild' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), worker: below(WORKERS) }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'leases end' }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('repeat' as const), call: below(12) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'bookmark' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'restore D1' }) },
);

/** Generated schedules: what users, workers and faults do, in one order. */
export const schedules = fc.array(step, { minLength: 5, maxLength: 60 });

export type Schedule = readonly Step[];
