import { person, useStore, written, type Json } from './store';

describe('leads that an older version left synced though unequal', () => {
  const store = useStore();

  /** A synced lead whose person has another company's name, as 0.1.0 left it when the domain was that of a known company. */
  async function unequal(): Promise<Json & { twenty_id: string }> {
    const ada = person({ email: 'ada@example.com', company_name: 'Acme', company_domain: 'https://buero.example' });
    await store.pull([ada]);
    await store.sql.query(
      `update lead_sync.lead_states set base_remote = base_remote || '{"company_name": "Büro GmbH"}' where lead_id = $1`,
      [ada.twenty_id],
    );
    return { ...ada, company_name: 'Büro GmbH' };
  }
  const listed = (): Promise<Json[]> => store.rows('select * from lead_sync.unequal_leads()');

  test('are listed with the fields; spellings, left-out fields and one-way fields are none', async () => {
    const ada = await unequal();
    const grace = person({ email: 'grace@example.com', phone: '+1 415 555 2671', company_domain: 'acme.com' });
    await store.pull([grace]);
    await store.editLead(grace.twenty_id, { phone: '(415) 555-2671', company_domain: 'https://www.acme.com/' });
    const claim = await store.claim();
    const { writes } = await store.plan(claim, [grace]);
    await store.complete(claim, [written(writes[0], { phone: grace.phone, company_domain: grace.company_domain })]);
    const eve = person({ email: 'eve@example.com', city: 'Paris' });
    await store.pull([eve]);
    await store.sql.query(`update public.leads set left_out = '{"city": "no"}' where id = $1`, [eve.twenty_id]);
    await store.sql.query(
      `update lead_sync.lead_states set base_remote = base_remote || '{"city": "Rome", "lead_score": 3}' where lead_id = $1`,
      [eve.twenty_id],
    );

    expect(await listed()).toEqual([{ lead_id: ada.twenty_id, fields: ['company_name'] }]);
  });

  test('are compared anew when reopened: both sides are equal then, and what lost is a conflict', async () => {
    const ada = await unequal();

    expect(await store.rows('select lead_sync.reopen_unequal() as leads')).toEqual([{ leads: 1 }]);

    const claim = await store.claim();
    const { writes } = await store.plan(claim, [ada]);
    for (const write of writes) await store.complete(claim, [written(write)]);
    const { company_name: here, sync_status } = await store.lead(ada.twenty_id);
    expect(sync_status).toBe('synced');
    expect(here).toBe(writes[0]?.values.company_name ?? 'Büro GmbH');
    expect(await listed()).toEqual([]);
    expect(await store.rows('select field, supabase_value, twenty_value from public.lead_sync_conflicts')).toEqual([
      { field: 'company_name', supabase_value: 'Acme', twenty_value: 'Büro GmbH' },
    ]);
  });

  test('are left alone where there are none', async () => {
    await store.pull([person({ email: 'ada@example.com' })]);

    expect(await store.rows('select lead_sync.reopen_unequal() as leads')).toEqual([{ leads: 0 }]);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });
});
