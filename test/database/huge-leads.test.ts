import { person, Store, type Claim, type DoorAnswer, type Json } from './store';

const MEGABYTES = 10;
const LIMIT = 262_144;

/** A text that does not compress. */
const noise = (bytes: number): string =>
  Array.from({ length: Math.ceil(bytes / 32) }, () => crypto.randomUUID().replaceAll('-', ''))
    .join('')
    .slice(0, bytes);

describe('huge leads', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.open();
  });
  beforeEach(() => store.reset());
  afterAll(() => store.close());

  const send = (leads: Json[], source = 'form') =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: source });

  /** Writes a lead past all checks and triggers, as a bulk load might, and queues it. */
  async function loadPastChecks(values: Json): Promise<string> {
    await store.sql.query(`set session_replication_role = 'replica'`);
    const id = await store.addLead(values);
    await store.sql.query(
      "insert into lead_sync.lead_states (lead_id, due_at, due_since) values ($1, now() - interval '1 hour', now())",
      [id],
    );
    await store.sql.query(`set session_replication_role = 'origin'`);
    return id;
  }

  test('are refused by intake with their size, what is so long, the limit and what to do; the others land', async () => {
    const { results, counts } = await send([
      { email: 'ada@example.com' },
      { email: 'huge@example.com', attributes: { note: noise(LIMIT) } },
      { email: 'grace@example.com' },
    ]);
    expect(counts).toMatchObject({ created: 2, rejected: 1 });
    expect(results.find(({ index }) => index === 1)?.reason).toMatch(
      /it has 262\d{3} bytes, most of them in attributes; at most 262144 are taken: shorten it, or raise max_lead_bytes/,
    );
  });

  test('are refused as snapshots, at twice the size since these bring the record along', async () => {
    const { counts } = await store.pull([
      person({ job_title: noise(LIMIT), twenty_record: { jobTitle: noise(LIMIT - 2_000) } }),
      person({ job_title: noise(LIMIT), twenty_record: { jobTitle: noise(LIMIT) } }),
    ]);
    expect(counts).toMatchObject({ created: 1, rejected: 1 });
  });

  test.each(['first_name', 'attributes'])('cannot be inserted by a site: %s', async (column) => {
    await store.sql.query(`
      grant insert on public.leads to anon;
      create policy form on public.leads for insert to anon with check (true);
      set role anon`);
    try {
      const text = 'a'.repeat(MEGABYTES * 1_000_000); // as small on disk as such a text can be
      const value = column === 'attributes' ? { note: text } : text;
      await expect(
        store.sql.query(`insert into public.leads (email, ${column}) values ('ada@example.com', $1)`, [value]),
      ).rejects.toMatchObject({
        code: '54000',
        message: expect.stringMatching(
          new RegExp(`^Lead [0-9a-f-]{36} has 1000\\d{4} bytes, most of them in ${column}; at most 262144 are taken`),
        ),
      });
    } finally {
      await store.sql.query('reset role; drop policy form on public.leads; revoke insert on public.leads from anon');
    }
  });

  test('that are there already can be edited and shortened, but not grow much further', async () => {
    const id = await loadPastChecks({ email: 'ada@example.com', attributes: { note: noise(500_000) } });
    await store.editLead(id, { sync_status: 'pending' });
    await store.editLead(id, { job_title: 'CTO' });
    await store.editLead(id, { attributes: { note: noise(400_000) } });
    await expect(store.editLead(id, { attributes: { note: noise(450_000) } })).rejects.toMatchObject({ code: '54000' });
    await store.editLead(id, { attributes: { note: noise(200_000) } });
    await expect(store.editLead(id, { attributes: { note: noise(270_000) } })).rejects.toMatchObject({ code: '54000' });
    expect(await store.lead(id)).toMatchObject({ job_title: 'CTO' });
  });

  test('are taken as far as the settings say', async () => {
    await store.sql.query('update lead_sync.settings set max_lead_bytes = 600000');
    await store.addLead({ email: 'ada@example.com', attributes: { note: noise(500_000) } });
    expect((await send([{ email: 'grace@example.com', attributes: { note: noise(500_000) } }])).counts).toMatchObject({
      created: 1,
    });
  });

  test('a claim ends before the lead with which it would have too many bytes, and has one at least', async () => {
    await store.sql.query('update lead_sync.settings set max_claim_bytes = 100000');
    const sizes = [30_000, 30_000, 30_000, 30_000, 200_000, 30_000];
    for (const [index, size] of sizes.entries()) {
      await store.addLead({ email: `p${index}@example.com`, attributes: { note: noise(size) } });
    }
    const claims: number[] = [];
    for (let claim = await store.claim(); claim.claimed > 0; claim = await store.claim()) claims.push(claim.claimed);
    expect(claims).toEqual([3, 1, 1, 1]);
  });

  test('a plan answers no more bytes than a claim may have; what is left over is due at once', async () => {
    for (let index = 0; index < 5; index += 1) await store.addLead({ email: `p${index}@example.com` });
    const ids = (await store.rows<{ id: string }>('select id from public.leads')).map(({ id }) => id);
    const people = ids.map((id, index) =>
      person({ twenty_id: id, email: `p${index}@example.com`, twenty_record: { intro: noise(40_000) } }),
    );
    await store.pull(people);
    await store.sql.query(`update public.leads set job_title = 'CTO'`);
    await store.sql.query('update lead_sync.settings set max_claim_bytes = 100000');
    const planned: number[] = [];
    const written = new Set<string>();
    for (let batch = 0; batch < 4; batch += 1) {
      const claim: Claim = await store.claim();
      const { writes } = await store.plan(claim, people);
      writes.forEach(({ lead_id }) => written.add(lead_id));
      planned.push(writes.length);
    }
    expect({ planned, leads: written.size }).toEqual({ planned: [2, 2, 1, 0], leads: 5 });
  });
});
