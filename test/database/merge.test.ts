import { useStore, type Json } from './store';

interface Merge {
  taken: Json;
  base_local: Json;
  base_remote: Json;
  conflicts: Array<{ field: string; winner: string; reason: string }>;
  landed: boolean;
}

/** The three-way merge of one field, `x`: values now (local, remote) and when last agreed (base). Missing means blank. */
interface Case {
  local?: unknown;
  remote?: unknown;
  baseLocal?: unknown;
  baseRemote?: unknown;
  sent?: unknown;
  kind?: string;
  direction?: string;
  policy?: string;
  changedAt?: string;
}

describe('the merge of one field', () => {
  const store = useStore('once');

  const values = (value: unknown): Json => (value === undefined ? {} : { x: value });

  async function merge(c: Case): Promise<Merge> {
    const rules = [
      { field: 'x', kind: c.kind ?? 'text', direction: c.direction ?? 'both', policy: c.policy ?? 'last_write_wins' },
    ];
    const [row] = await store.rows<{ merge: Merge }>(
      'select lead_sync.merge_lead($1, $2, $3, $4, $5, $6, $7, $8) as merge',
      [
        values(c.local),
        values(c.remote),
        values(c.baseLocal),
        values(c.baseRemote),
        values(c.sent),
        values(c.changedAt),
        '2026-06-01T00:00:00Z',
      ]
        .map((v) => (typeof v === 'string' ? v : JSON.stringify(v)))
        .concat(JSON.stringify(rules)),
    );
    return row.merge;
  }

  const earlier = '2026-05-01T00:00:00Z';
  const later = '2026-07-01T00:00:00Z';

  test('takes what only Twenty changed', async () => {
    expect(await merge({ local: 'a', remote: 'b', baseLocal: 'a', baseRemote: 'a' })).toEqual({
      taken: { x: 'b' },
      base_local: { x: 'b' },
      base_remote: { x: 'b' },
      conflicts: [],
      landed: false,
    });
  });

  test('takes a blank that only Twenty made', async () => {
    expect(await merge({ local: 'a', baseLocal: 'a', baseRemote: 'a' })).toMatchObject({
      taken: { x: null },
      base_local: {},
      base_remote: {},
    });
  });

  test('leaves what only changed here, to go out', async () => {
    expect(await merge({ local: 'b', remote: 'a', baseLocal: 'a', baseRemote: 'a' })).toMatchObject({
      taken: {},
      base_local: { x: 'a' },
      base_remote: { x: 'a' },
      conflicts: [],
    });
  });

  test('agrees when both sides changed to the same', async () => {
    expect(await merge({ local: 'b', remote: 'b', baseLocal: 'a', baseRemote: 'a' })).toMatchObject({
      taken: {},
      base_local: { x: 'b' },
      conflicts: [],
    });
  });

  test.each([
    ['phone', '06 12 34 56 78', '+33612345678'],
    ['email', ' Ada@Example.com', 'ada@example.com'],
    ['domain', 'Acme.com', 'https://www.acme.com/'],
    ['link', 'http://linkedin.com/in/ada/', 'https://www.linkedin.com/in/ada'],
    ['number', 7.0, 7],
  ])('agrees on two spellings of one %s and keeps each side its own', async (kind, local, remote) => {
    expect(await merge({ kind, local, remote })).toEqual({
      taken: {},
      base_local: { x: local },
      base_remote: { x: remote },
      conflicts: [],
      landed: false,
    });
  });

  test('does not mistake two phones of different countries for one', async () => {
    const merged = await merge({ kind: 'phone', local: '+4412345678', remote: '+3312345679', changedAt: earlier });
    expect(merged.conflicts).toHaveLength(1);
  });

  test('the last write wins and the loser is kept in the conflict', async () => {
    expect(await merge({ local: 'l', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt: later })).toMatchObject({
      taken: {},
      conflicts: [{ field: 'x', winner: 'supabase', supabase_value: 'l', twenty_value: 'r' }],
    });
    expect(await merge({ local: 'l', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt: earlier })).toMatchObject(
      {
        taken: { x: 'r' },
        conflicts: [{ field: 'x', winner: 'twenty', supabase_value: 'l', twenty_value: 'r' }],
      },
    );
  });

  test('a local winner stays due even when it is set back to what was agreed before', async () => {
    const merged = await merge({ local: 'l', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt: later });
    expect(merged.base_local).toEqual({ x: 'r' }); // 'a' differs from it too
  });

  test.each([
    ['twenty_wins', later, 'twenty'],
    ['supabase_wins', earlier, 'supabase'],
  ])('policy %s decides against the clock', async (policy, changedAt, winner) => {
    const merged = await merge({ policy, local: 'l', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt });
    expect(merged.conflicts).toMatchObject([{ winner }]);
  });

  test('policy fill_blank lets a value beat a blank, whoever was last', async () => {
    expect(
      (await merge({ policy: 'fill_blank', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt: later })).conflicts,
    ).toMatchObject([{ winner: 'twenty' }]);
    expect(
      (await merge({ policy: 'fill_blank', local: 'l', baseLocal: 'a', baseRemote: 'a', changedAt: earlier }))
        .conflicts,
    ).toMatchObject([{ winner: 'supabase' }]);
  });

  test('a field that flows only to Twenty makes an edit there due again', async () => {
    const merged = await merge({ direction: 'to_twenty', local: 50, remote: 99, baseLocal: 50, baseRemote: 50 });
    expect(merged).toMatchObject({
      taken: {},
      base_local: { x: 99 },
      base_remote: { x: 99 },
      conflicts: [{ winner: 'supabase' }],
    });
  });

  test('a field that flows only to Twenty does not blank what was never set here', async () => {
    const merged = await merge({ direction: 'to_twenty', remote: 99 });
    expect(merged).toMatchObject({ taken: {}, base_local: {}, base_remote: { x: 99 }, conflicts: [] });
  });

  test('a field that flows only to Supabase sets a local edit back and records it', async () => {
    const merged = await merge({ direction: 'to_supabase', local: 'l', remote: 'a', baseLocal: 'a', baseRemote: 'a' });
    expect(merged).toMatchObject({ taken: { x: 'a' }, conflicts: [{ winner: 'twenty', supabase_value: 'l' }] });
  });

  test('a field that flows only to Supabase takes an edit that looks like a spelling of the value before', async () => {
    const before = '+12125550100';
    const after = '+13125550100'; // the last nine digits are the same
    expect(
      await merge({
        direction: 'to_supabase',
        kind: 'phone',
        local: before,
        remote: after,
        baseLocal: before,
        baseRemote: before,
      }),
    ).toMatchObject({ taken: { x: after }, base_local: { x: after }, base_remote: { x: after }, conflicts: [] });
  });

  test('a field that flows only to Supabase keeps the spelling of a lead that meets its person', async () => {
    const merged = await merge({
      direction: 'to_supabase',
      kind: 'phone',
      local: '06 12 34 56 78',
      remote: '+33612345678',
    });
    expect(merged).toMatchObject({ taken: {}, base_local: { x: '06 12 34 56 78' }, conflicts: [] });
  });

  test('takes the echo of a write whose answer was lost for what it is', async () => {
    const merged = await merge({
      local: 'newer',
      remote: 'sent',
      baseLocal: 'a',
      baseRemote: 'a',
      sent: 'sent',
      changedAt: earlier,
    });
    expect(merged).toEqual({
      taken: {},
      base_local: { x: 'sent' },
      base_remote: { x: 'sent' },
      conflicts: [],
      landed: true,
    });
  });

  test.each([
    ['phone', 'call me'],
    ['link', 'https://'],
    ['domain', 'www.'],
  ])('does not take a blank for a sent %s that no normalisation leaves anything of', async (kind, sent) => {
    const merged = await merge({ kind, local: sent, baseLocal: 'a', baseRemote: 'a', sent, changedAt: later });
    expect(merged).toMatchObject({ landed: false, base_remote: {} });
    expect(merged.base_local).not.toEqual({ x: sent });
  });

  test('two unusable phones are two values', async () => {
    expect(await merge({ kind: 'phone', local: 'call me', remote: 'no calls' })).toMatchObject({
      taken: { x: 'no calls' },
      conflicts: [{ winner: 'twenty' }],
    });
  });

  test('merging the merged again changes nothing', async () => {
    const cases: Case[] = [
      { local: 'l', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt: later },
      { local: 'l', remote: 'r', baseLocal: 'a', baseRemote: 'a', changedAt: earlier },
      { local: 'l', remote: 'r', direction: 'to_twenty' },
      { local: 'l', remote: 'r', direction: 'to_supabase' },
      { kind: 'phone', local: '06 12 34 56 78', remote: '+33612345678' },
    ];
    for (const c of cases) {
      const once = await merge(c);
      const local = 'x' in once.taken ? (once.taken.x ?? undefined) : c.local;
      const twice = await merge({ ...c, local, baseLocal: once.base_local.x, baseRemote: once.base_remote.x });
      expect(twice).toMatchObject({
        taken: {},
        base_local: once.base_local,
        base_remote: once.base_remote,
        conflicts: [],
      });
    }
  });
});

