import { OwnerDatabase } from '../../setup/owner-database';

describe('the edge replica, turned on by an owner who is no superuser', () => {
  let database: OwnerDatabase;
  const one = async (sql: string): Promise<unknown> =>
    Object.values((await database.sql.query<Record<string, unknown>>(sql)).rows[0])[0];

  beforeAll(async () => {
    database = await OwnerDatabase.create('edge_owner_test');
  });
  afterAll(() => database.drop());

  test('adopts tables that are there, survives the schema being applied again, and leaves nothing behind', async () => {
    await database.sql.query(
      'create table public.campaigns (id uuid primary key default gen_random_uuid(), name text, budget numeric); grant select on public.campaigns to service_role',
    );
    const before = await database.inventory();
    await database.applySchema();

    expect(await one('select public.enable_outreach()')).toEqual({
      made: ['mailboxes', 'emails', 'email_events'],
      adopted: [
        { table: 'campaigns', columns: ['name'], left_out: ['status', 'subject', 'settings', 'starts_at', 'ends_at'] },
      ],
    });
    expect(await one('select public.enable_edge()')).toEqual({
      enabled: ['campaigns', 'email_events', 'emails', 'mailboxes', 'prospects', 'segments'],
      skipped: [],
    });
    await database.sql.query("insert into public.campaigns (name) values ('Spring')");
    await database.applySchema();
    expect(await one('select count(*)::integer from lead_sync.edge_rows')).toBe(1);
    expect(await one("select public.get_edge_status() ->> 'enabled'")).toBe('true');

    await database.apply('uninstall.sql');

    expect(await database.inventory()).toEqual(before);
    expect(await one("select count(*)::integer from pg_trigger where tgname like 'edge%'")).toBe(0);
    expect(await one('select name from public.campaigns')).toBe('Spring');
  });
});
