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
      effect: { looked_at: 3, complete: true, holds: 2, sends: 2, starts_anew: true },
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

    const mappings = await store.rpc<{ rows: Json[]; lead_fields: string[]; policies: string[] }>('get_mappings');
    expect(mappings.rows).toContainEqual(
      expect.objectContaining({ lead_field: 'attributes.plan', twenty_field: 'plan', direction: 'both' }),
    );
    expect(mappings.lead_fields).not.toContain('city');
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

  test('is refused as a malformed call', async () => {
    await expect(change('city', { missing_since: 'now' })).rejects.toMatchObject({ code: '22023' });
  });
});