describe('the merge of a company', () => {
  const store = useStore('once');

  const acme = { company_name: 'Acme', company_domain: 'https://acme.com' };
  const globex = { company_name: 'Globex', company_domain: 'https://globex.com' };

  async function merge(local: Json, remote: Json, base: Json, policy = 'last_write_wins'): Promise<Merge> {
    const rules = [
      { field: 'company_name', kind: 'text', direction: 'both', policy },
      { field: 'company_domain', kind: 'domain', direction: 'both', policy },
    ];
    const [row] = await store.rows<{ merge: Merge }>(
      `select lead_sync.merge_lead($1, $2, $3, $3, '{}', '{"company_domain": "2026-05-01T00:00:00Z"}', '2026-06-01T00:00:00Z', $4) as merge`,
      [local, remote, base, rules].map((value) => JSON.stringify(value)),
    );
    return row.merge;
  }

  test('takes the other one whole when its domain was only respelt here', async () => {
    const merged = await merge({ ...acme, company_domain: 'acme.com' }, globex, acme);
    expect(merged.taken).toEqual(globex);
  });

  test.each(['twenty_wins', 'supabase_wins'])('leaves one side whole where both changed it: %s', async (policy) => {
    const local = { ...acme, company_domain: 'acme.io' };
    const remote = { ...acme, company_name: 'Acme Holding' };
    const merged = await merge(local, remote, acme, policy);

    expect({ ...local, ...merged.taken }).toEqual(policy === 'twenty_wins' ? remote : local);
    expect(merged.conflicts.map(({ field }) => field).sort()).toEqual(['company_domain', 'company_name']);
  });

  test('fills in what one side lacks when they share a name', async () => {
    const merged = await merge({ company_name: 'acme' }, { ...acme, company_name: 'acme' }, {});
    expect(merged).toMatchObject({ taken: { company_domain: 'https://acme.com' }, conflicts: [] });
  });

  test('does not fill in a domain of another company under fill_blank', async () => {
    const merged = await merge({ company_name: 'Acme' }, globex, {}, 'fill_blank');
    expect({ company_name: 'Acme', ...merged.taken }).toEqual(globex);
  });
});
