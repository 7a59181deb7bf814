import { createClient } from '@supabase/supabase-js';
import { isWaitedFor, useStore, type Json } from './store';

interface Result extends Json {
  decided: boolean;
  problem: string | null;
}

interface Decided {
  decided: number;
  results: Result[];
}

/** Two people at the console, who decide on the same. */
describe('who decides', () => {
  const store = useStore();

  /** Calls as somebody whom the page knows by this name. */
  const as = async <T>(name: string, fn: string, args: Json): Promise<T> => {
    const client = createClient(process.env.TEST_SUPABASE_URL ?? '', process.env.TEST_SUPABASE_SERVICE_KEY ?? '', {
      auth: { persistSession: false },
      global: { headers: { 'x-lead-sync-actor': JSON.stringify(name) } },
    });
    const { data, error } = await client.rpc(fn, args);
    if (error) throw new Error(error.message);
    return data as T;
  };

  describe('conflicts', () => {
    /** A lead of which both sides changed a field; Twenty won. */
    async function conflict(values: Json = { job_title: 'Local' }, theirs: Json = { job_title: 'Remote' }) {
      await store.sql.query(`update lead_sync.field_mappings set policy = 'twenty_wins'`);
      const before = await store.linked();
      await store.editLead(before.twenty_id, values);
      await store.pull([{ ...before, ...theirs }]);
      const rows = await store.rows<{ id: string }>(
        'select id from public.lead_sync_conflicts where lead_id = $1 order by id',
        [before.twenty_id],
      );
      return { lead: before.twenty_id, ids: rows.map(({ id }) => Number(id)) };
    }
    const decide = (name: string, ids: number[], take: string): Promise<Decided> =>
      as(name, 'resolve_conflicts', { p_conflict_ids: ids, p_take: take });

    it('are decided many at once, and the page after shows none of them', async () => {
      const [one, other] = [await conflict(), await conflict()];

      const { decided, results } = await decide('ada', [...one.ids, ...other.ids], 'supabase');

      expect({ decided, problems: results.map(({ problem }) => problem) }).toEqual({
        decided: 2,
        problems: [null, null],
      });
      expect(await store.lead(one.lead)).toMatchObject({ job_title: 'Local', sync_status: 'pending' });
      expect(await store.rpc('get_conflicts')).toMatchObject({ conflicts: [], total: 0, fields: [] });
    });

    it('are decided once: who comes second is told who decided and how, and overwrites nothing', async () => {
      const { lead, ids } = await conflict();
      await decide('ada', ids, 'supabase');

      const second = await decide('ben', ids, 'twenty');
      const agreeing = await decide('cem', ids, 'supabase');

      const told = { decided: false, problem: 'It was decided before', resolution: 'supabase', resolved_by: 'ada' };
      expect([second.results, agreeing.results]).toMatchObject([[told], [told]]);
      expect(await store.lead(lead)).toMatchObject({ job_title: 'Local' });
    });

    it('are decided once when two do it in the same moment', async () => {
      const { lead, ids } = await conflict();
      await store.sql.query('begin');
      await store.sql.query(`select public.resolve_conflict($1, 'supabase')`, [ids[0]]);
      const second = decide('ben', ids, 'twenty');
      await isWaitedFor(store.sql);
      await store.sql.query('commit');

      expect((await second).results).toMatchObject([
        { decided: false, resolution: 'supabase', resolved_by: 'supabase_admin' },
      ]);
      expect(await store.lead(lead)).toMatchObject({ job_title: 'Local' });
    });

    it('of a company are decided together, by whichever of its fields', async () => {
      const { ids } = await conflict(
        { company_name: 'Ours', company_domain: 'ours.example' },
        { company_name: 'Theirs', company_domain: 'theirs.example' },
      );
      expect(ids).toHaveLength(2);

      expect(await decide('ada', ids, 'supabase')).toMatchObject({
        decided: 2,
        results: [{ decided: true }, { decided: true }],
      });
    });

    it('that changed since, or are not there, do not keep the others from being decided', async () => {
      const [changed, good] = [await conflict(), await conflict()];
      await store.editLead(changed.lead, { job_title: 'Newer' });

      const { decided, results } = await decide('ada', [...changed.ids, ...good.ids, 999], 'supabase');

      expect(decided).toBe(1);
      expect(results.map(({ problem }) => problem)).toEqual([
        expect.stringContaining('has changed since'),
        null,
        'There is no such conflict',
      ]);
    });

    it('of which the database refuses one are decided without it, each noted once', async () => {
      const [refused, good] = [await conflict({ job_title: 'Boss' }), await conflict()];
      await store.sql.query(`alter table public.leads add constraint no_boss check (job_title <> 'Boss')`);
      try {
        const { results } = await decide('ada', [...refused.ids, ...good.ids], 'supabase');

        expect(results.map(({ problem }) => problem)).toEqual([expect.stringContaining('no_boss'), null]);
      } finally {
        await store.sql.query('alter table public.leads drop constraint no_boss');
      }
      expect(await store.lead(good.lead)).toMatchObject({ job_title: 'Local' });
      expect(
        await store.rows(
          `select done_by, subject ->> 'field' as field, subject ->> 'take' as take, subject ->> 'lead_id' as lead from lead_sync.audit_log where action = 'resolve_conflict'`,
        ),
      ).toEqual([{ done_by: 'ada', field: 'job_title', take: 'supabase', lead: good.lead }]);
    });

    it('of what is no lead are not listed, nor counted', async () => {
      await store.sql.query(
        `insert into public.lead_sync_conflicts (lead_id, field, winner, supabase_value, twenty_value, reason)
         values (gen_random_uuid(), 'stage', 'twenty', '"NEW"', '"WON"', 'a deal')`,
      );

      expect(await store.rpc('get_conflicts', { p_limit: 1 })).toEqual({
        conflicts: [],
        total: 0,
        fields: [],
        has_next: false,
        position: null,
      });
    });

    it('are listed by field, and counted', async () => {
      await conflict();
      await conflict({ city: 'Oslo' }, { city: 'Rome' });
      await conflict({ city: 'Oslo' }, { city: 'Rome' });

      const page = await store.rpc<{ conflicts: Json[]; total: number; fields: Json[] }>('get_conflicts', {
        p_field: 'city',
        p_limit: 1,
      });

      expect(page).toMatchObject({ conflicts: [{ field: 'city', lead_name: 'Ada' }], total: 2, has_next: true });
      expect(page.fields).toEqual([
        { field: 'city', open: 2 },
        { field: 'job_title', open: 1 },
      ]);
    });

    it.each([
      [{ p_conflict_ids: [1], p_take: 'both' }, 'p_take must be'],
      [{ p_conflict_ids: [], p_take: 'twenty' }, '1 to 1,000'],
      [{ p_conflict_ids: Array.from({ length: 1001 }, (_, id) => id), p_take: 'twenty' }, '1 to 1,000'],
    ])('refuse a malformed call', async (args, message) => {
      await expect(store.rpc('resolve_conflicts', args)).rejects.toThrow(message);
    });
  });

  describe('possible duplicates', () => {
    async function pair(email = 'ada@example.com'): Promise<{ keep: string; drop: string }> {
      const [keep, drop] = [await store.addLead({ email, city: 'Oslo' }), await store.addLead({ email, city: 'Rome' })];
      await store.rpc('find_duplicates');
      return { keep, drop };
    }
    const decide = (name: string, pairs: Json[], decision: string): Promise<Decided> =>
      as(name, 'decide_duplicates', { p_pairs: pairs, p_decision: decision });
    const open = async (): Promise<number> => (await store.rpc<{ total: number }>('list_duplicates')).total;

    it('are merged with what was chosen, and the merge can be undone', async () => {
      const two = await pair();

      const { results } = await decide('ada', [{ ...two, choices: { city: 'drop' } }], 'merge');

      expect(results).toMatchObject([
        { decided: true, decision: 'merged', decided_by: 'ada', merge: { step: 'joined' } },
      ]);
      expect(await store.lead(two.keep)).toMatchObject({ city: 'Rome' });
      const { decisions } = await store.rpc<{ decisions: Json[] }>('get_duplicate_decisions');
      expect(decisions).toMatchObject([
        { kind: 'merge', by: 'ada', step: 'joined', keep: { id: two.keep }, drop: { id: two.drop } },
      ]);
      await store.rpc('undo_merge', { p_id: decisions[0].merge_id });
      expect(await store.lead(two.drop)).toMatchObject({ city: 'Rome', deleted_at: null });
    });

    it('are dismissed many at once, and listed again when somebody says so', async () => {
      const [one, other] = [await pair(), await pair('ben@example.com')];

      expect(await decide('ada', [one, other], 'dismiss')).toMatchObject({ decided: 2 });
      expect(await open()).toBe(0);
      expect(await decide('ben', [one], 'reopen')).toMatchObject({ decided: 1, results: [{ decision: null }] });
      expect(await open()).toBe(1);
      expect(await decide('ben', [one], 'reopen')).toMatchObject({
        results: [{ decided: false, problem: 'Nobody dismissed the pair' }],
      });
    });

    it('are decided once: who comes second is told who decided and how', async () => {
      const [dismissed, merged] = [await pair(), await pair('ben@example.com')];
      await decide('ada', [dismissed], 'dismiss');
      await decide('ada', [merged], 'merge');

      const { decided, results } = await decide('ben', [dismissed, merged], 'merge');

      const told = { decided: false, problem: 'It was decided before', decided_by: 'ada' };
      expect({ decided, results }).toMatchObject({
        decided: 0,
        results: [
          { ...told, decision: 'not_duplicate' },
          { ...told, decision: 'merged' },
        ],
      });
      expect(await store.lead(dismissed.drop)).toMatchObject({ deleted_at: null });
    });

    it('are decided on anew once somebody has restored the dropped one', async () => {
      const [merged, dismissed] = [await pair(), await pair('ben@example.com')];
      await decide('ada', [merged, dismissed], 'merge');
      for (const { drop } of [merged, dismissed]) await store.editLead(drop, { deleted_at: null });

      expect(await decide('ben', [merged], 'merge')).toMatchObject({ decided: 1, results: [{ decided_by: 'ben' }] });
      expect(await decide('ben', [dismissed], 'dismiss')).toMatchObject({
        decided: 1,
        results: [{ decision: 'not_duplicate', decided_by: 'ben' }],
      });
    });

    it('come in pages of decisions, the newest first', async () => {
      for (const email of ['a@example.com', 'b@example.com', 'c@example.com'])
        await decide('ada', [await pair(email)], email === 'b@example.com' ? 'merge' : 'dismiss');
      const first = await store.rpc<Json>('get_duplicate_decisions', { p_limit: 2 });
      const rest = await store.rpc<Json>('get_duplicate_decisions', { p_limit: 2, p_position: first.position });

      expect(first).toMatchObject({ decisions: [{ kind: 'dismissal' }, { kind: 'merge' }], has_next: true });
      expect(rest).toMatchObject({
        decisions: [{ kind: 'dismissal', keep: { email: 'a@example.com' } }],
        has_next: false,
        position: null,
      });
    });

    it('of one call come one by one, too', async () => {
      const pairs = [];
      for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) pairs.push(await pair(email));
      await decide('ada', pairs, 'merge');

      const seen: unknown[] = [];
      for (let page: Json = { has_next: true, position: null }; page.has_next;) {
        page = await store.rpc<Json>('get_duplicate_decisions', { p_limit: 1, p_position: page.position });
        seen.push(...(page.decisions as unknown[]));
      }
      expect(seen).toHaveLength(3);
    });

    it('that nobody lists are not decided', async () => {
      const [keep, drop] = [
        await store.addLead({ email: 'a@example.com' }),
        await store.addLead({ email: 'b@example.com' }),
      ];
      expect(await decide('ada', [{ keep, drop }], 'merge')).toMatchObject({
        decided: 0,
        results: [{ problem: expect.stringContaining('not listed any more') }],
      });
      await expect(decide('ada', [{ keep }], 'merge')).rejects.toThrow('two leads each');
      await expect(decide('ada', [{ keep, drop }], 'guess')).rejects.toThrow('p_decision must be');
    });
  });
});
