import type { World } from './world';

/** What is wrong on the scripted day, and what must be told of it, by the clock. */
export interface Incident {
  name: string;
  /** What happens at which time, every other part of the sync being well. */
  events: Record<string, (world: World, state: { ids: string[] }) => Promise<void>>;
  /** Which part of the healthy sync stands still from when to when (not included). */
  stops?: { what: 'push' | 'pull' | 'monitor' | 'fails'; from: string; until: string };
  /** Told: `alert kind` by time. */
  told: Record<string, string[]>;
}

/** The times from one to another, five minutes apart, the end not included. */
function every(from: string, until: string): string[] {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const times: string[] = [];
  for (let at = minutes(from); at < minutes(until); at += 5) {
    times.push(`${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
  }
  return times;
}

const during = (from: string, until: string, event: (world: World) => Promise<void>): Incident['events'] =>
  Object.fromEntries(every(from, until).map((time) => [time, event]));

/** Leads that come at one time, have something done to them, and are well again at another. */
function leadsInTrouble(
  from: string,
  until: string,
  count: number,
  trouble: (world: World, ids: string[]) => Promise<void>,
): Incident['events'] {
  return {
    [from]: async (world, state) => {
      state.ids = await world.dueLeads(count);
      await trouble(world, state.ids);
    },
    [until]: (world, state) => world.settle(state.ids),
  };
}

const wait = async (): Promise<void> => {};

/** Background: 149 attempts in a window of an hour, both ends included (13 pushes, 4 or 5 pulls and a reconciliation with a row each, 130 leads); none fails. */
export const INCIDENTS: Incident[] = [
  {
    // 10 of 159 at 01:05, 20 of 169 at 01:10; told once that has lasted 5 minutes. An hour later they leave the window: 10 of 159 again at 02:30
    name: 'a third of all pushes is refused for half an hour',
    events: during('01:05', '01:35', (world) => world.pushes(10, 'validation: Invalid phone')),
    told: { '01:15': ['failure_rate raised'], '02:15': ['failure_rate reminder'], '02:40': ['failure_rate recovered'] },
  },
  {
    name: 'a few failures all the time, 14 of 163 in an hour at most',
    events: during('21:00', '21:35', (world) => world.pushes(2, 'conflict: somebody was faster')),
    told: {},
  },
  {
    name: 'the push workflow is switched off',
    stops: { what: 'push', from: '02:30', until: '03:20' },
    events: {},
    told: { '03:00': ['sync_stalled raised'], '03:20': ['sync_stalled recovered'] },
  },
  {
    name: 'the pull workflow is switched off for over an hour',
    stops: { what: 'pull', from: '03:30', until: '05:00' },
    events: {},
    told: { '03:55': ['sync_stalled raised'], '04:55': ['sync_stalled reminder'], '05:05': ['sync_stalled recovered'] },
  },
  {
    name: 'one pull is left out',
    stops: { what: 'pull', from: '05:15', until: '05:25' },
    events: {},
    told: {},
  },
  {
    name: 'one lead is refused again and again',
    events: leadsInTrouble('05:30', '05:50', 1, (world, ids) => world.refuse(ids, 6, false)),
    told: { '05:30': ['lead_errors raised'], '05:50': ['lead_errors recovered'] },
  },
  {
    name: 'forty leads are refused again and again',
    events: leadsInTrouble('06:00', '06:20', 40, (world, ids) => world.refuse(ids, 7, false)),
    told: { '06:00': ['lead_errors raised'], '06:20': ['lead_errors recovered'] },
  },
  {
    name: 'leads are refused five times, not more',
    events: leadsInTrouble('06:25', '06:50', 3, (world, ids) => world.refuse(ids, 5, false)),
    told: {},
  },
  {
    name: 'leads stay pending',
    events: leadsInTrouble('06:00', '07:20', 30, wait),
    told: { '07:05': ['pending_long raised'], '07:20': ['pending_long recovered'] },
  },
  {
    name: 'leads stay pending for just an hour',
    events: leadsInTrouble('07:25', '08:25', 30, wait),
    told: {},
  },
  {
    name: 'a push dies while it holds leads',
    events: leadsInTrouble('08:00', '08:40', 12, (world, ids) => world.claim(ids)),
    told: { '08:20': ['syncing_stuck raised'], '08:40': ['syncing_stuck recovered'] },
  },
  {
    name: 'a push dies and the next one takes its leads over',
    events: leadsInTrouble('08:45', '09:05', 12, (world, ids) => world.claim(ids)),
    told: {},
  },
  {
    name: 'two dead letters, replayed after more than an hour',
    events: leadsInTrouble('09:10', '10:15', 2, (world, ids) => world.refuse(ids, 8, true)),
    told: {
      '09:10': ['dead_letters raised', 'lead_errors raised'],
      '10:10': ['dead_letters reminder', 'lead_errors reminder'],
      '10:15': ['dead_letters recovered', 'lead_errors recovered'],
    },
  },
  {
    // more than 100 above the half hour before from 10:45 on, told after 15 minutes of that; drained at once at 11:30
    name: 'more leads become due than go out',
    events: {
      ...Object.fromEntries(
        every('10:30', '11:30').map((time) => [
          time,
          async (world: World, state: { ids: string[] }): Promise<void> => {
            state.ids = [...state.ids, ...(await world.dueLeads(30))];
          },
        ]),
      ),
      '11:30': (world, state) => world.settle(state.ids),
    },
    told: { '11:00': ['backlog_growing raised'], '11:40': ['backlog_growing recovered'] },
  },
  {
    name: 'an import of 2,000 leads that is pushed within ten minutes',
    events: leadsInTrouble('12:00', '12:10', 2000, wait),
    told: {},
  },
  {
    // 30 at once; told once that has lasted 5 minutes, over when they are older than an hour
    name: 'two systems write the same field',
    events: { '13:00': (world) => world.conflicts(30) },
    told: { '13:05': ['conflict_surge raised'], '14:10': ['conflict_surge recovered'] },
  },
  {
    name: 'the reconciliation finds what the sync had missed',
    events: { '14:30': (world) => world.run('bidirectional', { missing: 30, different: 12, duplicates: 5 }) },
    told: { '14:30': ['drift raised'], '15:00': ['drift recovered'] },
  },
  {
    name: 'the reconciliation meets the key of another workspace',
    events: {
      '15:30': (world) =>
        world.run('bidirectional', { orphaned: 900 }, '900 of 1000 linked leads have no person in Twenty.'),
    },
    told: { '15:30': ['drift raised'], '16:00': ['drift recovered'] },
  },
  {
    name: 'the monitor goes silent, and another workflow notices',
    stops: { what: 'monitor', from: '16:30', until: '17:00' },
    events: {},
    told: { '16:45': ['monitor_silent raised'], '17:00': ['monitor_silent recovered'] },
  },
  {
    // pushes, pulls and a reconciliation fail: 9 of 88 at 18:25, which is told 5 minutes later; 8 of 88 again at 19:10, told 10 minutes later
    name: 'Twenty is down for forty minutes',
    stops: { what: 'fails', from: '18:00', until: '18:40' },
    events: {},
    told: {
      '18:25': ['sync_stalled raised'],
      '18:30': ['failure_rate raised'],
      '18:50': ['sync_stalled recovered'],
      '19:20': ['failure_rate recovered'],
    },
  },
];
