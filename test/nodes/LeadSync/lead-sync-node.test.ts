import { randomUUID } from 'node:crypto';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTwentyApi } from '../../../credentials/LeadSyncTwentyApi.credentials';
import { LeadSync } from '../../../nodes/LeadSync/LeadSync.node';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { startTwentyDouble } from '../../../stand-ins/twenty';
import { executeFunctions, type ExecuteFunctionsOptions } from '../../setup/execute-functions';
import { startPostgrest, type Answer, type PostgrestServer } from '../SupabaseLeads/postgrest-server';

let server: PostgrestServer;
let answer: () => Answer;

beforeAll(async () => {
  server = await startPostgrest(() => answer());
});
beforeEach(() => {
  server.calls.length = 0;
  answer = () => ({ json: { started: false, reason: 'Another run is active', active_run: {} } });
});
afterAll(() => server.close());

/** Runs the node where no run can be started. */
async function runNode(options: ExecuteFunctionsOptions = {}) {
  const twenty = { url: 'http://twenty.test', apiKey: 'key', callsPerMinute: 100 };
  const { context, hints } = executeFunctions({
    credentials: {
      leadSyncTwentyApi: { type: new LeadSyncTwentyApi(), data: twenty },
      leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host: server.url, serviceKey: 'key' } },
    },
    ...options,
    parameters: { operation: 'push', maxDuration: 4, output: 'summary', options: {}, ...options.parameters },
  });
  const [items] = await new LeadSync().execute.call(context);
  return { items, hints: hints.map(({ message }) => message) };
}

test('another run is active: an item says so, and nothing is wrong', async () => {
  const { items } = await runNode({ items: [{}, {}] });

  expect(items).toEqual(
    [0, 1].map((item) => ({
      json: { started: false, reason: 'Another run is active', active_run: {} },
      pairedItem: { item },
    })),
  );
});

test('with Changed Leads a hint says so', async () => {
  const { items, hints } = await runNode({
    mode: 'trigger',
    parameters: { output: 'changedLeads', maxLeads: 10 },
  });

  expect(items).toEqual([]);
  expect(hints).toEqual(['Another run is active']);
});

test.each([
  ['trigger', 'scheduled'],
  ['webhook', 'webhook'],
  ['manual', 'manual'],
  ['integrated', 'manual'],
] as const)('a run of an execution started by %s is on record as %s', async (mode, trigger) => {
  await runNode({ mode });

  expect(server.calls[0]).toMatchObject({ name: 'start_sync_run', args: { p_trigger: trigger } });
});

describe.each(['pull', 'push', 'drain', 'reconcile'])('%s', (operation) => {
  test.each([
    [undefined, null],
    [{ __rl: true, mode: 'list', value: '', cachedResultName: 'Leads' }, null],
    [{ __rl: true, mode: 'name', value: 'opportunity' }, 'opportunity'],
  ])('is of the object that the panel names, and of leads where it names none: %j', async (object, asked) => {
    await runNode({ parameters: { operation, object } });

    expect(server.calls[0]).toMatchObject({ name: 'start_sync_run', args: { p_options: { object: asked } } });
  });
});

test('a preview is of the object that the panel names', async () => {
  answer = () => ({ status: 400, json: { message: 'No such object' } });

  const object = { __rl: true, mode: 'name', value: 'opportunity' };
  await expect(runNode({ parameters: { operation: 'preview', object } })).rejects.toThrow();

  expect(server.calls[0]).toMatchObject({ name: 'preview_sync', args: { p_options: { object: 'opportunity' } } });
});

describe.each([
  ['pullActivities', { read: 'named', kinds: ['note'] }],
  ['assign', {}],
])('%s, where all processes share one limit,', (operation, parameters) => {
  const GIVEN = { granted: true, wait_ms: 0, ahead: 0, paced: false, pressed: false, belief: 0, learned: null };
  const STATE = { object: 'person', texts: 'none', cursors: {}, read_started_at: '2026-01-01T00:00:00Z' };
  const NAMED = { hints: [{ object: 'note', record_id: randomUUID(), hints: 1 }], remaining: 0, stored: 0, gone: 0 };
  const OPEN = { assignments: [], has_next: false, open_tasks: [{ lead_id: randomUUID(), task_id: randomUUID() }] };

  /** The turns that were asked for. */
  async function turns(mode: 'trigger' | 'webhook' | 'manual', share_calls: boolean): Promise<unknown[]> {
    const twenty = await startTwentyDouble();
    answer = () => ({ json: { ...STATE, ...NAMED, ...OPEN, ...GIVEN, responses: 0, share_calls } });
    const data = { url: twenty.url, apiKey: twenty.apiKey, callsPerMinute: 100 };
    await runNode({
      mode,
      parameters: { operation, ...parameters },
      credentials: {
        leadSyncTwentyApi: { type: new LeadSyncTwentyApi(), data },
        leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host: server.url, serviceKey: 'key' } },
      },
    });
    await twenty.close();
    return server.calls.filter(({ name }) => name === 'take_call').map(({ args }) => args.p_reserve);
  }

  test.each([
    ['manual', 0],
    ['webhook', 0],
    ['trigger', 10],
  ] as const)('started by %s, leaves %i calls to others', async (mode, reserve) => {
    expect(await turns(mode, true)).toContain(reserve);
  });

  test('asks for no turn where they do not', async () => {
    expect(await turns('trigger', false)).toEqual([]);
  });
});

test('the list of objects begins with leads', async () => {
  const twenty = await startTwentyDouble();
  const data = { url: twenty.url, apiKey: twenty.apiKey, callsPerMinute: 100 };
  const { context } = executeFunctions({ credentials: { leadSyncTwentyApi: { type: new LeadSyncTwentyApi(), data } } });
  const panel = context as unknown as ILoadOptionsFunctions;
  const { searchSyncedObjects } = new LeadSync().methods.listSearch;

  const all = await searchSyncedObjects.call(panel);
  const found = await searchSyncedObjects.call(panel, 'opport');
  await twenty.close();

  expect(all.results.slice(0, 2)).toEqual([
    { name: 'Leads', value: '' },
    { name: 'Company', value: 'company' },
  ]);
  expect(found.results).toEqual([{ name: 'Opportunity', value: 'opportunity' }]);
});

describe('a setting of the workflow that an import has dropped', () => {
  const kept = /keeps every successful execution/;

  test('is named when the workflow is run by hand', async () => {
    expect((await runNode()).hints).toEqual([expect.stringMatching(kept)]);
    expect((await runNode({ workflowSettings: { saveDataSuccessExecution: 'none' } })).hints).toEqual([]);
  });

  test('is not named in production', async () => {
    expect((await runNode({ mode: 'trigger' })).hints).toEqual([]);
  });

  test.each([
    [4, 200, true],
    [0, 200, true],
    [4, 300, false],
    [4, -1, false],
  ])(
    'a Max Duration of %i minutes with a timeout of %i seconds: told %p',
    async (maxDuration, executionTimeout, isTold) => {
      const { hints } = await runNode({
        parameters: { maxDuration },
        workflowSettings: { saveDataSuccessExecution: 'none', executionTimeout },
      });

      expect(hints.some((hint) => /Set Max Duration below that/.test(hint))).toBe(isTold);
    },
  );
});

test('an operation that does not exist is refused before anything is called', async () => {
  await expect(runNode({ parameters: { operation: 'juggle' } })).rejects.toThrow('"juggle" does not exist');

  expect(server.calls).toEqual([]);
});
