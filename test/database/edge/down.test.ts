import { checkSides, syncDown } from '../../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from './sides';

describe('the replica of leads in D1', () => {
  let sides: Sides;
  const down = (order = {}) => syncDown(sides.ports, { ...ORDER, ...order });
  const names = async () => (await sides.prospects()).map(({ first_name: name }) => name);

  beforeAll(async () => {
    sides = await Sides.open();
    await sides.store.addLead({
      first_name: 'Ada',
      email: 'ada@example.com',
      lead_score: 87.5,
      attributes: '{"n": 9007199254740993}',
    });
  });
  afterAll(() => sides.close());
  afterEach(async () => {
    sides.faults.splice(0);
    await sides.store.sql.query("delete from public.leads where first_name <> 'Ada'");
    await down();
  });

  test('is filled by the first run', async () => {
    const report = await down();

    expect(report).toMatchObject({ started: true, mode: 'rebuild', status: 'succeeded', more_due: false });
    expect(await sides.prospects()).toMatchObject([
      { first_name: 'Ada', email: 'ada@example.com', lead_score: 87.5, attributes: '{"n": 9007199254740993}' },
    ]);
  });

  test('costs no call of D1 while nothing is due', async () => {
    sides.calls = 0;

    await expect(down()).resolves.toMatchObject({ started: false, reason: 'Nothing is due', active_run: null });

    expect(sides.calls).toBe(0);
  });

  test('has what was added, changed and deleted after the next run', async () => {
    const bob = await sides.store.addLead({ first_name: 'Bob' });
    const cy = await sides.store.addLead({ first_name: 'Cy' });
    await down();
    await sides.store.editLead(bob, { first_name: 'Bert' });
    await sides.store.sql.query('delete from public.leads where id = $1', [cy]);
    await sides.store.addLead({ first_name: 'Dan' });

    await expect(down()).resolves.toMatchObject({ status: 'succeeded', figures: { rows: 3, refused: 0 } });

    expect(await names()).toEqual(['Ada', 'Bert', 'Dan']);
  });

  test('leaves out what is deleted in Twenty until it is restored', async () => {
    const bob = await sides.store.addLead({ first_name: 'Bob', deleted_at: '2026-01-01' });
    await down();
    expect(await names()).toEqual(['Ada']);

    await sides.store.editLead(bob, { deleted_at: null });
    await down();

    expect(await names()).toEqual(['Ada', 'Bob']);
  });

  test('does not move for what the sync itself notes of a lead', async () => {
    await sides.store.sql.query("update public.leads set sync_status = 'synced', last_synced_at = now()");

    await expect(down()).resolves.toMatchObject({ started: false, reason: 'Nothing is due' });
  });

  test('is the same after an answer that was lost, and after a call that did not get there', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    sides.faults.push('lost', 'unreachable');

    await expect(down()).resolves.toMatchObject({ status: 'succeeded', figures: { calls: 3, rows: 1 } });

    expect(await names()).toEqual(['Ada', 'Bob']);
  });

  test('is not written by batches that come late', async () => {
    const bob = await sides.store.addLead({ first_name: 'Bob' });
    const run = await start('down');
    const late = await sides.store.rpc<Page>('get_edge_changes', { p_request: { run } });
    await sides.store.rpc('finish_edge_run', { p_request: { run, status: 'stopped' } });
    await sides.store.editLead(bob, { first_name: 'Bert' });
    await down();
    await sides.d1.batch(late.upserts.sql.map((sql) => ({ sql, params: [`[${late.upserts.rows.join(',')}]`] })));
    expect(await names()).toEqual(['Ada', 'Bert']);

    await sides.store.sql.query('delete from public.leads where id = $1', [bob]);
    await down();
    await sides.d1.batch(late.upserts.sql.map((sql) => ({ sql, params: [`[${late.upserts.rows.join(',')}]`] })));

    expect(await names()).toEqual(['Ada']);
  });

  test('keeps a change that was made while its page was under way', async () => {
    const bob = await sides.store.addLead({ first_name: 'Bob' });
    const run = await start('down');
    const page = await sides.store.rpc<Page>('get_edge_changes', { p_request: { run } });
    await sides.store.editLead(bob, { first_name: 'Bert' });

    const acknowledge = { table: 'prospects', applied: page.versions, refused: [], before: [] };
    const next = await sides.store.rpc<Page>('get_edge_changes', { p_request: { run, acknowledge } });

    expect(next.upserts.rows.join()).toContain('Bert');
    await sides.store.rpc('finish_edge_run', { p_request: { run } });
  });

  test('one run at a time: a second one does not start', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    const run = await start('down');

    await expect(down()).resolves.toMatchObject({ started: false, active_run: { id: run.id } });

    await sides.store.rpc('finish_edge_run', { p_request: { run } });
  });

  test('a rebuild that is asked for while a run is active is made by the next one', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    const run = await start('down');

    await expect(down({ mode: 'rebuild', table: 'prospects' })).resolves.toMatchObject({ started: false });
    await sides.store.rpc('finish_edge_run', { p_request: { run } });

    await expect(down()).resolves.toMatchObject({ mode: 'rebuild', status: 'succeeded' });
  });

  test('a rebuild that is asked for in the middle of a run loses nothing', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    const { ports } = sides;
    let isAsked = false;
    const batch: typeof ports.d1.batch = async (statements) => {
      const results = await sides.ports.d1.batch(statements);
      if (!isAsked) {
        isAsked = true;
        await down({ mode: 'rebuild', table: 'prospects' });
        await sides.store.addLead({ first_name: 'Cy' });
      }
      return results;
    };

    await syncDown({ ...ports, d1: { batch } }, ORDER);
    await down();

    expect(await names()).toEqual(['Ada', 'Bob', 'Cy']);
  });

  test('refuses the calls of a run whose lease was taken over', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    const run = await start('down');
    await sides.store.sql.query(
      "update lead_sync.edge_runs set lease_until = now() - interval '1 second' where id = $1",
      [run.id],
    );
    await down();

    await expect(sides.store.rpc('get_edge_changes', { p_request: { run } })).rejects.toMatchObject({ code: 'PT409' });
    await expect(sides.store.rpc('finish_edge_run', { p_request: { run } })).resolves.toMatchObject({
      finished: false,
    });
  });

  test('is built anew beside the old one, which readers see until the swap', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    await down();
    const seen = new Set<string>();
    const { ports } = sides;
    const watching = {
      ...ports,
      d1: {
        batch: async (statements: Parameters<typeof ports.d1.batch>[0]) => {
          const results = await ports.d1.batch(statements);
          seen.add((await names()).join());
          return results;
        },
      },
    };

    const report = await syncDown(watching, { ...ORDER, mode: 'rebuild', table: 'prospects' });

    expect(report).toMatchObject({ mode: 'rebuild', status: 'succeeded', figures: { filled: 2 } });
    expect([...seen]).toEqual(['Ada,Bob']);
    expect(await sides.d1.rows("select name from sqlite_master where name like '%next%'")).toEqual([]);
  });

  test('comes to its swap once, also when the answer to it was lost', async () => {
    // create, fill, swap
    sides.faults.push(null, null, 'lost');

    await expect(down({ mode: 'rebuild', table: 'prospects' })).resolves.toMatchObject({ status: 'succeeded' });

    expect(await names()).toEqual(['Ada']);
  });

  test('names the view of D1 that keeps it from its swap, fills nothing again for it, and is swapped once that is gone', async () => {
    await sides.d1.batch([{ sql: 'create view hot as select * from prospects where lead_score > 80' }]);

    const told = 'The view hot in D1 reads the table prospects, which cannot be replaced under it: drop it';
    await expect(down({ mode: 'rebuild', table: 'prospects' })).rejects.toThrow(told);
    await expect(down()).rejects.toThrow(told);
    expect(
      await sides.store.rows(
        "select sum((figures ->> 'filled')::integer)::integer as filled from (select figures from lead_sync.edge_runs order by started_at desc limit 2) as r",
      ),
    ).toEqual([{ filled: 1 }]);

    await sides.d1.batch([{ sql: 'drop view hot' }]);
    await expect(down()).resolves.toMatchObject({ mode: 'rebuild', status: 'succeeded' });
    expect(await names()).toEqual(['Ada']);
  });

  test('is built when D1 has lost it', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    await sides.d1.batch([{ sql: 'drop table prospects' }, { sql: 'drop table edge_state' }]);

    await expect(down()).resolves.toMatchObject({ status: 'succeeded' });

    expect(await names()).toEqual(['Ada', 'Bob']);
  });

  test('is as it was yesterday after D1 was restored, until a check has found it', async () => {
    const bob = await sides.store.addLead({ first_name: 'Bob' });
    const cy = await sides.store.addLead({ first_name: 'Cy' });
    await down();
    const yesterday = await sides.d1.bookmark();
    await sides.store.editLead(bob, { first_name: 'Bert' });
    await sides.store.sql.query('delete from public.leads where id = $1', [cy]);
    await sides.store.addLead({ first_name: 'Dan' });
    await down();
    await sides.d1.restore(yesterday);
    expect(await names()).toEqual(['Ada', 'Bob', 'Cy']);

    await expect(checkSides(sides.ports, ORDER)).resolves.toMatchObject([
      { figures: { missing: 1, stale: 1, extra: 1, repaired: 3 } },
      {},
    ]);
    await down();

    expect(await names()).toEqual(['Ada', 'Bert', 'Dan']);
  });

  test('shows in a check what somebody else wrote to it, and gets it back', async () => {
    await checkSides(sides.ports, { ...ORDER, full: true });
    await sides.d1.batch([{ sql: "update prospects set first_name = 'Eve' where first_name = 'Ada'" }]);
    await sides.d1.batch([{ sql: "insert into prospects (id, first_name, edge_version) values ('0', 'Mallory', 5)" }]);

    const [checked] = await checkSides(sides.ports, { ...ORDER, full: true });

    expect(checked).toMatchObject({ figures: { different: 1, extra: 1, repaired: 2, rows_here: 1, rows_there: 2 } });
    await down();
    expect(await names()).toEqual(['Ada']);
  });

  test('is only reported on where a check may not repair', async () => {
    await sides.d1.batch([{ sql: "update prospects set first_name = 'Eve' where first_name = 'Ada'" }]);

    const [checked] = await checkSides(sides.ports, { ...ORDER, full: true, reportOnly: true });

    expect(checked).toMatchObject({ figures: { different: 1, repaired: 0 } });
    expect(await names()).toEqual(['Eve']);
    await checkSides(sides.ports, { ...ORDER, full: true });
  });

  test('is empty after its source was truncated', async () => {
    await sides.store.sql.query('begin');
    await sides.store.sql.query('create temporary table kept as select * from public.leads');
    await sides.store.sql.query('truncate public.leads cascade');
    await sides.store.sql.query('commit');
    await down();
    expect(await names()).toEqual([]);

    await sides.store.sql.query('insert into public.leads select * from kept');
    await down();

    expect(await names()).toEqual(['Ada']);
  });

  async function start(direction: string): Promise<{ id: string; token: string }> {
    return (
      await sides.store.rpc<{ run: { id: string; token: string } }>('start_edge_run', { p_request: { direction } })
    ).run;
  }
});

interface Page {
  upserts: { sql: string[]; rows: string[] };
  versions: Array<[string, number]>;
}
