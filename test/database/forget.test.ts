import { createHmac, randomUUID } from 'node:crypto';
import { Activities } from './activities';
import { person, useStore, type DoorAnswer, type Json, type Snapshot } from './store';

interface Forgotten extends Json {
  found: boolean;
  lead_ids: string[];
  to_destroy: Array<{ object: string; record_id: string }>;
  hashes: number;
  erased: Record<string, number>;
}

const EMAIL = 'ada@example.com';
const HOME = 'ada.home@example.com';
/** Somebody else, whom the same entries name. */
const BOB = '0b0b0b0b-0000-4000-8000-000000000001';

describe('a person who asked to be forgotten', () => {
  const store = useStore();

  const forget = (lead: string): Promise<Forgotten> => store.rpc<Forgotten>('forget_lead', { p_lead: lead });
  const confirm = (...ids: unknown[]): Promise<Json> => store.rpc('confirm_forgotten', { p_record_ids: ids });
  const form = (values: Json): Promise<DoorAnswer> =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: [values], p_source: 'form' });

  /** A person with a trace in every table that knows leads. */
  async function known(): Promise<{ id: string; snapshot: Snapshot }> {
    const snapshot = person({ first_name: 'Ada', last_name: 'Lovelace', email: EMAIL, additional_emails: [HOME] });
    const { results } = await store.pull([snapshot]);
    const id = String(results[0].lead_id);
    const values = [id];
    await store.rows(
      `insert into public.lead_sync_conflicts (lead_id, field, winner, supabase_value, reason) values ($1, 'city', 'twenty', '"Paris"', 'x')`,
      values,
    );
    await store.rows(
      `insert into lead_sync.history_archive select h.* from public.lead_sync_history as h where h.lead_id = $1`,
      values,
    );
    await store.rows(
      `insert into lead_sync.follow_ups (task_id, lead_id, rule_key, done_at) values (gen_random_uuid(), $1, 'hot', now())`,
      values,
    );
    await store.rows(
      `insert into public.lead_touches (lead_id, source, external_id, kind, touched_at, raw) values ($1, 'form', 'ada@example.com', 'form', now(), '{"mail": "ada@example.com"}')`,
      values,
    );
    await store.rows(`insert into lead_sync.ai_answers (lead_id, facts, offered) values ($1, 'x', 'x')`, values);
    await store.rows(`insert into lead_sync.inbox (object, record_id) values ('person', $1)`, [snapshot.twenty_id]);
    await store.rows(
      `insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at, examples)
       select 'dead_letters', 'raised', 'warning', 't', 'm', 'a', now(), now(), jsonb_build_array(lead_sync.mask_lead(l) || ', refused', 'B. B. (b***@example.com), refused')
       from public.leads as l where l.id = $1`,
      values,
    );
    await store.rows(
      `insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, findings)
       values ('bidirectional', 'reconcile', 'manual', 'succeeded', now(), $1)`,
      [
        {
          orphaned: [{ lead_id: id, twenty_id: snapshot.twenty_id }],
          different: [{ twenty_id: snapshot.twenty_id, twenty_updated_at: '2026-01-02' }, { twenty_id: BOB }],
          duplicates: [{ lead_ids: [BOB, id], leads: 2 }],
        },
      ],
    );
    for (const subject of [
      { conflict_id: 7, lead_id: id, field: 'city' },
      { merge_id: 8, keep_id: BOB, drop_id: id },
      { lead_ids: [id, BOB] },
    ])
      await store.rpc('note_action', { p_action: 'decided', p_subject: subject });
    return { id, snapshot };
  }

  /** Every row of every table, as text. */
  async function everything(): Promise<string> {
    const tables = await store.rows<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables where schemaname in ('public', 'lead_sync')`,
    );
    const dumps: string[] = [];
    for (const { name } of tables) {
      const [{ text }] = await store.rows<{ text: string | null }>(
        `select string_agg(t::text, e'\\n') as text from ${name} as t`,
      );
      dumps.push(text ?? '');
    }
    return dumps.join('\n');
  }

  test.each([
    ['the id of the lead', (lead: { id: string }) => lead.id],
    ['an e-mail address in any spelling', () => ' ADA@example.com\u200b'],
    ['another address of theirs', () => HOME],
  ])('is gone from every table, given %s', async (_what, given) => {
    const { id, snapshot } = await known();

    const answer = await forget(given({ id }));

    expect(answer).toMatchObject({
      found: true,
      lead_ids: [id],
      erased: {
        leads: 1,
        history: 1,
        archive: 1,
        conflicts: 1,
        ai_answers: 1,
        follow_ups: 1,
        inbox: 1,
        notifications: 1,
      },
    });
    const ids = answer.to_destroy.map(({ record_id }) => record_id);
    expect(answer.to_destroy).toEqual([
      { object: 'person', record_id: snapshot.twenty_id },
      { object: 'task', record_id: expect.any(String) as string },
    ]);
    expect(await confirm(...ids)).toEqual({ confirmed: 2, left: 0 });
    const left = await everything();
    for (const trace of [id, snapshot.twenty_id, EMAIL, HOME, 'Lovelace', 'A. L. (']) expect(left).not.toContain(trace);
    expect(left).toContain('B. B. (');
    expect(await store.rows(`select findings from public.lead_sync_runs where mode = 'reconcile'`)).toEqual([
      { findings: { different: [{ twenty_id: BOB }] } },
    ]);
    expect(await store.rows(`select subject from lead_sync.audit_log where action = 'decided' order by id`)).toEqual([
      { subject: { conflict_id: 7, field: 'city' } },
      { subject: { merge_id: 8, keep_id: BOB } },
      { subject: {} },
    ]);
  });

  test('takes a lead along that had joined theirs', async () => {
    const { id } = await known();
    const other = await store.addLead({ email: 'old@example.com', deleted_at: new Date() });
    await store.rows('update lead_sync.lead_states set joined = $1 where lead_id = $2', [id, other]);

    expect((await forget(id)).erased.leads).toBe(2);
  });

  test('takes along whom they had joined, and who had joined one who joined them', async () => {
    const chain = [];
    for (const name of ['a', 'b', 'c']) chain.push(await store.addLead({ email: `${name}@example.com` }));
    for (const [index, id] of chain.slice(0, 2).entries()) {
      await store.rows('update lead_sync.lead_states set joined = $1 where lead_id = $2', [chain[index + 1], id]);
    }

    expect((await forget(chain[0])).erased.leads).toBe(3);
  });

  test.each([
    ['their Twenty id', (seen: Json) => ({ ...seen, email: 'new@example.com', additional_emails: [] })],
    ['their address', (seen: Json) => ({ ...seen, twenty_id: randomUUID(), additional_emails: [] })],
    [
      'another address of theirs',
      (seen: Json) => ({ ...seen, twenty_id: randomUUID(), email: ' Ada.Home@example.com' }),
    ],
    [
      'their address among the additional ones',
      (seen: Json) => ({ ...seen, twenty_id: randomUUID(), email: 'new@example.com', additional_emails: [HOME] }),
    ],
  ])('does not come back by a read that shows %s, and that is told', async (_what, shown) => {
    const { id, snapshot } = await known();
    await forget(id);

    const { counts, results } = await store.pull([shown(snapshot), person({ email: 'bob@example.com' })]);

    expect(counts).toMatchObject({ rejected: 1, created: 1 });
    expect(results[0].reason).toMatch(/^forgotten:/);
    expect(await store.rows('select email from public.leads')).toEqual([{ email: 'bob@example.com' }]);
  });

  test('is taken in again when they write anew, and is synced then', async () => {
    const { id } = await known();
    await forget(id);

    const { results } = await form({ email: EMAIL, first_name: 'Ada' });
    const again = await store.pull([person({ email: EMAIL, first_name: 'Ada' })]);

    expect(results[0]).toMatchObject({ result: 'created' });
    expect(again.results[0]).toMatchObject({ lead_id: results[0].lead_id, linked: true });
  });

  test('is taken in again with the person whom Twenty still has: nothing about them is erased or to be destroyed', async () => {
    const activities = new Activities(store);
    const { id, snapshot } = await known();
    await forget(id);
    const { results } = await form({ email: EMAIL });
    await store.pull([snapshot]);

    await activities.noteOn(snapshot.twenty_id);

    expect(await activities.list()).toMatchObject([{ lead_id: results[0].lead_id, title: 'Call' }]);
    expect((await forget('nobody@example.com')).to_destroy).toMatchObject([{ object: 'task' }]);
  });

  test('is named by every call until it is confirmed that Twenty has them no longer', async () => {
    const { id, snapshot } = await known();
    const { to_destroy } = await forget(id);

    expect((await forget(EMAIL)).to_destroy).toEqual(to_destroy);
    expect(await confirm(snapshot.twenty_id, randomUUID())).toEqual({ confirmed: 1, left: 1 });
    expect((await forget('nobody@example.com')).to_destroy).toMatchObject([{ object: 'task' }]);
  });

  test('is named by the id that a push was about to create', async () => {
    const id = await store.addLead({ email: EMAIL, first_name: 'Ada' });
    expect((await forget(EMAIL)).to_destroy).toEqual([]);
    const again = await store.addLead({ email: EMAIL, first_name: 'Ada' });
    await store.plan(await store.claim(), []);

    expect((await forget(EMAIL)).to_destroy).toEqual([{ object: 'person', record_id: again }]);
    expect(again).not.toBe(id);
  });

  test('is kept out by an address that no lead has', async () => {
    expect(await forget('nobody@example.com')).toMatchObject({ found: false, hashes: 1, erased: { leads: 0 } });

    expect((await store.pull([person({ email: 'Nobody@Example.com' })])).counts).toMatchObject({ rejected: 1 });
  });

  test('may be forgotten twice', async () => {
    const { id } = await known();
    await forget(id);

    expect(await forget(EMAIL)).toMatchObject({ found: false, erased: { leads: 0 } });
  });

  test('leaves others alone who are known already', async () => {
    const other = person({ email: 'bob@example.com' });
    await store.pull([other]);
    const { id } = await known();
    await forget(id);

    const { counts } = await store.pull([
      { ...other, additional_emails: [HOME], twenty_updated_at: new Date().toISOString() },
    ]);

    expect(counts).toMatchObject({ updated: 1, rejected: 0 });
  });

  test('leaves alone who has the address that was given as an additional one only', async () => {
    const bob = person({ email: 'bob@example.com', additional_emails: [EMAIL] });
    await store.pull([bob]);
    const { id, snapshot } = await known();

    const { lead_ids, to_destroy } = await forget(EMAIL);

    expect(lead_ids).toEqual([id]);
    expect(to_destroy.filter(({ object }) => object === 'person')).toEqual([
      { object: 'person', record_id: snapshot.twenty_id },
    ]);
    expect(await store.rows('select email from public.leads')).toEqual([{ email: 'bob@example.com' }]);
  });

  test('is found by another address that only a deleted lead has as its first one', async () => {
    const { id } = await known();
    const old = await store.addLead({ email: HOME, deleted_at: new Date() });

    expect((await forget(HOME)).lead_ids.sort()).toEqual([id, old].sort());
  });

  test('is hashed with the key: HMAC-SHA-256, which another key does not give', async () => {
    const hash = async (): Promise<unknown> => (await store.rows(`select lead_sync.keyed_hash('x') as hash`))[0].hash;
    const pad = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(64);
    await store.rows(
      `update lead_sync.forgetting_key set inner_pad = decode($1, 'hex'), outer_pad = decode($2, 'hex')`,
      [pad(0x61 ^ 0x36), pad(0x61 ^ 0x5c)],
    );

    expect(await hash()).toEqual(createHmac('sha256', 'a'.repeat(64)).update('x').digest());
  });

  test.each(['', 'ada', 'ada@', '%'])('cannot be named by %j', async (given) => {
    await expect(forget(given)).rejects.toMatchObject({ code: '22023' });
  });
});
