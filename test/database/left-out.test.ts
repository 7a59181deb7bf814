import { randomUUID } from 'node:crypto';
import { person, useStore, written, type Json } from './store';

const REASON = 'phone "call me" is not a phone number';

describe('a field that is left out', () => {
  const store = useStore();

  const conflicts = () =>
    store.rows('select field, winner, supabase_value, twenty_value from public.lead_sync_conflicts order by id');

  /** Pushes a lead whose phone cannot be sent; Twenty has the values then. */
  async function pushWithout(snapshots: Json[], returned: Json): Promise<Json> {
    const { claim, writes } = await store.beginPush(snapshots);
    const { results } = await store.complete(claim, [{ ...written(writes[0], returned), left_out: { phone: REASON } }]);
    return results[0];
  }

  const lead = (): Promise<string> => store.addLead({ first_name: 'Ada', email: 'ada@example.com', phone: 'call me' });

  test('is listed with its reason: the lead is synced and not tried again for it', async () => {
    const id = await lead();

    const result = await pushWithout([], { phone: null });

    expect(result).toMatchObject({ sync_status: 'synced', left_out: { phone: REASON } });
    expect(await store.lead(id)).toMatchObject({
      phone: 'call me',
      sync_status: 'synced',
      left_out: { phone: REASON },
    });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
    const again = await store.pull([
      person({ twenty_id: id, first_name: 'Ada', email: 'ada@example.com', phone: null }),
    ]);
    expect(again.counts).toMatchObject({ unchanged: 1 });
    expect(await store.rpc('get_dashboard')).toMatchObject({
      left_out: [{ lead_id: id, lead_name: 'Ada', fields: { phone: REASON } }],
    });
  });

  test.each(['31/12/2026', '2026-02-30T10:00:00Z'])('is the time %j, which nobody can read', async (time) => {
    await store.sql.query(
      "insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind) values ('person', 'attributes.callback_at', 'callbackAt', 'time')",
    );
    const id = await store.addLead({ email: 'ada@example.com', attributes: { callback_at: time } });
    const { claim, writes } = await store.beginPush();
    const left_out = { 'attributes.callback_at': `${time} is not a time` };

    const { results } = await store.complete(claim, [
      { ...written(writes[0], { attributes: { callback_at: null } }), left_out },
    ]);
    expect(results[0]).toMatchObject({ sync_status: 'synced', left_out });

    const there = { callback_at: '2026-12-31T09:00:00.000Z' };
    const { counts } = await store.pull([person({ twenty_id: id, email: 'ada@example.com', attributes: there })]);
    expect(counts).toMatchObject({ rejected: 0 });
    expect(await store.lead(id)).toMatchObject({ attributes: there });
  });

  test('is sent when it gets another value, and no longer listed', async () => {
    const id = await lead();
    await pushWithout([], { phone: null });

    await store.editLead(id, { phone: '+33612345678' });
    expect(await store.lead(id)).toMatchObject({ left_out: {} });
    const { writes } = await store.beginPush([person({ twenty_id: id, email: 'ada@example.com', phone: null })]);

    expect(writes[0].values).toEqual({ phone: '+33612345678' });
  });

  test('stays listed when other fields change', async () => {
    const id = await lead();
    await pushWithout([], { phone: null });

    await store.editLead(id, { first_name: 'Grace' });

    expect(await store.lead(id)).toMatchObject({ left_out: { phone: REASON } });
  });

  test('that was edited while it was on its way is due, not listed', async () => {
    const id = await lead();
    const { claim, writes } = await store.beginPush();
    await store.editLead(id, { phone: '+33612345678' });

    await store.complete(claim, [{ ...written(writes[0], { phone: null }), left_out: { phone: REASON } }]);

    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending', left_out: {} });
  });

  test('leaves both values where they are, and takes a later one of Twenty with a conflict', async () => {
    const ada = person({ first_name: 'Ada', email: 'ada@example.com', phone: '+33612345678' });
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { phone: 'call me' });

    await pushWithout([ada], { ...ada, phone: '+33612345678' });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ phone: 'call me', sync_status: 'synced' });
    expect(await conflicts()).toEqual([]);

    await store.pull([{ ...ada, phone: '+33698765432' }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ phone: '+33698765432', left_out: {} });
    expect(await conflicts()).toEqual([
      { field: 'phone', winner: 'twenty', supabase_value: 'call me', twenty_value: '+33698765432' },
    ]);
  });

  test('does not swallow an edit that Twenty got while the rest was on its way', async () => {
    const ada = person({ first_name: 'Ada', email: 'ada@example.com', phone: '+33612345678' });
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { phone: 'call me' });

    await pushWithout([ada], { ...ada, phone: '+33698765432' });
    await store.pull([{ ...ada, phone: '+33698765432' }]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ phone: '+33698765432', left_out: {} });
  });

  test('of a create that nobody heard of is not erased by the blank in Twenty', async () => {
    const id = await lead();
    await store.plan(await store.claim(), []);
    const created = '2026-01-02T00:00:00.000Z';

    await store.pull([
      person({
        twenty_id: id,
        twenty_created_at: created,
        twenty_updated_at: created,
        first_name: 'Ada',
        email: 'ada@example.com',
        phone: null,
      }),
    ]);

    expect(await store.lead(id)).toMatchObject({ twenty_id: id, phone: 'call me' });
    expect(await conflicts()).toEqual([]);
  });

  test('of a create that nobody heard of is told as a conflict when the person was edited since', async () => {
    const id = await lead();
    await store.plan(await store.claim(), []);

    await store.pull([person({ twenty_id: id, first_name: 'Ada', email: 'ada@example.com', phone: null })]);

    expect(await store.lead(id)).toMatchObject({ phone: 'call me' });
    expect(await conflicts()).toEqual([
      { field: 'phone', winner: 'supabase', supabase_value: 'call me', twenty_value: null },
    ]);
  });

  test('lists the domain that many companies share as well', async () => {
    const id = await store.addLead({
      email: `${randomUUID()}@example.com`,
      company_name: 'Acme',
      company_domain: 'bit.ly',
    });
    await store.push();

    expect(await store.lead(id)).toMatchObject({
      sync_status: 'synced',
      left_out: { company_domain: 'many companies share this host: the company goes by its name' },
    });
  });

  test('is the company, too, when Twenty refuses it: the lead is synced, and a better name goes out', async () => {
    const id = await store.addLead({ email: 'ada@example.com', company_name: 'Acme', company_domain: 'acme.example' });
    const { claim, writes } = await store.beginPush();
    const leftOut = { company_name: 'refused', company_domain: 'refused' };

    await store.complete(claim, [
      { ...written(writes[0], { company_name: null, company_domain: null }), left_out: leftOut },
    ]);

    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced', company_name: 'Acme', left_out: leftOut });
    expect(await conflicts()).toEqual([]);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
    await store.editLead(id, { company_name: 'Acme Inc.' });
    const next = await store.beginPush([person({ twenty_id: id, email: 'ada@example.com', company_name: null })]);
    expect(next.writes[0].values).toMatchObject({ company_name: 'Acme Inc.', company_domain: 'acme.example' });
  });

  test('is the company, too: where the person has another one, the lead takes it with a conflict', async () => {
    const snapshot = person({ email: 'ada@example.com', company_name: 'Before', company_domain: null });
    await store.pull([snapshot]);
    const [{ id }] = await store.rows<{ id: string }>('select id from public.leads');
    await store.editLead(id, { company_name: 'Acme' });
    const { claim, writes } = await store.beginPush([snapshot]);

    await store.complete(claim, [
      { ...written(writes[0], { company_name: 'Before' }), left_out: { company_name: 'refused' } },
    ]);

    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced', company_name: 'Before' });
    expect(await conflicts()).toMatchObject([{ field: 'company_name', winner: 'twenty', supabase_value: 'Acme' }]);
  });

  test('is forgotten when the lead is linked to another person by hand', async () => {
    const id = await lead();
    await pushWithout([], { phone: null });

    await store.editLead(id, { twenty_id: randomUUID() });

    expect(await store.lead(id)).toMatchObject({ left_out: {} });
  });
});
