import { useStore, type Json } from './store';

interface Answer extends Json {
  saved: boolean;
  problems: Record<string, string>;
  effect: Json | null;
}

describe('a row of the mapping that is changed by a call', () => {
  const store = useStore();

  const change = (field: string, changes: Json, preview = false): Promise<Answer> =>
    store.rpc('change_mapping', { p_lead_field: field, p_changes: changes, p_preview: preview });
  const row = async (field: string): Promise<Json> =>
    (
      await store.rows("select * from lead_sync.field_mappings where object = 'person' and lead_field = $1", [field])
    )[0];

  test('is shown what it would do first, and nothing is changed by that', async () => {
    await store.linked({ city: 'Paris' });
    await store.linked({ city: 'Rome' });
    await store.linked();
    const before = await row('city');

    expect(await change('city', { twenty_field: 'homeTown' }, true)).toEqual({
      saved: false,
      problems: {},
      effect: { looked_at: 3, complete: true, holds: 2, sends: 2, renames: 0, starts_anew: true },
    });
    expect(await change('city', { policy: 'twenty_wins' }, true)).toMatchObject({
      effect: { holds: 2, sends: 0, starts_anew: false },
    });
    expect(await row('city')).toEqual(before);

    expect(await change('city', { policy: 'twenty_wins', direction: 'to_supabase' })).toMatchObject({ saved: true });
    expect(await row('city')).toMatchObject({ policy: 'twenty_wins', direction: 'to_supabase', twenty_field: 'city' });
    expect(await store.rpc('get_audit_log', { p_limit: 1 })).toMatchObject({
      entries: [{ action: 'update field_mappings', subject: { row: { lead_field: 'city' } } }],
    });
  });

  test('is added for an attribute, and listed', async () => {
    expect(await change('attributes.plan', { twenty_field: 'plan', kind: 'text' })).toMatchObject({ saved: true });
    await store.rows(
      `insert into public.leads (email, attributes) values ('a@example.com', '{"plan": "gold", "colour": "red"}')`,
    );

    const mappings = await store.rpc<{ rows: Json[]; lead_fields: string[]; policies: string[] }>('get_mappings');
    expect(mappings.rows).toContainEqual(
      expect.objectContaining({ lead_field: 'attributes.plan', twenty_field: 'plan', direction: 'both' }),
    );
    expect(mappings.lead_fields).toEqual(['attributes.colour']);
    expect(mappings.policies).toContain('fill_blank');
  });

  test.each([
    ['city', { twenty_field: 'no field!' }, 'twenty_field', /name of a field in Twenty/],
    ['city', { twenty_field: null }, 'twenty_field', /needs the field in Twenty/],
    ['shoe_size', { twenty_field: 'shoeSize' }, 'lead_field', /field of leads/],
    ['segment', { direction: 'both' }, 'direction', /only goes to Twenty/],
    ['city', { direction: 'sideways' }, 'direction', /./],
  ])('%s as %j is refused, with a sentence at its field', async (field, changes, at, sentence) => {
    const { saved, problems } = await change(field, changes);

    expect(saved).toBe(false);
    expect(problems[at]).toMatch(sentence);
  });

  test('is changed by who saw it as it is, and not by who saw another one', async () => {
    const changed = (p_changes: Json, p_seen: string): Promise<Answer> =>
      store.rpc('change_mapping', { p_lead_field: 'city', p_changes, p_seen });
    const { rows } = await store.rpc<{ rows: Array<{ lead_field: string; version: string }> }>('get_mappings');
    const { version } = rows.find(({ lead_field }) => lead_field === 'city')!;

    expect(await changed({ policy: 'twenty_wins' }, version)).toMatchObject({ saved: true });
    await expect(changed({ direction: 'to_twenty' }, version)).rejects.toMatchObject({ code: 'PT409' });
    await expect(changed({ direction: 'to_twenty' }, '')).rejects.toMatchObject({ code: 'PT409' });
    expect(await row('city')).toMatchObject({ policy: 'twenty_wins', direction: 'both' });
  });

  test('is refused as a malformed call', async () => {
    await expect(change('city', { missing_since: 'now' })).rejects.toMatchObject({ code: '22023' });
  });

  describe('where a pull has told which fields Twenty has', () => {
    const FIELDS = [
      { name: 'city', label: 'City', type: 'TEXT', kinds: ['text', 'email'] },
      { name: 'employees', label: 'Employees', type: 'NUMBER', kinds: ['number'] },
    ];
    beforeEach(async () => {
      await store.rpc('store_twenty_fields', { p_object: 'person', p_fingerprint: 'one', p_fields: FIELDS });
    });

    test('they are listed, and the next run is told that it need not tell them again', async () => {
      expect(await store.rpc('get_mappings')).toMatchObject({
        twenty_fields: FIELDS,
        twenty_fields_at: expect.any(String),
      });
      expect(await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' })).toMatchObject({
        fields_fingerprint: 'one',
      });
      expect(
        await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase', p_options: { object: 'opportunity' } }),
      ).not.toHaveProperty('fields_fingerprint');
    });

    test.each([
      [
        'job_title',
        { twenty_field: 'jobTittle' },
        /^Twenty had no field "jobTittle" of a person .*next pull sees it\.$/,
      ],
      [
        'job_title',
        { twenty_field: 'employees' },
        /^The field "employees" is NUMBER in Twenty: it can hold number, not text\.$/,
      ],
      ['attributes.size', { twenty_field: 'employees', kind: 'boolean' }, /can hold number, not boolean/],
    ])('%s as %j is refused before a run fails at it', async (field, changes, sentence) => {
      expect(await change(field, changes)).toMatchObject({
        saved: false,
        problems: { twenty_field: expect.stringMatching(sentence) },
      });
    });

    test('a new row holds what its field holds, and one that Twenty lacks may be switched off', async () => {
      expect(await change('attributes.size', { twenty_field: 'employees' })).toMatchObject({ saved: true });
      expect(await row('attributes.size')).toMatchObject({ kind: 'number' });
      expect(await change('job_title', { twenty_field: 'jobTitle', enabled: false })).toMatchObject({ saved: true });
    });

    test('fields that are none are refused', async () => {
      await expect(
        store.rpc('store_twenty_fields', { p_object: 'person', p_fingerprint: 'two', p_fields: [{ label: 'City' }] }),
      ).rejects.toMatchObject({ code: '22023' });
    });
  });
});
