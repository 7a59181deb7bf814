import { randomUUID } from 'node:crypto';
import { person, useStore, written, type Claim, type Json, type PlannedWrite } from './store';

/** What Twenty answered to a write is what both sides have then. */
describe('a value that Twenty answers otherwise than it was sent', () => {
  const store = useStore();

  const ACME = { company_name: 'Acme', company_domain: 'buero.example' };
  const BUERO = { company_name: 'Büro GmbH', company_domain: 'https://buero.example' };

  async function begin(values: Json): Promise<{ id: string; claim: Claim; write: PlannedWrite }> {
    const id = await store.addLead({ email: `${randomUUID()}@example.com`, ...values });
    const { claim, writes } = await store.beginPush();
    return { id, claim, write: writes[0] };
  }

  const conflicts = (id: string): Promise<Json[]> =>
    store.rows(
      'select field, winner, supabase_value, twenty_value, reason from public.lead_sync_conflicts where lead_id = $1 order by id',
      [id],
    );

  test('becomes the value of the lead, and the one that was sent is kept as a conflict', async () => {
    const { id, claim, write } = await begin(ACME);

    const done = await store.complete(claim, [written(write, BUERO)]);

    expect(done.counts).toMatchObject({ created: 1, synced: 1 });
    expect(await store.lead(id)).toMatchObject({
      company_name: 'Büro GmbH',
      company_domain: 'buero.example',
      sync_status: 'synced',
    });
    expect(await conflicts(id)).toEqual([
      {
        field: 'company_name',
        winner: 'twenty',
        supabase_value: 'Acme',
        twenty_value: 'Büro GmbH',
        reason: 'the company in Twenty has this value: edit the company there',
      },
    ]);
    const [history] = await store.rows(
      `select fields_changed from public.lead_sync_history where lead_id = $1 and sync_direction = 'twenty_to_supabase'`,
      [id],
    );
    expect(history.fields_changed).toEqual(['company_name']);
  });

  test('is no edit to the next read, and nothing is sent again', async () => {
    const { id, claim, write } = await begin(ACME);
    await store.complete(claim, [written(write, BUERO)]);

    const { email } = await store.lead(id);
    const { counts } = await store.pull([person({ twenty_id: id, email, ...BUERO })]);

    expect(counts).toMatchObject({ unchanged: 1, conflict: 0 });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('fills a blank without a conflict', async () => {
    const twentyId = randomUUID();
    await store.pull([
      person({ twenty_id: twentyId, email: 'ada@example.com', company_name: null, company_domain: null }),
    ]);
    const [{ id }] = await store.rows<{ id: string }>('select id from public.leads');
    await store.editLead(id, { company_domain: 'buero.example' });
    const { claim, writes } = await store.beginPush([
      person({ twenty_id: twentyId, email: 'ada@example.com', company_name: null, company_domain: null }),
    ]);

    await store.complete(claim, [written(writes[0], BUERO)]);

    expect(await store.lead(id)).toMatchObject({ company_name: 'Büro GmbH', sync_status: 'synced' });
    expect(await conflicts(id)).toEqual([]);
  });

  test('is taken without a conflict when it differs in capitals only', async () => {
    const { id, claim, write } = await begin({ company_name: 'acme' });

    await store.complete(claim, [written(write, { company_name: 'ACME' })]);

    expect(await store.lead(id)).toMatchObject({ company_name: 'ACME', sync_status: 'synced' });
    expect(await conflicts(id)).toEqual([]);
  });

  test('is not taken over an edit that was made meanwhile: that edit goes out, whatever it is set to', async () => {
    const { id, claim, write } = await begin(ACME);
    await store.editLead(id, { company_name: 'Globex' });
    await store.complete(claim, [written(write, BUERO)]);
    expect(await store.lead(id)).toMatchObject({ company_name: 'Globex', sync_status: 'pending' });

    await store.editLead(id, { company_name: 'Acme' });

    expect(await store.claim()).toMatchObject({ claimed: 1 });
    expect(await conflicts(id)).toEqual([]);
  });

  test('leaves a company alone of which the other field was edited meanwhile', async () => {
    const { id, claim, write } = await begin(ACME);
    await store.editLead(id, { company_domain: 'globex.example' });

    await store.complete(claim, [written(write, BUERO)]);

    expect(await store.lead(id)).toMatchObject({
      company_name: 'Acme',
      company_domain: 'globex.example',
      sync_status: 'pending',
    });
  });

  test('does not respell what is only written in another way', async () => {
    const { id, claim, write } = await begin({ phone: '06 12 34 56 78', linkedin_url: 'linkedin.com/in/ada' });

    await store.complete(claim, [
      written(write, { phone: '+33612345678', linkedin_url: 'https://www.linkedin.com/in/ada' }),
    ]);

    expect(await store.lead(id)).toMatchObject({ phone: '06 12 34 56 78', linkedin_url: 'linkedin.com/in/ada' });
    expect(await conflicts(id)).toEqual([]);
  });

  test('stays as it is here in a field that only flows to Twenty', async () => {
    const { id, claim, write } = await begin({ lead_score: 41.5 });

    await store.complete(claim, [written(write, { lead_score: 41 })]);

    expect(await store.lead(id)).toMatchObject({ lead_score: '41.5', sync_status: 'synced' });
  });
});

/** Readers of JSON make 1234567890123456800 of it. */
describe('a whole number of more digits than a float keeps', () => {
  const store = useStore();

  test('goes out digit by digit, and stays what it is', async () => {
    await store.sql.query(`insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind) values
      ('person', 'attributes.discord_id', 'discordId', 'text'), ('person', 'attributes.roles', 'roles', 'list')`);
    const attributes =
      '{"discord_id": 1234567890123456789, "roles": [7, 9007199254740993], "score": 0.1234567890123456}';
    const id = await store.addLead({ email: 'ada@example.com' });
    await store.sql.query('update public.leads set attributes = $2 where id = $1', [id, attributes]);

    const seen = { discord_id: '1234567890123456789', roles: ['7', '9007199254740993'] };
    const { claim, writes } = await store.beginPush();
    expect(writes[0].values).toMatchObject({
      attributes: { discord_id: '1234567890123456789', roles: [7, '9007199254740993'] },
    });
    await store.complete(claim, [written(writes[0], { attributes: seen })]);
    await store.pull([person({ twenty_id: id, email: 'ada@example.com', attributes: seen })]);

    const [lead] = await store.rows(
      'select sync_status, attributes = $2 as is_as_before from public.leads where id = $1',
      [id, attributes],
    );
    expect(lead).toEqual({ sync_status: 'synced', is_as_before: true });
    expect(await store.rows('select field from public.lead_sync_conflicts')).toEqual([]);
  });

  test.each([
    ['7', '7'],
    ['-9007199254740991', '-9007199254740991'],
    ['9007199254740993', '"9007199254740993"'],
    ['100000000000000000000', '100000000000000000000'],
    ['0.1234567890123456', '0.1234567890123456'],
    ['0.12345678901234567890', '"0.12345678901234567890"'],
    [`1${'0'.repeat(400)}`, `"1${'0'.repeat(400)}"`],
  ])('as %s, the attribute is compared as %s', async (number, value) => {
    const [row] = await store.rows(
      `select lead_sync.attribute_values(jsonb_build_object('a', $1::jsonb)) -> 'attributes.a' = $2::jsonb as same`,
      [number, value],
    );
    expect(row).toEqual({ same: true });
  });
});
