import { SCHEMA_VERSION } from '../../../../nodes/SupabaseLeads/schema-version';
import type { Control } from '../../../../nodes/runs/control';
import type { Ports, TwentyPort } from '../../../../nodes/LeadSync/loops/ports';

/** One call of a loop: to the database by its function's name, to Twenty by the port's method. */
export interface Call {
  name: string;
  args: Record<string, unknown>;
}

export interface FakePorts extends Ports {
  calls: Call[];
  log: string[];
  warnings: string[];
  /** Milliseconds that were slept, one by one. */
  sleeps: number[];
}

export interface FakeOptions {
  /** What each call is answered with; an Error rejects it. */
  answer: (call: Call, nth: number) => unknown;
  control?: Partial<Control>;
  /** Milliseconds that each call takes. */
  callMs?: number;
}

/** Ports without sides: a script answers, and the clock moves when something is called or slept. */
export function fakePorts({ answer, control, callMs = 0 }: FakeOptions): FakePorts {
  const calls: Call[] = [];
  const log: string[] = [];
  const warnings: string[] = [];
  const sleeps: number[] = [];
  let time = 0;
  const call = async (name: string, args: unknown): Promise<never> => {
    time += callMs;
    const made = { name, args: args as Record<string, unknown> };
    calls.push(made);
    const given = answer(made, calls.filter((one) => one.name === name).length);
    return (await (given instanceof Error ? Promise.reject(given) : Promise.resolve(given))) as never;
  };
  const twenty: TwentyPort = {
    callsPerMinute: () => 100,
    getChangedPage: (window) => call('getChangedPage', window),
    getIdsPage: (request) => call('getIdsPage', request),
    summariseRange: (range) => call('summariseRange', range),
    getOptions: (field) => call('getOptions', { field }),
    getFields: () => call('getFields', {}),
    getLeads: (asked) => call('getLeads', { asked }),
    pushLeads: (writes, options) => call('pushLeads', { writes, ...options }),
    mergePeople: (people) => call('mergePeople', people),
  };
  return {
    calls,
    log,
    warnings,
    sleeps,
    twenty: () => twenty,
    store: { rpc: call },
    control: {
      now: () => time,
      sleep: (milliseconds) => {
        time += milliseconds;
        sleeps.push(milliseconds);
        return Promise.resolve();
      },
      isCancelled: () => false,
      isHopeless: () => false,
      isTooLong: () => false,
      log: (message) => log.push(message),
      warn: (message) => warnings.push(message),
      tries: 3,
      pause: 2_000,
      maxDuration: null,
      ...control,
    },
  };
}

export const STARTED = {
  started: true,
  run: { id: 'r', token: 't' },
  window: { from: null, until: null },
  position: null,
  object: 'person',
  fields: [],
  settings: { default_country: 'US', strict: false },
  read_started_at: '2026-03-01T00:00:00Z',
  due: 0,
  schema_version: SCHEMA_VERSION,
};

/** The answer to the end of a run. */
export const finished = (again = false, figures: Record<string, number> = {}) => ({
  finished: true,
  again,
  run: {
    id: 'r',
    direction: 'd',
    mode: 'm',
    status: 'succeeded',
    started_at: 'a',
    finished_at: 'b',
    seconds: 1,
    figures,
  },
});
