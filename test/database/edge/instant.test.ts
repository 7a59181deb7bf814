import { Client } from 'pg';
import { syncDown } from '../../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from './sides';

describe('a row that must go to the edge', () => {
  let sides: Sides;
  let listener: Client;
  let calls: number;

  beforeAll(async () => {
    sides = await Sides.open();
    listener = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await listener.connect();
    listener.on('notification', () => (calls += 1));
    await listener.query('listen lead_sync_edge_due');
  });
  beforeEach(async () => {
    await sides.store.rpc('enable_instant_push');
    await heard();
    calls = 0;
  });
  afterAll(async () => {
    await listener.end();
    await sides.store.rpc('disable_instant_push');
    await sides.close();
  });

  /** All calls made so far: a session gets its notifications before the answer to its next statement. */
  async function heard(): Promise<number> {
    await listener.query('select 1');
    return calls;
  }

  test('calls where instant pushes are on, once for a burst, and not otherwise', async () => {
    await sides.store.addLead({ first_name: 'Ada' });
    await sides.store.addLead({ first_name: 'Grace' });
    expect(await heard()).toBe(1);

    await sides.store.rpc('disable_instant_push');
    await sides.store.addLead({ first_name: 'Linus' });

    expect(await heard()).toBe(1);
  });

  test('calls for edits and deletions, and for a table that was emptied', async () => {
    const id = await sides.store.addLead({ first_name: 'Ada' });
    for (const change of [
      `update public.leads set job_title = 'CTO' where id = '${id}'`,
      `delete from public.leads where id = '${id}'`,
      'truncate public.campaigns cascade',
    ]) {
      await sides.store.sql.query("select setval('lead_sync.last_edge_call', 1)");
      const before = await heard();
      await sides.store.sql.query(change);
      expect([change, await heard()]).toEqual([change, before + 1]);
    }
  });

  test('is alone in that: neither a change of what the edge does not have nor the sync itself calls', async () => {
    await sides.store.addLead({ first_name: 'Ada' });
    await sides.store.sql.query("select setval('lead_sync.last_edge_call', 1)");
    await heard();
    calls = 0;

    await sides.store.sql.query("update public.leads set sync_error_message = 'no'");
    await sides.store.sql.query("begin; insert into public.leads (email) values ('eve@example.com'); rollback");
    await syncDown(sides.ports, ORDER);

    expect(await heard()).toBe(0);
  });
});
