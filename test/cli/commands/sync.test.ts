import { endedRun } from '../../../cli/commands/sync';
import type { SupabaseApi } from '../../../cli/supabase/api';
import type { Direction } from '../../../cli/supabase/runs';

/** Milliseconds after n8n was asked to sync; waiting moves it. */
let mockNow: number;
jest.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => {
    mockNow += ms;
    return Promise.resolve();
  },
}));

/** From when to when it is at work, in seconds after n8n was asked to sync. */
interface Run {
  direction: Direction;
  from: number;
  until: number;
  /** It stopped reporting. */
  isDead?: boolean;
}

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Supabase in which these runs begin and end. */
function supabaseWith(runs: Run[]): SupabaseApi {
  const begun = () =>
    runs
      .filter(({ from }) => from * 1000 <= mockNow)
      .map(({ direction, from, until, isDead = false }) => ({
        direction,
        mode: 'delta',
        object: 'person',
        status: until * 1000 > mockNow ? 'running' : 'succeeded',
        is_alive: !isDead,
        started_at: at(from),
      }));
  return {
    rpc: (name: string) =>
      Promise.resolve(
        name === 'get_console' ? { objects: [] } : { runs: begun().filter(({ status }) => status === 'running') },
      ),
    rows: (path: string) =>
      Promise.resolve(
        begun()
          .filter(({ started_at }) => !path.includes('started_at=gt.') || started_at > at(0))
          .reverse(),
      ),
  } as unknown as SupabaseApi;
}

const startSync = jest.fn<Promise<void>, []>();
const ended = (runs: Run[]) => endedRun(supabaseWith(runs), { startSync }, 'twenty_to_supabase', at(0));

beforeEach(() => {
  mockNow = 0;
  startSync.mockReset().mockResolvedValue();
  jest.spyOn(Date, 'now').mockImplementation(() => mockNow);
});
afterEach(() => jest.restoreAllMocks());

it('waits for a pull that was at work before, however long, and asks n8n again when it has ended', async () => {
  const runs: Run[] = [
    { direction: 'twenty_to_supabase', from: -10, until: 200 },
    { direction: 'supabase_to_twenty', from: 1, until: 2 },
  ];
  startSync.mockImplementation(() => {
    const from = mockNow / 1000 + 1;
    runs.push({ direction: 'twenty_to_supabase', from, until: from + 3 });
    return Promise.resolve();
  });

  const { started_at, status } = await ended(runs);

  expect([Date.parse(started_at) > 200_000, status]).toEqual([true, 'succeeded']);
  expect(startSync).toHaveBeenCalledTimes(1);
});

it.each<[string, Run[]]>([
  ['n8n makes none', []],
  ['one has died', [{ direction: 'twenty_to_supabase', from: -10, until: Infinity, isDead: true }]],
])('waits a minute for a run where %s', async (_case, runs) => {
  await expect(ended(runs)).rejects.toThrow('n8n was asked to sync, and made no run.');
  expect(mockNow).toBeLessThan(62_000);
  expect(startSync).not.toHaveBeenCalled();
});
