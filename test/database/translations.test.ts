import { person, useStore, written, type Json } from './store';

/** Of the field of sources, whose options in Twenty have other names than the values here. */
describe('values that are options of another name in Twenty', () => {
  const store = useStore();
  const NAMES = { website: 'WEB_FORM', referral: 'REFERRAL' };
  const FIELDS = [
    {
      name: 'leadSource',
      label: 'Lead Source',
      type: 'SELECT',
      kinds: ['text', 'option'],
      options: ['WEB_FORM', 'REFERRAL', 'FAIR'].map((value) => ({ value, label: value })),
    },
    { name: 'jobTitle', label: 'Job Title', type: 'TEXT', kinds: ['text'] },
  ];

  const change = (translations: Json | null, preview = false, field = 'lead_source'): Promise<Json> =>
    store.rpc('change_mapping', { p_lead_field: field, p_changes: { translations }, p_preview: preview });
  const sourceOf = async (id: string): Promise<unknown> => (await store.lead(id)).lead_source;
  const leadOf = async (twentyId: unknown): Promise<Json> =>
    (await store.rows('select * from public.leads where twenty_id = $1', [twentyId]))[0];
  const conflicts = () => store.rows('select field from public.lead_sync_conflicts');

  beforeEach(async () => {
    await store.rpc('store_twenty_fields', { p_object: 'person', p_fingerprint: 'one', p_fields: FIELDS });
  });

  test('come as values here, and go as options; what has no other name goes as it is', async () => {
    await change(NAMES);

    const web = await store.linked({ lead_source: 'WEB_FORM' });
    const fair = await store.linked({ lead_source: 'FAIR' });
    expect((await leadOf(web.twenty_id)).lead_source).toBe('website');
    expect((await leadOf(fair.twenty_id)).lead_source).toBe('FAIR');

    const id = await store.addLead({ email: 'ada@example.com', lead_source: 'referral' });
    const { writes } = await store.push();
    expect(writes[0].values).toMatchObject({ lead_source: 'REFERRAL' });
    expect(await store.lead(id)).toMatchObject({ lead_source: 'referral', sync_status: 'synced', left_out: {} });

    const shown = person({ twenty_id: id, email: 'ada@example.com', lead_source: 'REFERRAL' });
    expect((await store.pull([shown])).counts).toMatchObject({ unchanged: 1 });
    expect(await conflicts()).toEqual([]);
  });

  test('are translated in attributes as in columns', async () => {
    await store.rows(
      `insert into lead_sync.field_mappings (object, lead_field, twenty_field, translations) values ('person', 'attributes.channel', 'channel', '{"web": "WEB"}')`,
    );
    const shown = await store.linked({ attributes: { channel: 'WEB', plan: 'gold' } });
    const lead = await leadOf(shown.twenty_id);
    expect(lead.attributes).toMatchObject({ channel: 'web' });

    await store.addLead({ email: 'eve@example.com', attributes: { channel: 'web' } });
    const { writes } = await store.push();
    expect(writes[0].values).toMatchObject({ attributes: { channel: 'WEB' } });
  });

  test('take the place of what both sides agreed on when people are read again, without a conflict', async () => {
    const shown = await store.linked({ lead_source: 'WEB_FORM' });

    expect(await change(NAMES, true)).toMatchObject({ effect: { looked_at: 1, holds: 1, sends: 0, renames: 1 } });
    expect(await change(NAMES)).toMatchObject({ saved: true });
    await store.pull([shown]);
    expect((await leadOf(shown.twenty_id)).lead_source).toBe('website');

    expect(await change({ web: 'WEB_FORM' }, true)).toMatchObject({ effect: { sends: 0, renames: 1 } });
    await change(null);
    await store.pull([shown]);
    expect((await leadOf(shown.twenty_id)).lead_source).toBe('WEB_FORM');
    expect(await conflicts()).toEqual([]);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('go out once they are an option, where they were left out before', async () => {
    const id = await store.addLead({ email: 'ada@example.com', lead_source: 'website' });
    const { claim, writes } = await store.beginPush();
    await store.complete(claim, [
      { ...written(writes[0], { lead_source: null }), left_out: { lead_source: 'none of the options' } },
    ]);
    expect(await store.claim()).toMatchObject({ claimed: 0 });

    expect(await change(NAMES, true)).toMatchObject({ effect: { sends: 1, renames: 0 } });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced' });
    await change(NAMES);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending' });
    const sent = await store.push([person({ twenty_id: id, email: 'ada@example.com', lead_source: null })]);
    expect(sent.writes[0].values).toEqual({ lead_source: 'WEB_FORM' });
    expect(await store.lead(id)).toMatchObject({ lead_source: 'website', sync_status: 'synced', left_out: {} });
  });

  test('replace an option by its own name, which somebody wrote here, without a conflict', async () => {
    await change(NAMES);
    const id = await store.addLead({ email: 'ada@example.com', lead_source: 'WEB_FORM' });

    await store.push();

    expect(await sourceOf(id)).toBe('website');
    expect(await conflicts()).toEqual([]);
    await store.editLead(id, { lead_source: 'REFERRAL' });
    await store.pull([
      person({
        twenty_id: id,
        email: 'ada@example.com',
        lead_source: 'REFERRAL',
        twenty_updated_at: '2026-01-03T00:00:00.000Z',
      }),
    ]);
    expect(await conflicts()).toEqual([]);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test.each([
    [{ a: 'FAIR', b: 'FAIR' }, /"FAIR" has two names here/],
    [{ REFERRAL: 'FAIR', x: 'REFERRAL' }, /"REFERRAL" is the name of an option in Twenty/],
    [{ WEB_FORM: 'FAIR' }, /"WEB_FORM" is the name of an option in Twenty/],
    [{ a: 'NOWHERE' }, /"NOWHERE" is none of the options in Twenty: WEB_FORM, REFERRAL, FAIR\./],
    [{ ' a': 'FAIR' }, /without space around it/],
    [{ a: 1 }, /which option it is/],
    ['website', /which option it is/],
  ])('%j is refused with a sentence', async (translations, sentence) => {
    expect(await change(translations as Json)).toMatchObject({
      saved: false,
      problems: { translations: expect.stringMatching(sentence) },
    });
  });

  test('are of a select alone, and of that field alone', async () => {
    expect(await change({ a: 'B' }, false, 'job_title')).toMatchObject({
      problems: { translations: expect.stringMatching(/"jobTitle" is TEXT in Twenty: only a select/) },
    });
    expect(await change({ a: 'B' }, false, 'email')).toMatchObject({
      problems: { translations: expect.stringMatching(/Only a text or an option/) },
    });
    await change(NAMES);
    await store.rpc('change_mapping', { p_lead_field: 'lead_source', p_changes: { twenty_field: 'jobTitle' } });
    const [row] = await store.rows(
      "select translations from lead_sync.field_mappings where object = 'person' and lead_field = 'lead_source'",
    );
    expect(row).toEqual({ translations: null });
  });
});
