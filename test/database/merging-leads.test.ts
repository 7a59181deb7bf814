import { randomUUID } from 'node:crypto';
import { isWaitedFor, useStore, written, type Json, type Snapshot } from './store';

interface Merge extends Json {
  id: number;
  step: string;
  waits: boolean;
  problem: string | null;
  people: { keep: string; drop: string; token: string; is_first: boolean } | null;
}

describe('two leads that are merged by hand', () => {
  const store = useStore();

  const merge = (p_keep: string, p_drop: string, p_choices: Json = {}): Promise<Merge> =>
    store.rpc<Merge>('merge_leads', { p_keep, p_drop, p_choices, p_by: 'Eve' });
  const settle = ({ id, people }: Merge, p_problem: string | null = null, p_later = false): Promise<Merge> =>
    store.rpc<Merge>('settle_merge', { p_id: id, p_token: people?.token, p_problem, p_later });
  const undo = (p_id: number): Promise<Json> => store.rpc('undo_merge', { p_id });
  const goOn = async (): Promise<Merge[]> => (await store.rpc<{ merges: Merge[] }>('continue_merges')).merges;

  /** A lead that is linked and settled. */
  async function linked(values: Json): Promise<{ id: string; snapshot: Snapshot }> {
    const snapshot = await store.linked(values);
    const [{ id }] = await store.rows<{ id: string }>('select id from public.leads where twenty_id = $1', [
      snapshot.twenty_id,
    ]);
    return { id, snapshot };
  }

  /** A touch of a lead, as its source's form of a day. */
  const touch = (id: string, externalId: string, day = '2026-01-02'): Promise<unknown> =>
    store.sql.query(
      `insert into public.lead_touches (lead_id, source, external_id, kind, touched_at) values ($1, 'form', $2, 'form', $3)`,
      [id, externalId, day],
    );
  const touchesOf = async (id: string): Promise<string[]> =>
    (
      await store.rows<{ name: string }>(
        'select external_id as name from public.lead_touches where lead_id = $1 order by 1',
        [id],
      )
    ).map(({ name }) => name);

  const ada = { first_name: 'Ada', email: 'ada@example.com', city: 'Paris' };
  const home = { first_name: 'Ada', email: 'ada@home.example', city: 'Rome', region: 'Lazio', phone: '+33612345678' };

  /** The two people as Twenty has them once they are merged: the other one's address and what was blank came over. */
  const mergedInTwenty = (keep: Snapshot): Snapshot => ({
    ...keep,
    twenty_updated_at: new Date().toISOString(),
    additional_emails: ['ada@home.example'],
    region: 'Lazio',
    phone: '+33612345678',
  });

  const endClaims = (): Promise<unknown> =>
    store.sql.query(`update lead_sync.lead_states set due_at = now() - interval '1 second' where lease is not null`);

  /** Makes a person's absence certain. */
  async function vanish(twentyId: string): Promise<void> {
    await store.pull([{ twenty_id: twentyId, absent: true }]);
    await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
    await store.pull([{ twenty_id: twentyId, absent: true }]);
  }

  describe('of which Twenty knows neither', () => {
    test('are one at once, which has all that both had', async () => {
      const keep = await store.addLead(ada);
      const drop = await store.addLead({ ...home, additional_emails: ['A@work.example'], lead_score: 7 });
      await touch(keep, 'a');
      await touch(drop, 'b');

      expect(await merge(keep, drop)).toMatchObject({ step: 'joined', waits: false, people: null });

      expect(await store.lead(keep)).toMatchObject({
        email: 'ada@example.com',
        additional_emails: ['ada@home.example', 'A@work.example'],
        phone: '+33612345678',
        city: 'Paris',
        region: 'Lazio',
        lead_score: '7',
        sync_status: 'pending',
      });
      expect(await touchesOf(keep)).toEqual(['a', 'b']);
      expect((await store.lead(drop)).deleted_at).not.toBeNull();
      expect(await store.state(drop)).toMatchObject({ joined: keep, due_at: null });
      // what was seen and left is no conflict
      expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
    });

    test('of which the other one had the first touch come from its source, and part with it', async () => {
      const [keep, drop] = [
        await store.addLead({ ...ada, lead_source: 'form' }),
        await store.addLead({ ...home, lead_source: 'meta' }),
      ];
      await touch(keep, 'a', '2026-02-01');
      await touch(drop, 'b', '2026-01-01');
      await store.sql.query(`update public.lead_touches set source = 'meta' where external_id = 'b'`);
      const { id } = await merge(keep, drop);
      expect(await store.lead(keep)).toMatchObject({ lead_source: 'meta' });

      await undo(id);

      expect(await store.lead(keep)).toMatchObject({ lead_source: 'form' });
      expect(await store.lead(drop)).toMatchObject({ lead_source: 'meta' });
    });

    test('are merged once, however often it is asked', async () => {
      const [keep, drop] = [await store.addLead(ada), await store.addLead(home)];
      const { id } = await merge(keep, drop);
      expect(await merge(keep, drop)).toMatchObject({ id, step: 'joined' });
      expect(await store.rows('select from lead_sync.merges')).toHaveLength(1);
    });

    test('are not listed as duplicates any more', async () => {
      const [keep, drop] = [await store.addLead(ada), await store.addLead(ada)];
      await store.rpc('find_duplicates');
      await merge(keep, drop);
      expect(await store.rpc('list_duplicates')).toMatchObject({ total: 0 });
      expect(await store.rows('select decided, decided_by from lead_sync.duplicate_pairs')).toEqual([
        { decided: 'merged', decided_by: 'Eve' },
      ]);
      await expect(store.rpc('dismiss_duplicate', { p_a: keep, p_b: drop })).rejects.toMatchObject({ code: 'PT409' });
    });

    test('the dropped one, restored by hand, goes out as the lead that it was', async () => {
      const [keep, drop] = [
        await store.addLead(ada),
        await store.addLead({ email: 'grace@example.com', city: 'Rome' }),
      ];
      await merge(keep, drop);
      await store.push();
      expect(await store.lead(drop)).toMatchObject({ twenty_id: null, deleted_at: expect.any(Date) });

      await store.editLead(drop, { deleted_at: null });

      expect((await store.push()).writes).toMatchObject([
        { lead_id: drop, op: 'create', values: { email: 'grace@example.com', city: 'Rome' } },
      ]);
      expect(await store.lead(drop)).toMatchObject({ twenty_id: drop, sync_status: 'synced' });
    });

    test('the dropped one, restored by hand, can be merged again', async () => {
      const [keep, drop] = [await store.addLead(ada), await store.addLead(home)];
      const { id } = await merge(keep, drop);
      await store.editLead(drop, { deleted_at: null, job_title: 'CTO' });
      expect(await store.state(drop)).toMatchObject({ joined: null });

      const again = await merge(keep, drop);

      expect(again).toMatchObject({ step: 'joined' });
      expect(again.id).not.toBe(id);
      expect(await store.lead(keep)).toMatchObject({ job_title: 'CTO' });
      expect((await store.lead(drop)).deleted_at).not.toBeNull();
      expect(await undo(again.id)).toMatchObject({ step: 'undone' });
    });

    test('one number in two spellings stays one', async () => {
      const keep = await store.addLead({ ...ada, phone: '06 12 34 56 78' });
      await merge(keep, await store.addLead(home));
      expect(await store.lead(keep)).toMatchObject({ phone: '06 12 34 56 78', additional_phones: [] });
    });
  });

  test('of which the dropped one alone is in Twenty: its person becomes that of the other one, whose values go out', async () => {
    const drop = await linked(home);
    const keep = await store.addLead(ada);

    expect(await merge(keep, drop.id)).toMatchObject({ step: 'joined' });

    expect(await store.lead(keep)).toMatchObject({ twenty_id: drop.snapshot.twenty_id, region: 'Lazio' });
    expect(await store.lead(drop.id)).toMatchObject({ twenty_id: null });
    const { writes } = await store.push([drop.snapshot]);
    expect(writes).toMatchObject([
      {
        op: 'update',
        lead_id: keep,
        twenty_id: drop.snapshot.twenty_id,
        values: { city: 'Paris', email: 'ada@example.com', additional_emails: ['ada@home.example'] },
      },
    ]);
    expect(await store.lead(keep)).toMatchObject({ sync_status: 'synced' });
  });

  test('of which the dropped one’s person lacks a value that was left out: the other one has it, and it goes out once more', async () => {
    const drop = await linked(home);
    await store.editLead(drop.id, { city: 'Milan' });
    const { claim, writes: sent } = await store.beginPush([drop.snapshot]);
    const result = { ...written(sent[0], { city: 'Rome' }), left_out: { city: 'Twenty did not take it' } };
    await store.complete(claim, [result]);
    expect(await store.lead(drop.id)).toMatchObject({
      sync_status: 'synced',
      left_out: { city: 'Twenty did not take it' },
    });
    const keep = await store.addLead({ first_name: 'Ada', email: 'ada@example.com' });

    expect(await merge(keep, drop.id)).toMatchObject({ step: 'joined' });

    expect(await store.lead(keep)).toMatchObject({ city: 'Milan', left_out: {} });
    const { writes } = await store.push([drop.snapshot]);
    expect(writes).toMatchObject([{ lead_id: keep, op: 'update', values: { city: 'Milan' } }]);
  });

  test('of which the kept one alone is in Twenty: it takes what the other one has, and that goes out', async () => {
    const keep = await linked(ada);
    const drop = await store.addLead(home);
    expect(await merge(keep.id, drop)).toMatchObject({ step: 'joined' });
    const { writes } = await store.push([keep.snapshot]);
    expect(writes).toMatchObject([{ lead_id: keep.id, op: 'update', values: { region: 'Lazio' } }]);
    expect(writes).toHaveLength(1);
  });

  describe('of which the dropped one’s person is gone, and Twenty was not asked to merge', () => {
    const filled = { region: 'Lazio', phone: '+33612345678', additional_emails: ['ada@home.example'], city: 'Paris' };

    test('are one that has what the other one had: nobody else can have filled it in', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      await vanish(drop.snapshot.twenty_id);
      await store.editLead(drop.id, { deleted_at: null });
      expect(await store.state(drop.id)).toMatchObject({ gone: true });

      const { id, ...merged } = await merge(keep.id, drop.id);
      expect(merged).toMatchObject({ step: 'joined' });
      expect(await store.lead(keep.id)).toMatchObject(filled);
      expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
      expect((await undo(id)).remains).toHaveLength(1); // Twenty has merged nothing
    });

    test('are so, too, where the first try to merge them does not find the person', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      await settle(await merge(keep.id, drop.id), 'not there', true);
      await store.pull([{ twenty_id: drop.snapshot.twenty_id, absent: true }]);
      await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);

      const [again] = await goOn();
      expect(again.people).toMatchObject({ is_first: true });
      await settle(again, 'not there', true);
      await store.pull([{ twenty_id: drop.snapshot.twenty_id, absent: true }]);

      expect(await store.state(drop.id)).toMatchObject({ joined: keep.id });
      expect(await store.lead(keep.id)).toMatchObject(filled);
    });

    test('are so, too, where the person goes while the merge waits for a push', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      await store.rpc('merge_leads', { p_keep: keep.id, p_drop: drop.id, p_twenty: false });
      await vanish(drop.snapshot.twenty_id);
      expect(await store.state(drop.id)).toMatchObject({ joined: keep.id });
      expect(await store.lead(keep.id)).toMatchObject(filled);
    });
  });

  describe('of which Twenty has both', () => {
    let keep: { id: string; snapshot: Snapshot };
    let drop: { id: string; snapshot: Snapshot };
    beforeEach(async () => {
      keep = await linked(ada);
      drop = await linked(home);
      await touch(drop.id, 'b');
    });

    test('are one when Twenty has merged them', async () => {
      const asked = await merge(keep.id, drop.id);
      expect(asked).toMatchObject({
        step: 'asked',
        people: { keep: keep.snapshot.twenty_id, drop: drop.snapshot.twenty_id },
      });
      expect((await store.claim()).claimed).toBe(0); // no push writes to them meanwhile

      expect(await settle(asked)).toMatchObject({ step: 'joined', people: null });
      expect(await touchesOf(keep.id)).toEqual(['b']);
      await store.push([mergedInTwenty(keep.snapshot)]);
      expect(await store.lead(keep.id)).toMatchObject({
        additional_emails: ['ada@home.example'],
        phone: '+33612345678',
        city: 'Paris',
        sync_status: 'synced',
      });
      expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
    });

    test('are one by what the sync reads, where nobody heard that Twenty had merged them', async () => {
      await merge(keep.id, drop.id, { city: 'drop' });
      await store.pull([mergedInTwenty(keep.snapshot)]);
      await vanish(drop.snapshot.twenty_id);

      expect(await store.rows('select step from lead_sync.merges')).toEqual([{ step: 'joined' }]);
      expect(await store.state(drop.id)).toMatchObject({ joined: keep.id });
      expect(await store.lead(keep.id)).toMatchObject({ city: 'Rome', additional_emails: ['ada@home.example'] });
      expect(await touchesOf(keep.id)).toEqual(['b']);
    });

    test('are one so, too, where none of them has an address', async () => {
      const [one, other] = [await linked({ email: null, city: 'Oslo' }), await linked({ email: null, region: 'X' })];
      await merge(one.id, other.id);
      await vanish(other.snapshot.twenty_id);
      expect(await store.state(other.id)).toMatchObject({ joined: one.id });
    });

    test('a read that began before, or a late webhook, does not bring the dropped one back', async () => {
      const before = await store.now();
      await settle(await merge(keep.id, drop.id));
      await store.pull([drop.snapshot], { p_read_started_at: before });
      await vanish(drop.snapshot.twenty_id);
      expect((await store.lead(drop.id)).deleted_at).not.toBeNull();
      expect((await store.lead(keep.id)).deleted_at).toBeNull();
      expect(await store.state(drop.id)).toMatchObject({ joined: keep.id, due_at: null });
    });

    test('wait while a push is at work with one of them, and go on after it', async () => {
      await store.editLead(drop.id, { city: 'Oslo' });
      const { claim, writes } = await store.beginPush([drop.snapshot]);
      expect(await merge(keep.id, drop.id)).toMatchObject({
        step: 'asked',
        waits: true,
        people: null,
        problem: expect.stringContaining('a push') as string,
      });
      await store.complete(
        claim,
        writes.map(({ lead_id, op, twenty_id, values }) => ({ lead_id, op, ok: true, twenty_id, values })),
      );
      expect(await goOn()).toMatchObject([{ people: { keep: keep.snapshot.twenty_id }, problem: null }]);
    });

    test('are in one hand at a time: who was too slow is told, and nothing is done twice', async () => {
      const slow = await merge(keep.id, drop.id);
      expect(await goOn()).toMatchObject([{ waits: true, people: null }]);
      await endClaims();
      const [next] = await goOn();
      expect(next.people?.token).not.toBe(slow.people?.token);
      expect([slow, next].map(({ people }) => people?.is_first)).toEqual([true, false]);
      await expect(settle(slow)).rejects.toMatchObject({ code: 'PT409' });
      expect(await settle(next)).toMatchObject({ step: 'joined' });
      expect(await settle(next)).toMatchObject({ step: 'joined' });
    });

    test('wait, and no push with them, where Twenty merged nothing for a reason that passes', async () => {
      const asked = await merge(keep.id, drop.id);
      expect(await settle(asked, 'no call was free', true)).toMatchObject({
        step: 'asked',
        waits: true,
        people: null,
        problem: 'no call was free',
      });
      await store.push([keep.snapshot, drop.snapshot]);
      expect(await goOn()).toMatchObject([{ people: { drop: drop.snapshot.twenty_id }, problem: null }]);
    });

    test('are as before where they cannot be merged, and that is said', async () => {
      expect(await settle(await merge(keep.id, drop.id), 'the person is in the bin')).toMatchObject({
        step: 'refused',
        waits: false,
        problem: 'the person is in the bin',
      });
      await store.push([keep.snapshot, drop.snapshot]);
      expect(await store.lead(drop.id)).toMatchObject({ deleted_at: null, sync_status: 'synced', region: 'Lazio' });
      expect(await merge(keep.id, drop.id)).toMatchObject({ step: 'asked' });
    });

    test('a trigger that refuses the row holds the merge where it is, until it does not', async () => {
      const asked = await merge(keep.id, drop.id);
      await store.sql.query(`create function public.no_home() returns trigger language plpgsql as
        $$ begin if new.additional_emails <> '{}' then raise 'no second address'; end if; return new; end $$;
        create trigger no_home before update on public.leads for each row execute function public.no_home()`);
      try {
        expect(await settle(asked)).toMatchObject({ step: 'twenty_merged', waits: true, problem: 'no second address' });
      } finally {
        await store.sql.query('drop trigger no_home on public.leads; drop function public.no_home()');
      }
      expect(await goOn()).toMatchObject([{ step: 'joined', problem: null }]);
      expect(await touchesOf(keep.id)).toEqual(['b']);
    });

    test('an edit while the merge is at work stays, and what was chosen is a conflict', async () => {
      const asked = await merge(keep.id, drop.id, { city: 'drop' });
      await store.editLead(keep.id, { city: 'Oslo' });
      await store.editLead(drop.id, { job_title: 'CTO', region: 'Umbria' });
      await settle(asked);
      expect(await store.lead(keep.id)).toMatchObject({ city: 'Oslo', job_title: 'CTO' });
      expect(
        await store.rows(
          'select field, supabase_value, twenty_value from public.lead_sync_conflicts where lead_id = $1',
          [keep.id],
        ),
      ).toEqual([{ field: 'city', supabase_value: 'Rome', twenty_value: 'Oslo' }]);
    });

    test.each([
      ['in Twenty', (values: Json) => store.pull([{ ...drop.snapshot, ...values, twenty_updated_at: new Date() }])],
      ['here', (values: Json) => store.editLead(drop.id, values)],
    ])(
      'an edit %s of the dropped one’s field that was chosen counts, and what was chosen is a conflict',
      async (_where, edit) => {
        const asked = await merge(keep.id, drop.id, { city: 'drop', first_name: 'drop' });
        await edit({ city: 'Oslo' });
        await settle(asked);
        expect(await store.lead(keep.id)).toMatchObject({ city: 'Oslo' });
        expect(await store.rows('select field, supabase_value, twenty_value from public.lead_sync_conflicts')).toEqual([
          { field: 'city', supabase_value: 'Rome', twenty_value: 'Oslo' },
        ]);

        await undo(asked.id);
        expect([await store.lead(keep.id), await store.lead(drop.id)]).toMatchObject([
          { city: 'Paris' },
          { city: 'Oslo' },
        ]);
      },
    );

    test('what the dropped one got meanwhile goes back to it', async () => {
      const asked = await merge(keep.id, drop.id);
      await store.editLead(drop.id, { job_title: 'CTO', email: 'ada@new.example' });
      await settle(asked);
      const came = { job_title: 'CTO', additional_emails: ['ada@new.example'] };
      expect(await store.lead(keep.id)).toMatchObject(came);

      await undo(asked.id);

      expect(await store.lead(keep.id)).toMatchObject({ job_title: null, additional_emails: [] });
    });

    test('an edit meanwhile to what was chosen, spelt otherwise, stays, and is no conflict', async () => {
      const asked = await merge(keep.id, drop.id, { email: 'drop' });
      await store.editLead(keep.id, { email: 'ADA@Home.example' });
      await settle(asked);
      expect(await store.lead(keep.id)).toMatchObject({ email: 'ADA@Home.example' });
      expect(await store.rows('select from public.lead_sync_conflicts where lead_id = $1', [keep.id])).toEqual([]);
    });

    test('the dropped one deleted for good meanwhile ends the merge', async () => {
      await merge(keep.id, drop.id);
      await store.sql.query('delete from public.leads where id = $1', [drop.id]);
      expect(await goOn()).toEqual([]);
    });

    test('the kept one deleted meanwhile ends the merge, which says so', async () => {
      await merge(keep.id, drop.id);
      await store.editLead(keep.id, { deleted_at: new Date() });
      await endClaims();
      expect(await goOn()).toMatchObject([{ step: 'refused', problem: 'the lead to keep was deleted' }]);
      expect(await store.lead(drop.id)).toMatchObject({ deleted_at: null });
    });
  });

  describe('what is chosen', () => {
    test('is set: the other one’s value, a blank of it, one of one’s own', async () => {
      const keep = await store.addLead({
        ...ada,
        job_title: 'CTO',
        company_name: 'Acme',
        company_domain: 'acme.example',
      });
      const drop = await store.addLead({ ...home, company_name: 'Globex' });
      await store.editLead(keep, { attributes: { budget: 5, tier: 'a' } });
      await merge(keep, drop, {
        city: 'drop',
        job_title: 'drop',
        region: 'Umbria',
        first_name: 'keep',
        company_name: 'drop',
        'attributes.budget': 7,
      });
      expect(await store.lead(keep)).toMatchObject({
        city: 'Rome',
        job_title: null,
        region: 'Umbria',
        company_name: 'Globex',
        company_domain: null, // a company is one value
        attributes: { budget: 7, tier: 'a' },
      });
    });

    test('an e-mail leaves the other one as an additional one', async () => {
      const keep = await store.addLead({ ...ada, phone: '+33711111111' });
      await merge(keep, await store.addLead(home), { email: 'drop', phone: 'drop' });
      expect(await store.lead(keep)).toMatchObject({
        email: 'ada@home.example',
        additional_emails: ['ada@example.com'],
        phone: '+33612345678',
        additional_phones: ['+33711111111'],
      });
    });

    test.each<[unknown, string]>([
      [{ cty: 'drop' }, 'There is nothing to choose of "cty"'],
      [{ deleted: true }, 'There is nothing to choose of "deleted"'],
      [{ additional_emails: [] }, 'There is nothing to choose of "additional_emails"'],
      [{ lead_score: 'much' }, 'lead_score must be a finite number'],
      [{ city: { a: 1 } }, 'city must be a text'],
      [{ segment: 'none such' }, 'There is no segment "none such" here'],
      [['city'], 'p_choices must be an object'],
    ])('%j is refused, and nothing is merged', async (choices, message) => {
      const [keep, drop] = [await store.addLead(ada), await store.addLead(home)];
      await expect(merge(keep, drop, choices as Json)).rejects.toMatchObject({
        code: '22023',
        message: expect.stringContaining(message) as string,
      });
      expect(await store.rows('select from lead_sync.merges')).toEqual([]);
    });
  });

  test('are locked in one order, whichever merge comes first', async () => {
    const ids = (await Promise.all([{}, {}, {}, {}].map(linked))).map(({ id }) => id).sort();
    for (const [p_keep, p_drop] of [ids.slice(2), ids.slice(0, 2)]) {
      await store.rpc('merge_leads', { p_keep, p_drop, p_twenty: false });
    }
    const lock = (id: string) => store.sql.query('select from public.leads where id = $1 for no key update', [id]);
    await store.sql.query('begin');
    await lock(ids[0]);
    const going = goOn();
    await isWaitedFor(store.sql);
    await lock(ids[2]); // would wait for who waits for us
    await store.sql.query('commit');
    expect(await going).toMatchObject([{ people: { keep: expect.any(String) as string } }, { people: {} }]);
  });

  test('a lead is part of one merge at a time', async () => {
    const [a, b, c] = [await linked(ada), await linked(home), await store.addLead({ email: 'c@example.com' })];
    await merge(a.id, b.id);
    await expect(merge(b.id, c)).rejects.toMatchObject({ code: 'PT409' });
    await expect(merge(b.id, a.id)).rejects.toMatchObject({ code: 'PT409' });
  });

  test.each([
    ['with itself', (id: string) => [id, id]],
    ['with one that is not there', (id: string) => [id, randomUUID()]],
  ])('a lead cannot be merged %s', async (_what, pair) => {
    const [keep, drop] = pair(await store.addLead(ada));
    await expect(merge(keep, drop)).rejects.toMatchObject({ code: '22023' });
  });

  test('whoever asks for their data to be erased leaves no merge', async () => {
    const [keep, drop] = [await store.addLead(ada), await store.addLead(home)];
    await merge(keep, drop);
    await store.rpc('forget_lead', { p_lead: keep });
    expect(await store.rows('select from lead_sync.merges')).toEqual([]);
    expect(await store.rows('select from public.leads')).toEqual([]);
  });

  test('the upkeep forgets merges as it forgets runs', async () => {
    await merge(await store.addLead(ada), await store.addLead(home));
    await store.sql.query(`update lead_sync.merges set settled_at = now() - interval '91 days'`);
    await store.rpc('run_sync_maintenance', { p_cleanup: true });
    expect(await store.rows('select from lead_sync.merges')).toEqual([]);
  });

  describe('that are parted again', () => {
    test('are what they were, but for what was edited since', async () => {
      const keep = await store.addLead(ada);
      const drop = await store.addLead(home);
      await touch(keep, 'a');
      await touch(drop, 'b');
      const { id } = await merge(keep, drop, { city: 'drop' });
      await store.editLead(keep, { region: 'Umbria' });
      await touch(keep, 'c');

      expect(await undo(id)).toMatchObject({ step: 'undone', lead_id: drop, touches: 1 });

      expect(await store.lead(keep)).toMatchObject({
        email: 'ada@example.com',
        additional_emails: [],
        city: 'Paris',
        region: 'Umbria',
        phone: null,
        deleted_at: null,
      });
      expect(await store.lead(drop)).toMatchObject({ ...home, deleted_at: null, sync_status: 'pending' });
      expect(await store.state(drop)).toMatchObject({ joined: null });
      expect([await touchesOf(keep), await touchesOf(drop)]).toEqual([['a', 'c'], ['b']]);
      expect(await undo(id)).toMatchObject({ step: 'undone', touches: 0 });
      expect(await merge(keep, drop)).toMatchObject({ step: 'joined' });
    });

    test('have their own history and conflicts again: whoever forgets one erases what is known of that one', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      await store.rows(
        `insert into lead_sync.history_archive select h.* from public.lead_sync_history as h where h.lead_id = $1`,
        [drop.id],
      );
      await store.rows(
        `insert into public.lead_sync_conflicts (lead_id, field, winner, supabase_value, reason) values ($1, 'city', 'twenty', '"Rome"', 'x')`,
        [drop.id],
      );
      const notedOf = (id: string): Promise<Json[]> =>
        store.rows(
          `select 'history' as of, h.id from public.lead_sync_history as h where h.lead_id = $1
           union all select 'archive', h.id from lead_sync.history_archive as h where h.lead_id = $1
           union all select 'conflict', c.id from public.lead_sync_conflicts as c where c.lead_id = $1`,
          [id],
        );
      const before = await notedOf(drop.id);
      expect(before).toHaveLength(3);
      const { id } = await settle(await merge(keep.id, drop.id));
      expect(await notedOf(drop.id)).toEqual([]);
      expect(await notedOf(keep.id)).toEqual(expect.arrayContaining(before));

      await undo(id);

      expect(await notedOf(drop.id)).toEqual(expect.arrayContaining(before));
      const kept = await notedOf(keep.id);
      for (const noted of before) expect(kept).not.toContainEqual(noted);
    });

    test('have the age and the reasons of their score back', async () => {
      const [keep, drop] = [await store.addLead(ada), await store.addLead(home)];
      const set = 'update public.leads set created_at = $2, lead_score = $3, score_breakdown = $4 where id = $1';
      await store.sql.query(set, [keep, '2021-01-01', null, null]);
      await store.sql.query(set, [drop, '2020-01-01', 7, { score: 7 }]);
      const { id } = await merge(keep, drop);
      const came = { created_at: new Date('2020-01-01'), lead_score: '7', score_breakdown: { score: 7 } };
      expect(await store.lead(keep)).toMatchObject(came);

      await undo(id);

      expect(await store.lead(keep)).toMatchObject({
        created_at: new Date('2021-01-01'),
        lead_score: null,
        score_breakdown: null,
      });
      expect(await store.lead(drop)).toMatchObject(came);
    });

    test.each([
      ['which was read since', true],
      ['which nobody has read', false],
    ])(
      'of which Twenty made one person, %s: the dropped one becomes a new person, which the answer says',
      async (_what, isRead) => {
        const [keep, drop] = [await linked(ada), await linked(home)];
        const { id } = await settle(await merge(keep.id, drop.id));
        const inTwenty = mergedInTwenty(keep.snapshot);
        if (isRead) await store.push([inTwenty]);

        const { remains } = await undo(id);
        expect(remains).toEqual([expect.stringMatching(/^Tasks/), expect.stringMatching(/^Twenty cannot part/)]);

        const { writes } = await store.push([inTwenty]);
        const values = { additional_emails: null, phone: null, region: null };
        expect(writes).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ lead_id: keep.id, op: 'update', values }),
            expect.objectContaining({ lead_id: drop.id, op: 'create', twenty_id: drop.id }),
          ]),
        );
        expect(await store.lead(drop.id)).toMatchObject({ email: 'ada@home.example', sync_status: 'synced' });
        expect(await store.lead(keep.id)).toMatchObject({ additional_emails: [], phone: null, region: null });
      },
    );

    test('of which Twenty made one person: what somebody edited there since, unread, stays', async () => {
      const [keep, drop] = [
        await linked({ ...ada, company_name: 'Acme' }),
        await linked({ ...home, company_domain: 'b.example' }),
      ];
      const { id } = await settle(await merge(keep.id, drop.id));
      await store.editLead(keep.id, { company_name: 'Globex' });
      await undo(id);

      const { writes } = await store.push([{ ...mergedInTwenty(keep.snapshot), region: 'Umbria' }]);

      expect(await store.lead(keep.id)).toMatchObject({
        city: 'Paris',
        region: 'Umbria',
        phone: null,
        company_name: 'Globex',
      });
      expect(writes).toContainEqual(
        expect.objectContaining({
          lead_id: keep.id,
          values: { additional_emails: null, phone: null, company_name: 'Globex', company_domain: null },
        }),
      );
    });

    test('of which Twenty made one person: what was edited here and had not gone out stays', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      const asked = await merge(keep.id, drop.id);
      await store.editLead(keep.id, { region: 'Umbria' });
      const { id } = await settle(asked);
      await undo(id);

      const { writes } = await store.push([mergedInTwenty(keep.snapshot)]);

      expect(await store.lead(keep.id)).toMatchObject({ region: 'Umbria' });
      const values = { additional_emails: null, phone: null, region: 'Umbria' };
      expect(writes).toContainEqual(expect.objectContaining({ lead_id: keep.id, values }));
    });

    test('of which Twenty made one person: what it had of the dropped one, which was edited meanwhile, goes, too', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      const asked = await merge(keep.id, drop.id);
      await store.editLead(drop.id, { region: 'Umbria', email: 'ada@new.example' });
      const { id } = await settle(asked);
      await store.pull([mergedInTwenty(keep.snapshot)]);
      expect(await store.lead(keep.id)).toMatchObject({ region: 'Lazio' });

      await undo(id);

      expect(await store.lead(keep.id)).toMatchObject({ region: null, additional_emails: [], phone: null });
    });

    test('of which Twenty had one person: it goes back to its lead', async () => {
      const drop = await linked(home);
      const keep = await store.addLead(ada);
      const { id } = await merge(keep, drop.id);
      await store.push([drop.snapshot]);
      await undo(id);
      expect(await store.lead(keep)).toMatchObject({ twenty_id: null, sync_status: 'pending' });
      expect(await store.lead(drop.id)).toMatchObject({ twenty_id: drop.snapshot.twenty_id, sync_status: 'pending' });
      // its address is free once the person has their own again
      const { writes } = await store.push([{ ...drop.snapshot, email: 'ada@example.com', city: 'Paris' }]);
      expect(writes).toMatchObject([
        { lead_id: drop.id, op: 'update', values: { email: 'ada@home.example', city: 'Rome' } },
      ]);
      expect((await store.push([])).writes).toMatchObject([{ lead_id: keep, op: 'create' }]);
    });

    test('fields that have the other one’s value by an edit since stay: the merge did not give it', async () => {
      const keep = await store.addLead({ ...ada, job_title: 'CEO', company_name: 'Acme' });
      const drop = await store.addLead({ ...home, job_title: 'CFO', company_domain: 'globex.example' });
      const { id } = await merge(keep, drop, { job_title: 'CTO', first_name: 'Augusta' });
      const edits = { city: 'Rome', job_title: 'CFO', company_domain: 'globex.example' };
      await store.editLead(keep, edits);
      await undo(id);
      expect(await store.lead(keep)).toMatchObject({ ...edits, first_name: 'Ada', region: null, phone: null });
    });

    test('before anything was merged: the merge is given up, when nobody is at work with it', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      const asked = await merge(keep.id, drop.id);
      const { id } = asked;
      await expect(undo(id)).rejects.toMatchObject({ code: 'PT409' });
      await settle(asked, 'no call was free', true);
      expect(await undo(id)).toMatchObject({ step: 'undone' });
      expect(await goOn()).toEqual([]);
      expect(await store.lead(drop.id)).toMatchObject({ deleted_at: null, sync_status: 'pending' });
    });

    test('not while Twenty may have merged the two, and nobody has heard of it', async () => {
      const [keep, drop] = [await linked(ada), await linked(home)];
      const { id } = await merge(keep.id, drop.id);
      expect(await goOn()).toMatchObject([{ problem: expect.any(String) as string }]); // the try that is at work
      await endClaims();
      await expect(undo(id)).rejects.toMatchObject({
        code: 'PT409',
        hint: 'Push once: it finds out and goes on with the merge. Undo it then.',
      });
      const [again] = await goOn();
      await settle(again);
      expect(await undo(id)).toMatchObject({ step: 'undone' });
    });

    test('not when the kept one is gone, or there is no such merge', async () => {
      const keep = await store.addLead(ada);
      const { id } = await merge(keep, await store.addLead(home));
      await store.editLead(keep, { deleted_at: new Date() });
      await expect(undo(id)).rejects.toMatchObject({ code: 'PT409' });
      await expect(undo(id + 1)).rejects.toMatchObject({ code: '22023' });
    });
  });
});
