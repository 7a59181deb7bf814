import { checkSides, syncDown } from '../../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from './sides';

describe('the replica of a Supabase that was restored', () => {
  let sides: Sides;
  const down = () => syncDown(sides.ports, ORDER);
  const names = async () => (await sides.prospects()).map(({ first_name: name }) => name);

  beforeAll(async () => {
    sides = await Sides.open();
    await sides.store.addLead({ first_name: 'Ada' });
    await down();
  });
  afterAll(() => sides.close());
  afterEach(async () => {
    await sides.store.sql.query("delete from public.leads where first_name <> 'Ada'");
    await down();
  });

  /** A lead that was deleted a thousand versions ago, and is there again as it was before. */
  async function restoreBob(): Promise<void> {
    const { sql } = sides.store;
    await sides.store.addLead({ first_name: 'Bob' });
    await down();
    await sql.query("create temporary table backup as select * from public.leads where first_name = 'Bob'");
    const [{ version }] = await sides.store.rows("select nextval('lead_sync.edge_versions') as version");
    await sql.query("select setval('lead_sync.edge_versions', $1::bigint + 1000)", [version]);
    await sql.query("delete from public.leads where first_name = 'Bob'");
    await down();
    await sql.query("set session_replication_role = 'replica'");
    await sql.query('insert into public.leads select * from backup');
    await sql.query('delete from lead_sync.edge_rows where key in (select id::text from backup)');
    await sql.query('update lead_sync.edge_states set acknowledged = $1', [version]);
    await sql.query("select setval('lead_sync.edge_versions', $1)", [version]);
    await sql.query('reset session_replication_role; drop table backup');
  }

  test('has the leads again whose deletion D1 remembers', async () => {
    await restoreBob();
    expect(await names()).toEqual(['Ada']);

    await checkSides(sides.ports, { ...ORDER, full: true });
    await down();

    expect(await names()).toEqual(['Ada', 'Bob']);
  });

  test('has them, too, when it was built before it was checked', async () => {
    await restoreBob();

    await syncDown(sides.ports, { ...ORDER, mode: 'rebuild', table: 'prospects' });
    await checkSides(sides.ports, ORDER);
    await down();

    expect(await names()).toEqual(['Ada', 'Bob']);
  });

  test('goes on behind versions that D1 has from before Supabase was restored', async () => {
    await sides.d1.batch([{ sql: "update prospects set edge_version = 1000000, first_name = 'Old', edge_digest = 1" }]);

    await checkSides(sides.ports, { ...ORDER, full: true });
    await down();

    expect(await names()).toEqual(['Ada']);
    expect(Number((await sides.prospects())[0].edge_version)).toBeGreaterThan(1_000_000);
  });

  test('is built anew by a Supabase that was made anew, and counts from the beginning', async () => {
    await sides.store.sql.query("select lead_sync.begin_edge_rebuild('prospects')");
    await down();
    await sides.store.sql.query("select setval('lead_sync.edge_versions', 1)");
    await sides.store.sql.query("select lead_sync.begin_edge_rebuild('prospects')");

    await expect(down()).resolves.toMatchObject({ status: 'succeeded' });

    expect(await names()).toEqual(['Ada']);
    await sides.store.addLead({ first_name: 'Bob' });
    await down();
    expect((await names()).sort()).toEqual(['Ada', 'Bob']);
  });

  test('forgets deletions after 30 days', async () => {
    await sides.store.addLead({ first_name: 'Bob' });
    await down();
    await sides.d1.batch([
      {
        sql: `insert into edge_deleted select 'prospects', value, 1, unixepoch() - value * 86400 from json_each('["29", "31"]')`,
      },
    ]);
    await sides.store.sql.query("delete from public.leads where first_name = 'Bob'");

    await down();

    expect(await sides.d1.rows("select key from edge_deleted where key in ('29', '31')")).toEqual([{ key: '29' }]);
  });
});
