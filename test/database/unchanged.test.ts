import { person, useStore, type Json, type Result, type Snapshot } from './store';

describe('a person who is as they were last read', () => {
  const store = useStore();

  const one = async (snapshot: Json, args: Json = {}): Promise<Result> =>
    (await store.pull([snapshot], args)).results[0];

  const absent = ({ twenty_id }: Snapshot): Json => ({ twenty_id, absent: true });

  test('is answered without waiting for whoever writes the lead just now', async () => {
    const ada = await store.linked({ city: 'Paris' });
    await store.sql.query('begin');
    await store.sql.query('update public.leads set city = $2 where id = $1', [ada.twenty_id, 'London']);

    const { results, counts } = await store.pull([ada]);

    await store.sql.query('commit');
    expect(results).toEqual([
      {
        index: 0,
        lead_id: ada.twenty_id,
        twenty_id: ada.twenty_id,
        result: 'unchanged',
        linked: false,
        reason: null,
        fields: [],
      },
    ]);
    expect(counts).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'London', sync_status: 'pending' });
  });

  test('counts among all that were asked for where others are missing', async () => {
    const people = Array.from({ length: 250 }, (_, n) => person({ email: `p${n}@example.com` }));
    await store.pull(people);

    const { results } = await store.pull([...people.slice(25), ...people.slice(0, 25).map(absent)]);

    expect(results.find(({ result }) => result === 'held')).toMatchObject({
      reason: 'not found in Twenty; a later read must confirm it',
    });
  });

  test('counts once where they come twice, as they come last', async () => {
    const ada = await store.linked({ city: 'Paris' });

    const { results } = await store.pull([{ ...ada, city: 'London' }, ada]);

    expect(results.map(({ index, reason }) => [index, reason])).toEqual([
      [0, 'the record comes again later in this batch'],
      [1, null],
    ]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Paris' });
  });

  test('is unchanged beside a value that cannot be read', async () => {
    const ada = await store.linked();

    const { results } = await store.pull([ada, person({ twenty_updated_at: 'soon' })]);

    expect(results.map(({ result }) => result).sort()).toEqual(['rejected', 'unchanged']);
  });

  describe('goes the full way', () => {
    test('when an edit here of a field that only comes from Twenty is to be set back', async () => {
      await store.sql.query("update lead_sync.field_mappings set enabled = true where lead_field = 'company_size'");
      const ada = await store.linked({ company_size: '10' });
      await store.editLead(ada.twenty_id, { company_size: '20' });

      expect(await one(ada)).toMatchObject({ result: 'conflict' });
      expect(await store.lead(ada.twenty_id)).toMatchObject({ company_size: '10' });
    });

    test('when a read has missed them: that absence is over', async () => {
      const ada = await store.linked();
      await one(absent(ada));

      expect(await one(ada)).toMatchObject({ result: 'unchanged' });
      expect(await store.state(ada.twenty_id)).toMatchObject({ absent_since: null });
    });

    test('when the read is older than the last merge', async () => {
      const readStartedAt = await store.now();
      const ada = await store.linked();

      expect(await one(ada, { p_read_started_at: readStartedAt })).toMatchObject({ result: 'stale' });
    });

    test('when the version is another one: it is noted for the reconciliation', async () => {
      const ada = await store.linked();

      expect(await one({ ...ada, twenty_updated_at: '2026-01-03T00:00:00.000Z' })).toMatchObject({
        result: 'unchanged',
      });
      expect(await store.state(ada.twenty_id)).toMatchObject({
        remote_updated_at: new Date('2026-01-03T00:00:00.000Z'),
      });
    });

    test.each<[string, Json]>([
      ['another value', { city: 'London' }],
      ['a blank', { city: null }],
      ['an attribute', { attributes: { utm: 'spring' } }],
      ['a deletion', { twenty_deleted_at: '2026-01-02T00:00:00.000Z' }],
    ])('when the same version shows %s', async (_, values) => {
      await store.sql.query(
        `insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'attributes.utm', 'utm')`,
      );
      const ada = await store.linked({ city: 'Paris', attributes: { utm: 'summer' } });

      expect(await one({ ...ada, ...values })).toMatchObject({ result: 'updated' });
    });

    test('when they are of another company now', async () => {
      const [before, after] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
      const ada = await store.linked({ twenty_record: { companyId: before } });

      await one({ ...ada, twenty_record: { companyId: after } });

      expect(await store.state(ada.twenty_id)).toMatchObject({ company_id: after });
    });
  });
});
