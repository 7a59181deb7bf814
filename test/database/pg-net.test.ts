import { useStore } from './store';

interface Enabled {
  enabled: boolean;
  calls: string;
  secret: string | null;
  hint: string | null;
}

const URL = 'https://n8n.example.com/webhook/lead-sync-push';

const store = useStore();
beforeEach(() => store.rpc('disable_instant_push'));

const enable = (args = {}): Promise<Enabled> => store.rpc<Enabled>('enable_instant_push', args);

describe('with the extension pg_net', () => {
  // the extension's function as Supabase has it; the test's one keeps what it was asked for
  beforeEach(() =>
    store.sql.query(`
      create schema net;
      create table net.asked (url text, body jsonb, headers jsonb, timeout_milliseconds integer);
      create function net.http_post(
        url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
      ) returns bigint language plpgsql as $$
      begin
        if url like '%broken%' then raise exception 'no queue'; end if;
        insert into net.asked values (url, body, headers, timeout_milliseconds);
        return 1;
      end $$;
      grant usage on schema net to postgres;
      grant insert on net.asked to postgres`),
  );
  afterEach(() => store.sql.query('drop schema net cascade'));

  test('posts to the address with the secret that it made', async () => {
    const { secret, calls: how, hint } = await enable({ p_url: URL });
    expect({ how, hint }).toEqual({ how: 'notify and pg_net', hint: null });
    expect(secret).toMatch(/^[0-9a-f]{64}$/);

    await store.addLead({ email: 'ada@example.com' });

    expect(await store.rows('select * from net.asked')).toEqual([
      {
        url: URL,
        body: { event: 'leads.due' },
        headers: { 'Content-Type': 'application/json', 'X-Lead-Sync-Secret': secret },
        timeout_milliseconds: 5000,
      },
    ]);
  });

  test('posts that leads arrived to an address of its own, once a transaction, where somebody takes leads', async () => {
    const { secret } = await enable({ p_arrivals_url: `${URL}-arrivals` });
    const arrive = (...ids: string[]): Promise<unknown> =>
      store.rpc('upsert_leads', {
        p_leads: ids.map((id) => ({ email: `${id}@example.com`, touch: { external_id: id } })),
        p_source: 'form',
      });
    await arrive('before');
    await store.sql.query(`insert into public.sales_reps (member_id, name) values (gen_random_uuid(), 'Ann')`);

    await arrive('ada', 'grace');
    await store.sql.query(`select setval('lead_sync.last_arrivals_call', 1)`);
    await arrive('ada');

    expect(await store.rows(`select url, body, headers ->> 'X-Lead-Sync-Secret' as secret from net.asked`)).toEqual([
      { url: `${URL}-arrivals`, body: { event: 'leads.arrived' }, secret },
    ]);
  });

  test('keeps the addresses that it has where another is added, and lets go of them where none is named', async () => {
    const { secret } = await enable({ p_url: URL });
    expect(await enable({ p_edge_url: `${URL}-edge` })).toMatchObject({ secret: null });
    expect(await enable({ p_arrivals_url: `${URL}-arrivals` })).toMatchObject({ secret: null });
    expect(await store.rows('select url, edge_url, arrivals_url, secret from lead_sync.instant_push')).toEqual([
      { url: URL, edge_url: `${URL}-edge`, arrivals_url: `${URL}-arrivals`, secret },
    ]);

    await enable();
    expect(await store.rows('select url, edge_url, arrivals_url from lead_sync.instant_push')).toEqual([
      { url: null, edge_url: null, arrivals_url: null },
    ]);
  });

  test('posts what goes to the edge to an address of its own, with the same secret', async () => {
    const { secret } = await enable({ p_url: URL, p_edge_url: `${URL}-edge` });
    await store.sql.query('select public.enable_edge(\'{"tables": ["prospects"]}\')');

    await store.addLead({ email: 'ada@example.com' });
    await store.sql.query('select public.disable_edge()');

    expect(
      await store.rows("select url, body, headers ->> 'X-Lead-Sync-Secret' as secret from net.asked order by url"),
    ).toEqual([
      { url: URL, body: { event: 'leads.due' }, secret },
      { url: `${URL}-edge`, body: { event: 'rows.due' }, secret },
    ]);
  });

  test('keeps the secret when the address changes, and takes the one that is given', async () => {
    const { secret } = await enable({ p_url: URL });
    expect(await enable({ p_url: `${URL}2` })).toMatchObject({ secret: null });
    const stored = (): Promise<unknown> => store.rows('select url, secret from lead_sync.instant_push');
    expect(await stored()).toEqual([{ url: `${URL}2`, secret }]);

    expect(await enable({ p_url: URL, p_secret: 'a secret of my own' })).toMatchObject({ secret: null });
    expect(await stored()).toEqual([{ url: URL, secret: 'a secret of my own' }]);
    await enable();
    expect(await stored()).toEqual([{ url: null, secret: null }]);
  });

  test('a call that cannot be made does not fail the writer', async () => {
    await enable({ p_url: 'https://broken.example.com/' });

    await store.addLead({ email: 'ada@example.com' });

    expect(await store.rows('select email from public.leads')).toEqual([{ email: 'ada@example.com' }]);
  });
});

test.each([
  [{ p_url: 'n8n.example.com' }, 'not an address'],
  [{ p_url: URL, p_secret: 'short' }, 'shorter than 16'],
  [{ p_secret: 'a secret of my own' }, 'needs an address'],
])('refuses %j', async (args, message) => {
  await expect(enable(args)).rejects.toThrow(message);
});
