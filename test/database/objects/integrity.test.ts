import { useStore, type Json } from '../store';
import { ObjectRuns, aUuid, deal } from './opportunities';

interface Line extends Json {
  check: string;
  ok: boolean;
  message: string;
  object?: string;
}

interface Report extends Json {
  ok: boolean;
  fixed: number;
  checks: Line[];
}

describe('the integrity check of other objects than leads', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);
  const companies = new ObjectRuns(store, 'company', 'public.lead_companies');

  const check = (p_fix = false): Promise<Report> => store.rpc('check_sync_integrity', { p_fix });
  const bad = ({ checks }: Report): Line[] => checks.filter(({ ok }) => !ok);
  const asEngine = (sql: string, values: unknown[] = []): Promise<void> =>
    store.sql
      .query("select set_config('lead_sync.engine', 'on', false)")
      .then(() => store.sql.query(sql, values))
      .then(() => store.sql.query("select set_config('lead_sync.engine', '', false)"))
      .then(() => undefined);

  test('says nothing of an object that is not synced, and of one that is a line for each check', async () => {
    await deals.add({ name: 'Unsynced' });
    expect((await check()).checks.filter(({ object }) => object !== undefined)).toEqual([]);

    await deals.linked();
    const report = await check();
    expect(report).toMatchObject({ ok: true });
    expect(report.checks.filter(({ object }) => object === 'opportunity').map((line) => line.check)).toEqual([
      'backlog',
      'stale_claims',
      'stateless',
      'impossible',
      'orphaned',
    ]);
  });

  test('finds deals in an impossible state or without one, names them, and queues them for a fresh compare', async () => {
    const [queued, lost, stateless] = [await deals.linked(), await deals.linked(), await deals.linked()];
    await asEngine('update lead_sync.lead_states set due_at = now() where lead_id = $1', [queued.twenty_id]);
    await asEngine("update public.opportunities set sync_status = 'pending' where id = $1", [lost.twenty_id]);
    await asEngine('delete from lead_sync.lead_states where lead_id = $1', [stateless.twenty_id]);

    expect(bad(await check())).toMatchObject([
      {
        check: 'stateless',
        object: 'opportunity',
        message: '1 opportunity row has no sync state.',
        examples: [stateless.twenty_id],
      },
      {
        check: 'impossible',
        object: 'opportunity',
        message: '2 opportunity rows have a status that contradicts the queue.',
      },
    ]);
    expect(await check(true)).toMatchObject({ ok: false, fixed: 3 });
    expect(await check()).toMatchObject({ ok: true });
    expect((await deals.push([queued, lost, stateless])).writes).toEqual([]);
    expect(await deals.row(stateless.twenty_id)).toMatchObject({ sync_status: 'synced' });
  });

  test('tells what waits and what a dead push holds by object: of deals it is not said of leads', async () => {
    for (let nth = 0; nth < 101; nth += 1) await deals.add({ name: `Deal ${nth}` });
    await deals.finish(await deals.start('supabase_to_twenty'));
    await store.sql.query("update lead_sync.lead_states set due_since = now() - interval '2 hours'");
    expect(bad(await check())).toMatchObject([
      { check: 'backlog', object: 'opportunity', message: '101 opportunity rows have been due for over an hour.' },
    ]);
  });

  test('a reconciliation of deals says how many records there are of deals, and nothing of people', async () => {
    await store.pull(
      Array.from({ length: 60 }, (_, nth) => ({ ...deal(), name: undefined, email: `p${nth}@example.com` })),
    );
    const snapshot = await deals.linked();
    const run = await deals.start('bidirectional', 'reconcile');
    await deals.finish(run);
    await store.sql.query(
      `update public.lead_sync_runs set figures = '{"compared": 70, "compared_live": 70, "orphaned": 1}' where id = $1`,
      [run.run.id],
    );

    const report = await check();

    expect(bad(report)).toMatchObject([
      {
        check: 'twenty_count',
        object: 'opportunity',
        message: '1 opportunity rows are linked to Twenty, which has 70 records.',
      },
      { check: 'orphaned', object: 'opportunity', found: 1 },
    ]);
    expect(report.checks.filter((line) => line.check === 'twenty_count' && line.object === undefined)).toEqual([]);
    expect(await store.rpc('get_sync_metrics', {})).toMatchObject({ drift: null });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ sync_status: 'synced' });
  });

  test('companies that share a domain, which Twenty keeps unique, are told', async () => {
    await companies.pull([deal({ domain: 'acme.com', name: 'Acme' })]);
    await companies.add({ name: 'Acme again', domain: 'acme.com', id: aUuid() });
    expect(bad(await check())).toMatchObject([
      {
        check: 'duplicates',
        object: 'company',
        message: '1 values of domain belong to more than one company row: merge them by hand.',
      },
    ]);
  });
});
