import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { pull } from '../../../../nodes/LeadSync/loops/pull';
import { reconcile as reconcileLoop } from '../../../../nodes/LeadSync/loops/reconcile';
import type { Ports } from '../../../../nodes/LeadSync/loops/ports';
import type { SyncReport } from '../../../../nodes/LeadSync/loops/run';
import { twentyPort } from '../../../../nodes/LeadSync/n8n-ports';
import { QUIET } from '../../../../proofs/quiet-control';
import { useStore, type Json } from '../../../database/store';
import { useWorkspace } from '../../Twenty/support/workspace';

const PAGE_SIZE = 5;
const CREATED_AT = '2025-01-01T00:00:00.000Z';
const minutesAfter = (minutes: number): string => new Date(Date.parse(CREATED_AT) + minutes * 60_000).toISOString();

describe('a reconciliation by ranges', () => {
  const store = useStore();
  const workspace = useWorkspace('prepared');
  let ids: string[];
  /** The same people in the order of their times. */
  let byTime: string[];
  let ports: Ports;

  const insert = (seeds: Json[]): string[] => workspace.double.store.insert('person', seeds as never);
  const destroy = (id: string): unknown => workspace.double.store.remove('person', id, 'destroy');

  /** As a client of Twenty's API can write it: with a time of its choice. */
  const edit = async (id: string, data: Json): Promise<void> => {
    const response = await fetch(`${workspace.double.url}/rest/people/${id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${workspace.double.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
    expect(response.status).toBe(200);
  };

  const reconcile = async (trigger: 'scheduled' | 'manual' = 'scheduled', reportOnly = false): Promise<SyncReport> => {
    const report = await reconcileLoop(ports, { trigger, reportOnly, pageSize: PAGE_SIZE });
    if (!('report' in report) && !report.started) throw new Error('It did not start.');
    return report as SyncReport;
  };

  /** As many people, changed one by one in the minutes after they were made, with leads, all compared by id once. */
  const equalSides = async (people: number): Promise<void> => {
    await store.reset();
    await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
    workspace.double.store.clear();
    byTime = insert(
      Array.from({ length: people }, (_, n) => ({
        id: randomUUID(),
        emails: { primaryEmail: `p${n}@example.com` },
        createdAt: CREATED_AT,
        updatedAt: minutesAfter(n + 1),
      })),
    );
    ids = [...byTime].sort();
    const client = workspace.client();
    ports = {
      twenty: (settings) => twentyPort(client, settings),
      store: { rpc: (name, args) => store.rpc(name, args) },
      control: QUIET,
    };
    await pull(ports, { mode: 'full', trigger: 'manual', policy: null, pageSize: 500 });
    expect((await reconcile('manual')).figures).toMatchObject({ compared: people, compared_all: 1, different: 0 });
  };

  test('takes two calls when nothing differs, however many people there are', async () => {
    await equalSides(100);

    const { figures } = await reconcile();

    expect(figures).toMatchObject({ twenty_calls: 2, ranges: 1, compared: 0, compared_in_ranges: 100 });
    expect(figures).toMatchObject({ compared_live: 100, missing: 0, orphaned: 0, different: 0 });
    expect(await store.rpc('get_sync_metrics')).toMatchObject({ drift: { total: 0, compared_live: 100 } });
  });

  test('halves its way to a person who was destroyed, in few calls', async () => {
    await equalSides(160);
    destroy(ids[77]);

    const { figures } = await reconcile();

    expect(figures).toMatchObject({ orphaned: 1, gone: 1, missing: 0, different: 0 });
    // 160 people are 32 pages: at most two summaries for each of five or six halvings, one page, one that changed, two reads of one person
    expect(figures.twenty_calls).toBeLessThanOrEqual(17);
    expect((await reconcile()).figures).toMatchObject({ twenty_calls: 2 });
  });

  test('reads those who changed since the last comparison by id: an edit, a new person and one in the bin', async () => {
    await equalSides(40);
    await edit(ids[3], { jobTitle: 'CTO' });
    workspace.double.store.remove('person', ids[30], 'delete');
    const [added] = insert([{ id: randomUUID(), emails: { primaryEmail: 'new@example.com' } }]);

    const { figures } = await reconcile();

    expect(figures).toMatchObject({ compared: 3, different: 2, missing: 1, ranges: 1, created: 1, updated: 2 });
    expect(await store.lead(ids[3])).toMatchObject({ job_title: 'CTO' });
    expect(await store.lead(added)).toMatchObject({ email: 'new@example.com' });
    expect((await store.lead(ids[30])).deleted_at).not.toBeNull();
  });

  test('reads everything when about as many ranges differ as there are pages', async () => {
    await equalSides(40);
    for (const id of ids.filter((_, n) => n % 4 === 0)) destroy(id);

    const { figures } = await reconcile();

    expect(figures).toMatchObject({ orphaned: 10, gone: 10 });
    // 8 pages: as many unequal summaries at most, each beside one of its other half
    expect(figures.ranges).toBeLessThanOrEqual(17);
  });

  test.each([
    ['by hand', (): Promise<unknown> => Promise.resolve(), 'manual'],
    [
      'a day after the last comparison of all ids',
      (): Promise<unknown> =>
        store.sql.query("update public.lead_sync_runs set started_at = started_at - interval '24 hours'"),
      'scheduled',
    ],
    [
      'where that is the setting',
      (): Promise<unknown> => store.sql.query("update lead_sync.settings set reconcile_all_every = '0 s'"),
      'scheduled',
    ],
    [
      'after values of a field were given other names',
      (): Promise<unknown> =>
        store.sql.query(
          `update lead_sync.field_mappings set translations = '{"website": "WEB"}' where lead_field = 'lead_source'`,
        ),
      'scheduled',
    ],
  ] as const)('%s, all ids are compared', async (_, before, trigger) => {
    await equalSides(12);
    await before();

    expect((await reconcile(trigger)).figures).toMatchObject({ compared: 12, compared_all: 1 });
  });

  test('finds whom a field that is back in Twenty has go out, and goes by ranges again', async () => {
    const lacking = (since: string): Promise<unknown> =>
      store.sql.query(`update lead_sync.field_mappings set missing_since = ${since} where lead_field = 'job_title'`);
    await equalSides(12);
    await edit(ids[3], { jobTitle: 'CTO' });
    await reconcile();
    await lacking('now()');
    await lacking('null');

    expect((await reconcile()).figures).toMatchObject({ compared_all: 1, queued: 1 });
    expect((await store.lead(ids[3])).sync_status).toBe('pending');
    expect((await reconcile()).figures).toMatchObject({ ranges: 1 });
  });

  test('over two pages of people all ids are compared, which costs no more', async () => {
    await equalSides(10);

    expect((await reconcile()).figures).toMatchObject({ compared: 10, twenty_calls: 2, compared_all: 1 });
  });

  test('what it does not look at stays known as the last comparison of all ids found it', async () => {
    await equalSides(12);
    await store.sql.query("update lead_sync.settings set reconcile_unsynced = 'report'");
    await store.sql.query(`
      begin; set local session_replication_role = 'replica';
      update public.leads set first_name = 'Augusta' where twenty_id = '${ids[0]}'; commit`);
    await reconcile('manual');

    expect((await reconcile()).figures).toMatchObject({ unsynced: 0, ranges: 1 });
    expect(await store.rpc('get_sync_metrics')).toMatchObject({ drift: { unsynced: 1, total: 1 } });
  });

  test('compares a summary once that comes twice, and reads the ids where Twenty counts nothing', async () => {
    await equalSides(12);
    const started = await store.rpc<{ run: Json; range: Json; read_started_at: string }>('start_sync_run', {
      p_direction: 'bidirectional',
      p_mode: 'reconcile',
      p_options: { page_size: PAGE_SIZE },
    });
    const p_run = started.run;
    const { range } = await store.rpc<{ range: Json }>('compare_lead_ids', {
      p_run,
      p_records: [],
      p_page: { after: null, position: null, has_next: false, range: started.range },
      p_read_started_at: started.read_started_at,
    });
    const send = (): Promise<Json> => store.rpc('compare_lead_ranges', { p_run, p_range: range, p_summary: {} });

    const first = await send();

    expect(first).toMatchObject({ next: 'compare', range: { after: null, through: null, changed_before: null } });
    expect(await send()).toMatchObject({ next: 'compare', range: first.range });
    await expect(store.rpc('compare_lead_ranges', { p_run, p_range: null, p_summary: {} })).rejects.toMatchObject({
      code: '22023',
    });
  });

  /** What may happen to one side unseen. Between what others of a range show, a time can hide; nothing else can. */
  const DIFFERENCES: Record<string, (id: string, place: number) => Promise<unknown>> = {
    destroyed: (id) => Promise.resolve(destroy(id)),
    binned: (id) => Promise.resolve(workspace.double.store.remove('person', id, 'delete')),
    edited: (id) => edit(id, { jobTitle: 'CTO' }),
    'set back far': (id, place) => edit(id, { jobTitle: 'CTO', updatedAt: minutesAfter(-60 - place) }),
    'set back': (id, place) => edit(id, { jobTitle: 'CTO', updatedAt: minutesAfter(place + 0.5) }),
    'lead lost': (id) =>
      store.sql.query(
        `begin; set local session_replication_role = 'replica'; delete from lead_sync.lead_states where lead_id = '${id}'; delete from public.leads where id = '${id}'; commit`,
      ),
    'person unseen': (_, place) =>
      Promise.resolve(insert([{ id: randomUUID(), createdAt: CREATED_AT, updatedAt: minutesAfter(place + 0.25) }])),
  };

  /** One side has too many, or the other: both in one range balance each other in its count. */
  const isOneSided = (kinds: string[]): boolean =>
    !kinds.includes('destroyed') || !kinds.some((kind) => ['lead lost', 'person unseen'].includes(kind));

  test('finds whatever its summaries can show', async () => {
    const difference = fc.record({ kind: fc.constantFrom(...Object.keys(DIFFERENCES)), place: fc.nat(39) });
    const differences = fc
      .uniqueArray(difference, { minLength: 1, maxLength: 6, selector: ({ place }) => place })
      .filter((some) => isOneSided(some.map(({ kind }) => kind)));
    const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`${expect.getState().currentTestName}: seed ${seed}\n`);
    await fc.assert(
      fc.asyncProperty(differences, async (given) => {
        await equalSides(40);
        for (const { kind, place } of given) await DIFFERENCES[kind](ids[place], place);

        await reconcile();
        const { figures } = await reconcile('manual', true);

        expect(figures).toMatchObject({ missing: 0, orphaned: 0 });
        expect(figures.different).toBeLessThanOrEqual(given.filter(({ kind }) => kind === 'set back').length);
      }),
      { seed, numRuns: 8 },
    );
  }, 300_000);

  test('an edit that was stamped in the past can hide between others: the comparison of all ids finds it', async () => {
    await equalSides(40);
    await DIFFERENCES['set back'](byTime[20], 25);

    expect((await reconcile()).figures).toMatchObject({ different: 0, twenty_calls: 2 });
    expect((await reconcile('manual')).figures).toMatchObject({ different: 1, updated: 1 });
  });

  test('a person lost on each side can balance in a summary: the comparison of all ids finds both', async () => {
    await equalSides(40);
    await DIFFERENCES['lead lost'](byTime[20], 20);
    destroy(byTime[21]);

    expect((await reconcile()).figures).toMatchObject({ missing: 0, orphaned: 0, twenty_calls: 2 });
    expect((await reconcile('manual')).figures).toMatchObject({ missing: 1, orphaned: 1 });
  });
});
