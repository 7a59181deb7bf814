import type { Client } from 'pg';
import { connectDatabase } from '../setup/database';
import { isWaitedFor, person, useStore, type DoorAnswer, type Json } from './store';

describe('two calls at once with the same new e-mail', () => {
  const store = useStore();
  let first: Client;
  let second: Client;
  beforeAll(async () => {
    [first, second] = [await connectDatabase(), await connectDatabase()];
  });
  afterEach(async () => {
    for (const client of [first, second]) await client.query('rollback');
  });
  afterAll(async () => {
    for (const client of [first, second]) await client.end();
  });

  interface Call {
    source: string;
    leads: Json[];
  }
  const form = (...leads: Json[]): Call => ({ source: 'form', leads });
  const pull = (...leads: Json[]): Call => ({ source: 'twenty', leads });

  async function upsert(client: Client, { source, leads }: Call): Promise<DoorAnswer> {
    const { rows } = await client.query<{ answer: DoorAnswer }>('select public.upsert_leads($1, $2) as answer', [
      JSON.stringify(leads),
      source,
    ]);
    return rows[0].answer;
  }

  /** The first call's transaction is open until the second call waits for it. */
  async function both(one: Call, other: Call): Promise<DoorAnswer[]> {
    await first.query('begin');
    const before = await upsert(first, one);
    const after = upsert(second, other);
    await isWaitedFor(first);
    await first.query('commit');
    return [before, await after];
  }

  const leads = (): Promise<Json[]> => store.rows('select id from leads');

  test.each([
    ['unchanged', {}],
    ['updated', { city: 'Paris' }],
  ])('make one lead of a form that is sent twice; the second one is %s', async (result, more) => {
    const [before, after] = await both(
      form({ email: 'ada@example.com' }),
      form({ email: 'Bob@example.com' }, { email: ' ada@example.com\r', ...more }),
    );
    expect(before.results).toMatchObject([{ result: 'created' }]);
    expect(after.results).toMatchObject([{ result: 'created' }, { result, lead_id: before.results[0].lead_id }]);
    expect(await leads()).toHaveLength(2);
  });

  test('link a person to the lead that a form makes meanwhile', async () => {
    const [before, after] = await both(
      form({ email: 'ada@example.com', city: 'Paris' }),
      pull(person({ email: 'ada@example.com' })),
    );
    expect(after.results).toMatchObject([{ linked: true, lead_id: before.results[0].lead_id }]);
    expect(await leads()).toHaveLength(1);
  });

  test('give a form the lead of the person who is pulled meanwhile', async () => {
    const ada = person({ email: 'ada@example.com' });
    const [, after] = await both(pull(ada), form({ email: 'ada@example.com', city: 'Paris' }));
    expect(after.results).toMatchObject([{ result: 'updated', lead_id: ada.twenty_id }]);
    expect(await leads()).toHaveLength(1);
  });

  test('take few locks, and none for people whose leads are known', async () => {
    const locks = async (client: Client): Promise<number> => {
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::integer as count from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objsubid = 2 and mode = 'ExclusiveLock'`,
      );
      return rows[0].count;
    };
    const people = Array.from({ length: 1000 }, (_, i) => person({ email: `p${i}@example.com` }));
    await first.query('begin');
    await upsert(first, pull(...people));
    expect(await locks(first)).toBe(64);
    await first.query('commit');
    await first.query('begin');
    await upsert(first, pull(...people.map((p) => ({ ...p, city: 'Paris' }))));
    expect(await locks(first)).toBe(0);
  });
});
