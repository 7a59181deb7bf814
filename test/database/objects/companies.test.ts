import { failed, person, useStore, written, type Json, type Snapshot } from '../store';
import { deal, edited, ObjectRuns } from './opportunities';

/** A snapshot of a company as the Twenty node hands it over. */
const company = (values: Json = {}): Snapshot =>
  person({ name: 'Acme', domain: 'acme.com', linkedin_url: null, annual_revenue: null, ...values });

describe('companies as an object of their own', () => {
  const store = useStore();
  const companies = new ObjectRuns(store, 'company', 'public.lead_companies');

  test('one of Twenty comes in, with a revenue that is exact, and an edit here goes out as just that', async () => {
    const acme = company({ annual_revenue: { amount: '9007199254740993.5', currency: 'EUR' } });
    await companies.pull([acme]);
    expect(await companies.row(acme.twenty_id)).toMatchObject({
      name: 'Acme',
      domain: 'acme.com',
      annual_revenue: '9007199254740993.5',
      currency: 'EUR',
      sync_status: 'synced',
    });

    await companies.edit(acme.twenty_id, { name: 'Acme Ltd' });
    const { writes } = await companies.push([acme]);
    expect(writes).toMatchObject([{ op: 'update', values: { name: 'Acme Ltd' } }]);
    expect(Object.keys(writes[0].values)).toEqual(['name']);
  });

  test('one that is in both is one, by its domain however it was written, and what each knows is brought together', async () => {
    const id = await companies.add({
      domain: 'HTTPS://www.Acme.com/about',
      linkedin_url: 'https://linkedin.com/company/acme',
    });
    const acme = company({ domain: 'https://acme.com' });
    expect(await companies.pull([acme])).toMatchObject({ results: [{ lead_id: id, linked: true }] });

    expect(await companies.row(id)).toMatchObject({ twenty_id: acme.twenty_id, name: 'Acme', domain: 'acme.com' });
    const { writes } = await companies.push([acme]);
    expect(writes).toMatchObject([
      { op: 'update', twenty_id: acme.twenty_id, values: { linkedin_url: 'https://linkedin.com/company/acme' } },
    ]);
    expect(await store.rows('select from public.lead_companies')).toHaveLength(1);
  });

  test('one that comes with a whole address as its domain is settled, and an edit there is no conflict', async () => {
    const acme = company({ domain: 'https://www.acme.com' });
    await companies.pull([acme]);
    const settled = { base_local: expect.objectContaining({ domain: 'acme.com' }) as Json };
    expect(await store.state(acme.twenty_id)).toMatchObject(settled);
    const moved = edited(acme, { domain: 'https://acme.io' });
    expect(await companies.pull([moved])).toMatchObject({ counts: { updated: 1 } });
    expect(await companies.row(acme.twenty_id)).toMatchObject({ domain: 'acme.io', sync_status: 'synced' });

    await companies.edit(acme.twenty_id, { name: 'Acme Ltd' });
    const begun = await companies.beginPush([moved]);
    expect(begun.writes).toMatchObject([{ values: { name: 'Acme Ltd' } }]);
    const answered = new Date(Date.now() + 1000).toISOString();
    await companies.complete(begun, [
      { ...written(begun.writes[0], { domain: 'https://acme.io' }), twenty_updated_at: answered },
    ]);
    await companies.finish(begun.run);
    expect(await store.state(acme.twenty_id)).toMatchObject({ remote_updated_at: new Date(answered) });
  });

  test('of two rows with its domain the older one is it; one that is linked, deleted or of no domain is not', async () => {
    const [other] = [company({ name: 'Acme again' })];
    await companies.pull([other]);
    await companies.add({ domain: 'acme.com', deleted_at: '2026-01-01' });
    await companies.add({ name: 'Acme' });
    const older = await companies.add({ domain: 'acme.com', created_at: '2026-01-01' });
    await companies.add({ domain: 'acme.com', created_at: '2026-01-02' });

    const acme = company();
    expect(await companies.pull([acme, company({ domain: null, name: 'Nobody' })])).toMatchObject({
      results: [{ lead_id: older, linked: true }, { result: 'created' }],
    });
  });

  test('one that is made here goes out once, and comes back as itself', async () => {
    const id = await companies.add({ name: 'Zeta', domain: 'zeta.io', annual_revenue: 10, currency: 'USD' });
    const { writes } = await companies.push();
    expect(writes).toMatchObject([
      {
        op: 'create',
        twenty_id: id,
        values: { name: 'Zeta', domain: 'zeta.io', annual_revenue: { amount: '10', currency: 'USD' } },
      },
    ]);
    const back = company({
      twenty_id: id,
      name: 'Zeta',
      domain: 'zeta.io',
      annual_revenue: { amount: '10', currency: 'USD' },
    });
    expect(await companies.pull([edited(back, {})])).toMatchObject({ counts: { unchanged: 1 } });
  });

  test('one that is deleted in Twenty is deleted here, and leads keep the company that they name', async () => {
    const acme = company();
    await companies.pull([acme]);
    const lead = await store.addLead({ company_name: 'Acme', company_domain: 'acme.com' });
    await companies.pull([edited(acme, { twenty_deleted_at: new Date().toISOString() })]);

    expect((await companies.row(acme.twenty_id)).deleted_at).not.toBeNull();
    expect(await store.lead(lead)).toMatchObject({ company_name: 'Acme' });
  });

  describe('named by deals', () => {
    const deals = new ObjectRuns(store);

    test('one that is made here goes first: the deal waits for it, says so, and goes out with it', async () => {
      const acme = await companies.add({ name: 'Acme' });
      const id = await deals.add({ name: 'Fleet of pads', company_id: acme });
      await companies.finish(await companies.start('supabase_to_twenty'));

      expect((await deals.push()).writes).toEqual([]);
      expect(await deals.row(id)).toMatchObject({
        sync_status: 'pending',
        sync_error_message: `waits for company ${acme}, which is not in Twenty yet`,
        sync_error_count: 0,
      });
      expect((await deals.push()).claim.claimed).toBe(0);

      await companies.push();
      expect((await deals.push()).writes).toMatchObject([{ lead_id: id, op: 'create', values: { company_id: acme } }]);
      expect(await deals.row(id)).toMatchObject({ sync_status: 'synced', sync_error_message: null });
    });

    test('one that Twenty has already, known by its domain, is named by its ID there, and nobody calls that an edit', async () => {
      const id = await companies.add({ name: 'Acme', domain: 'acme.com' });
      await companies.finish(await companies.start('supabase_to_twenty'));
      const named = await deals.add({ name: 'Fleet of pads', company_id: id });
      expect((await deals.push()).writes).toEqual([]);
      const acme = company();
      await companies.pull([acme]);

      const { writes } = await deals.push();
      expect(writes).toMatchObject([{ lead_id: named, op: 'create', values: { company_id: acme.twenty_id } }]);
      const values = { amount: null, stage: null, close_date: null, company_id: acme.twenty_id };
      const back = edited(deal({ twenty_id: named, ...values }), {});
      expect(await deals.pull([back])).toMatchObject({ counts: { unchanged: 1 } });
      await deals.edit(named, { company_id: acme.twenty_id });

      expect((await deals.push([back])).claim.claimed).toBe(0);
      expect(await deals.row(named)).toMatchObject({ sync_status: 'synced', left_out: {} });
      expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
    });

    test.each([
      ['its ID in Twenty', (acme: Snapshot) => acme.twenty_id],
      ['that of its row', (_: Snapshot, id: string) => id],
    ])('one that was destroyed in Twenty and is made again is waited for, named by %s', async (_, nameOf) => {
      const id = await companies.add({ domain: 'acme.com' });
      const acme = company();
      await companies.pull([acme]);
      await companies.destroy(acme.twenty_id);
      await companies.edit(id, { deleted_at: null });
      const named = await deals.add({ name: 'Fleet of pads', company_id: nameOf(acme, id) });

      expect((await deals.push()).writes).toEqual([]);
      expect(await deals.row(named)).toMatchObject({
        sync_error_message: `waits for company ${id}, which is not in Twenty yet`,
      });
      await companies.push([{ twenty_id: acme.twenty_id, absent: true } as never]);

      expect((await deals.push()).writes).toMatchObject([{ lead_id: named, op: 'create' }]);
    });

    test('one that is refused for good is not waited for', async () => {
      await store.sql.query('update lead_sync.settings set max_attempts = 1');
      const acme = await companies.add({ name: 'Acme' });
      const begun = await companies.beginPush();
      await companies.complete(begun, [failed(begun.writes[0], 'validation', 'refused')]);
      await companies.finish(begun.run);
      const id = await deals.add({ name: 'Fleet of pads', company_id: acme });

      expect((await deals.push()).writes).toMatchObject([{ lead_id: id, op: 'create' }]);
    });
  });
});
