import { person, useStore, type Json, type Snapshot } from './store';

const store = useStore();

const lists = async (id: string): Promise<Json> => {
  const { additional_emails, additional_phones } = await store.lead(id);
  return { additional_emails, additional_phones };
};

/** A lead and its person, agreed on these values. */
async function agreed(values: Json): Promise<{ id: string; twin: Snapshot }> {
  const twin = person({ email: 'ada@example.com', ...values });
  const { results } = await store.pull([twin]);
  return { id: String(results[0].lead_id), twin };
}

describe('several e-mails and phones', () => {
  test('come in from Twenty, and what is blanked there is blanked here', async () => {
    const { id, twin } = await agreed({
      additional_emails: ['a@home.test', 'a@work.test'],
      additional_phones: ['+33612345678'],
    });
    expect(await lists(id)).toEqual({
      additional_emails: ['a@home.test', 'a@work.test'],
      additional_phones: ['+33612345678'],
    });

    await store.pull([{ ...twin, additional_emails: ['a@work.test'], additional_phones: null }]);

    expect(await lists(id)).toEqual({ additional_emails: ['a@work.test'], additional_phones: [] });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced' });
  });

  test('go out when they change here, cleaned of blanks, and settle', async () => {
    const { id, twin } = await agreed({ additional_emails: ['a@home.test'] });
    await store.editLead(id, { additional_emails: [' a@home.test', '', 'new@home.test '] });

    const { writes } = await store.push([twin]);
    expect(writes.map(({ values }) => values)).toEqual([{ additional_emails: ['a@home.test', 'new@home.test'] }]);

    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced' });
    expect((await store.claim()).claimed).toBe(0);
  });

  test('are no conflict when both sides change them to the same in another order and spelling', async () => {
    const { id, twin } = await agreed({ additional_emails: ['a@home.test'], additional_phones: null });
    await store.editLead(id, {
      additional_emails: ['B@home.test', 'a@home.test'],
      additional_phones: ['06 12 34 56 78'],
    });

    const { results } = await store.pull([
      { ...twin, additional_emails: ['a@home.test', 'b@home.test'], additional_phones: ['+33612345678'] },
    ]);

    expect(results[0]).toMatchObject({ result: 'unchanged', fields: [] });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced' });
  });

  test('are one conflict when both sides change them to different lists, and can be resolved by hand', async () => {
    const { id, twin } = await agreed({ additional_emails: ['a@home.test'] });
    await store.editLead(id, { additional_emails: ['here@home.test'] });
    await store.pull([{ ...twin, twenty_updated_at: new Date(0).toISOString(), additional_emails: null }]);
    const [conflict] = await store.rows('select id, field, winner from public.lead_sync_conflicts');
    expect(conflict).toMatchObject({ field: 'additional_emails', winner: 'supabase' });

    await store.rpc('resolve_conflict', { p_conflict_id: conflict.id, p_take: 'twenty' });

    expect(await lists(id)).toMatchObject({ additional_emails: [] });
  });

  test.each([
    ['a list', [' b@home.test ', '']],
    ['one text', 'b@home.test'],
    ['a text with separators', ' b@home.test; \n'],
  ])('are taken from a form as %s', async (_, additional_emails) => {
    const { results } = await store.rpc<{ results: Array<{ lead_id: string }> }>('upsert_leads', {
      p_leads: [{ email: 'b@example.com', additional_emails }],
      p_source: 'form',
    });

    expect(await lists(results[0].lead_id)).toMatchObject({ additional_emails: ['b@home.test'] });
  });

  test('of a form join those that the lead has; of one that names the lead by its id they take their place', async () => {
    const id = await store.addLead({
      email: 'ada@x.test',
      additional_emails: ['ada@home.test'],
      phone: '+33612345678',
      additional_phones: ['call me'],
    });
    const takeIn = (lead: Json): Promise<unknown> => store.rpc('upsert_leads', { p_leads: [lead], p_source: 'form' });

    await takeIn({ email: 'ada@home.test', additional_emails: ['ADA@x.test', 'ada@corp.test'] });
    await takeIn({ email: 'ada@x.test', additional_phones: ['+33 6 12 34 56 78', '+33698765432'] });
    expect(await lists(id)).toEqual({
      additional_emails: ['ada@home.test', 'ada@corp.test'],
      additional_phones: ['call me', '+33698765432'],
    });

    await takeIn({ id, additional_emails: ['ada@corp.test'] });
    expect(await lists(id)).toMatchObject({ additional_emails: ['ada@corp.test'] });
  });

  test('of people that were synced before the fields were mapped come in; none is blanked', async () => {
    await store.rows("delete from lead_sync.field_mappings where lead_field = 'additional_emails'");
    const { id, twin } = await agreed({});
    await store.rows(
      `insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind) values ('person', 'additional_emails', 'emails.additionalEmails', 'list')`,
    );
    expect((await store.claim()).claimed).toBe(0);

    await store.pull([{ ...twin, additional_emails: ['a@home.test'] }]);

    expect(await lists(id)).toMatchObject({ additional_emails: ['a@home.test'] });
    expect((await store.claim()).claimed).toBe(0);
  });
});

test('a list among the attributes travels both ways', async () => {
  await store.rows(
    `insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind) values ('person', 'attributes.tags', 'tags', 'list')`,
  );
  const { id, twin } = await agreed({ attributes: { tags: ['VIP'] } });
  expect(await store.lead(id)).toMatchObject({ attributes: { tags: ['VIP'] } });
  await store.editLead(id, { attributes: { tags: ['VIP', 'NEW'] } });

  const { writes } = await store.push([twin]);
  expect(writes[0].values).toEqual({ attributes: { tags: ['VIP', 'NEW'] } });
  await store.pull([{ ...twin, attributes: { tags: null } }]);

  expect(await store.lead(id)).toMatchObject({ attributes: {}, sync_status: 'synced' });
});
