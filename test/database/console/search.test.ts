import { randomUUID } from 'node:crypto';
import { longEmail, person, useStore, type Json } from '../store';

interface Found extends Json {
  leads: Array<Json & { id: string; name: string | null; email: string | null }>;
  has_next: boolean;
  position: string | null;
}

describe('looking for leads', () => {
  const store = useStore();
  const search = (args: Json): Promise<Found> => store.rpc<Found>('search_leads', args);
  const names = async (p_query: string, more: Json = {}): Promise<Array<string | null>> =>
    (await search({ p_query, ...more })).leads.map(({ name }) => name);

  /** All pages of a search. */
  async function allOf(args: Json): Promise<Found['leads']> {
    const leads: Found['leads'] = [];
    let page: Found | null = null;
    do {
      page = await search({ ...args, p_after: page?.position ?? null });
      leads.push(...page.leads);
    } while (page.has_next);
    return leads;
  }

  it('finds by the beginning of a first name, a last name, both in either order, in any letters', async () => {
    await store.addLead({ first_name: 'Ada', last_name: 'Lovelace', email: 'a@x.test' });
    await store.addLead({ first_name: 'Adam', last_name: 'Smith' });
    await store.addLead({ first_name: 'Grace', last_name: 'Adams' });
    await store.addLead({ last_name: 'Ádám' });
    await store.addLead({ first_name: 'Mary Ann', last_name: 'Evans' });

    expect(await names('ada')).toEqual(['Ada Lovelace', 'Adam Smith', 'Grace Adams']);
    expect(await names('LOVE')).toEqual(['Ada Lovelace']);
    expect(await names('  ada   love ')).toEqual(['Ada Lovelace']);
    expect(await names('lovelace ada')).toEqual(['Ada Lovelace']);
    expect(await names('evans ann')).toEqual(['Mary Ann Evans']);
    expect(await names('ádá')).toEqual(['Ádám']);
    expect(await names('smith ada ann')).toEqual([]);
  });

  it('finds by the beginning of an e-mail, a whole phone number however it is written, an ID of either side', async () => {
    const twenty_id = randomUUID();
    const id = await store.addLead({
      first_name: 'Ada',
      email: 'Ada.L@Example.com',
      phone: '+33 6 12 34 56 78',
      twenty_id,
    });
    await store.addLead({ first_name: 'Grace', email: 'grace@example.com', phone: '+33 6 12 34 56 79' });

    for (const p_query of ['ada.l', 'ada.l@example.com', '+33612345678', '0033 6 12-34-56-78', '33612345678']) {
      expect([p_query, await names(p_query)]).toEqual([p_query, ['Ada']]);
    }
    for (const p_query of [id, twenty_id, id.toUpperCase()]) expect(await names(p_query)).toEqual(['Ada']);
    expect(await names(randomUUID())).toEqual([]);
  });

  it('takes every character as it is', async () => {
    await store.addLead({ first_name: '100%', last_name: "O'Brien_\\" });
    await store.addLead({ first_name: '1000', last_name: 'Oxbrien' });

    expect(await names('100%')).toEqual(["100% O'Brien_\\"]);
    expect(await names("o'brien_\\")).toEqual(["100% O'Brien_\\"]);
    for (const text of ['%', '_', "'; drop table leads; --", '\\', '{}', '\u{10ffff}', '🦄']) {
      expect(Array.isArray(await names(text))).toBe(true);
    }
  });

  it('gives every lead once, page by page, whichever way it is found', async () => {
    for (const first_name of ['Sam', 'Sam', 'Sam', 'Samuel', 'Zoe']) {
      await store.addLead({ first_name, last_name: 'Samson', email: `sam${randomUUID()}@x.test` });
    }
    await store.addLead({ email: 'sam@x.test' });
    await store.addLead({ email: 'sam@x.test' });

    for (const p_limit of [1, 2, 3, 4, 6, 7, 8]) {
      const found = await allOf({ p_query: 'sam', p_limit });
      expect([p_limit, found.length, new Set(found.map(({ id }) => id)).size]).toEqual([p_limit, 7, 7]);
    }
  });

  it('lists what waits, is held, failed, has an open conflict, a field left out or a possible duplicate', async () => {
    const settled = await store.linked({ first_name: 'Settled', job_title: 'a' });
    const conflict = await store.linked({ first_name: 'Conflict', job_title: 'a' });
    await store.editLead(conflict.twenty_id, { job_title: 'b' });
    await store.pull([{ ...conflict, job_title: 'c' }]);
    await store.push([{ ...conflict, job_title: 'c' }]);
    const ids: Record<string, string> = {};
    for (const first_name of ['Waiting', 'Held', 'Failed', 'Left', 'One', 'Other'])
      ids[first_name] = await store.addLead({ first_name });
    await store.sql.query(
      `begin; set local lead_sync.engine = 'on';
       update public.leads set sync_status = 'error' where first_name in ('Held', 'Failed');
       update public.leads set sync_status = 'synced', left_out = '{"phone": "no"}' where first_name = 'Left';
       update public.leads set sync_status = 'synced' where first_name in ('One', 'Other');
       update lead_sync.lead_states set held_by = gen_random_uuid() where lead_id = '${ids.Held}';
       insert into lead_sync.duplicate_pairs (lead_a, lead_b, score, reasons)
       values (least('${ids.One}'::uuid, '${ids.Other}'), greatest('${ids.One}'::uuid, '${ids.Other}'), 0.9, '{"name": 0.9}');
       commit`,
    );

    const listed = async (p_filter: string, p_query: string | null = null) =>
      (await search({ p_filter, p_query })).leads.map(({ name }) => name).sort();
    expect(await listed('waiting')).toEqual(['Waiting']);
    expect(await listed('held')).toEqual(['Held']);
    expect(await listed('failed')).toEqual(['Failed']);
    expect(await listed('conflict')).toEqual(['Conflict']);
    expect(await listed('left_out')).toEqual(['Left']);
    expect(await listed('duplicates')).toEqual(['One', 'Other']);
    expect(await listed('duplicates', 'one')).toEqual(['One']);
    expect(await listed('duplicates', String(settled.email))).toEqual([]);
    expect((await search({ p_filter: 'conflict' })).leads).toMatchObject([{ conflicts: 1, held: false }]);
  });

  it('goes through more than a call looks at, with a query and without', async () => {
    await store.sql.query(
      `begin; set local session_replication_role = 'replica';
       insert into public.leads (first_name, email, sync_status)
       select 'Many', 'many' || i || '@x.test', case when i % 2 = 0 then 'pending' else 'synced' end from generate_series(1, 21000) as i;
       commit; analyze public.leads`,
    );

    for (const p_query of ['many', null]) {
      const found = await allOf({ p_query, p_filter: 'waiting', p_limit: 200 });
      expect([p_query, found.length, new Set(found.map(({ id }) => id)).size]).toEqual([p_query, 10500, 10500]);
    }
  });

  it('shows the newest where nothing is asked for', async () => {
    for (const first_name of ['Old', 'New']) await store.addLead({ first_name });

    expect(await names('', { p_limit: 1 })).toEqual(['New']);
    expect(await search({})).toMatchObject({ has_next: false, position: null });
  });

  it('takes leads with names and e-mails of any length, and shows them', async () => {
    await store.addLead({ first_name: 'x'.repeat(9_000), last_name: 'y'.repeat(9_000) });
    await store.pull([person({ first_name: 'Long', email: longEmail() })]);

    expect(await names('xxx')).toHaveLength(1);
    expect(await names(`${'x'.repeat(200)}`)).toHaveLength(1);
  });

  it.each([
    ['a query that is too long', { p_query: 'x'.repeat(201) }],
    ['a filter that there is not', { p_filter: 'x' }],
    ['a position of somewhere else', { p_query: 'a', p_after: 'x' }],
    ['a position without an ID', { p_query: 'a', p_after: `1 ${'-'.repeat(36)} x` }],
    ['a limit out of bounds', { p_limit: 201 }],
  ])('refuses %s', async (_case, args) => {
    await expect(search(args)).rejects.toMatchObject({ code: '22023' });
  });
});
