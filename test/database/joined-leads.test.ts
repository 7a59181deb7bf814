import { randomUUID } from 'node:crypto';
import { person, useStore, written, type DoorAnswer, type Json, type Snapshot } from './store';

const HOME = 'ada.home@example.com';

describe('several addresses of one person', () => {
  const store = useStore();

  /** A lead that is linked and settled; returns its id and its person. */
  async function linked(values: Json): Promise<{ id: string; snapshot: Snapshot }> {
    const snapshot = person({ first_name: 'Ada', email: `${randomUUID()}@example.com`, ...values });
    const { results } = await store.pull([snapshot]);
    return { id: String(results[0].lead_id), snapshot };
  }

  const form = (values: Json): Promise<DoorAnswer> =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: [values], p_source: 'form' });

  describe('a form', () => {
    test('from the second address finds the person, and leaves the first address as it is', async () => {
      const { id } = await linked({ email: 'ada@example.com', additional_emails: [HOME] });

      const { results } = await form({ email: ` ${HOME.toUpperCase()}`, city: 'Lyon' });

      expect(results[0]).toMatchObject({ lead_id: id, result: 'updated' });
      expect(await store.lead(id)).toMatchObject({ email: 'ada@example.com', city: 'Lyon' });
    });

    test('with nothing but the second address changes nothing', async () => {
      const { id } = await linked({ email: 'ada@example.com', additional_emails: [HOME] });

      const { results } = await form({ email: HOME });

      expect(results[0]).toMatchObject({ lead_id: id, result: 'unchanged' });
    });

    test('goes to the lead that has the address as its first one', async () => {
      await linked({ additional_emails: [HOME] });
      const { id } = await linked({ email: HOME });

      expect((await form({ email: HOME, city: 'Lyon' })).results[0]).toMatchObject({ lead_id: id });
    });

    test('from an address that several people have makes a lead of its own', async () => {
      await linked({ additional_emails: [HOME] });
      await linked({ additional_emails: [HOME] });

      expect((await form({ email: HOME })).results[0]).toMatchObject({ result: 'created' });
    });

    test('from an address of a deleted lead makes a lead of its own', async () => {
      const { id } = await linked({ additional_emails: [HOME] });
      await store.editLead(id, { deleted_at: new Date() });

      expect((await form({ email: HOME })).results[0]).toMatchObject({ result: 'created' });
    });
  });

  describe('a person read from Twenty', () => {
    test('is an unlinked lead that has another address of theirs; the first address comes from Twenty', async () => {
      const id = await store.addLead({ email: HOME, city: 'Lyon' });

      const { results } = await store.pull([person({ email: 'ada@example.com', additional_emails: [HOME] })]);

      expect(results[0]).toMatchObject({ lead_id: id, linked: true, result: 'updated' });
      expect(await store.lead(id)).toMatchObject({ email: 'ada@example.com', additional_emails: [HOME], city: 'Lyon' });
      expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
    });

    test('without a first address gets that of the lead', async () => {
      const id = await store.addLead({ email: HOME });
      const snapshot = person({ email: null, additional_emails: [HOME] });

      await store.pull([snapshot]);

      expect(await store.lead(id)).toMatchObject({
        twenty_id: snapshot.twenty_id,
        email: HOME,
        sync_status: 'pending',
      });
    });

    test('rather is the lead that has the first address', async () => {
      const other = await store.addLead({ email: HOME });
      const id = await store.addLead({ email: 'ada@example.com' });

      const { results } = await store.pull([person({ email: 'ada@example.com', additional_emails: [HOME] })]);

      expect(results[0]).toMatchObject({ lead_id: id });
      expect(await store.lead(other)).toMatchObject({ twenty_id: null });
    });

    test('is not a lead that has a person of its own with that address', async () => {
      const { id, snapshot } = await linked({ email: HOME });

      const { results } = await store.pull([person({ email: 'ada@example.com', additional_emails: [HOME] })]);

      expect(results[0]).toMatchObject({ result: 'created' });
      expect(await store.lead(id)).toMatchObject({ twenty_id: snapshot.twenty_id });
    });

    test('of two with one additional address, one is the lead', async () => {
      await store.addLead({ email: HOME });

      const { counts } = await store.pull([
        person({ email: 'one@example.com', additional_emails: [HOME] }),
        person({ email: 'two@example.com', additional_emails: [HOME] }),
      ]);

      expect(counts).toMatchObject({ linked: 1, created: 1 });
    });
  });

  describe('two people merged in Twenty', () => {
    /** Makes the person's absence certain. */
    async function vanish(twentyId: string): Promise<DoorAnswer> {
      await store.pull([{ twenty_id: twentyId, absent: true }]);
      await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
      return await store.pull([{ twenty_id: twentyId, absent: true }]);
    }

    async function merged(
      survivorValues: Json = {},
      loserValues: Json = {},
    ): Promise<{ survivor: string; loser: string; answer: DoorAnswer }> {
      const survivor = await linked({ email: 'ada@example.com', ...survivorValues });
      const loser = await linked({ email: HOME, ...loserValues });
      await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);
      return { survivor: survivor.id, loser: loser.id, answer: await vanish(loser.snapshot.twenty_id) };
    }

    test('are one lead: the other joins it, is deleted, and both are told', async () => {
      const { survivor, loser, answer } = await merged();

      expect(answer.counts).toMatchObject({ joined: 1 });
      expect(answer.results[0]).toMatchObject({ lead_id: loser, joined: survivor });
      expect(answer.results[0].reason).toContain(survivor);
      expect((await store.lead(loser)).deleted_at).not.toBeNull();
      expect(await store.state(loser)).toMatchObject({ joined: survivor, due_at: null });
      const [told] = await store.rows(
        `select sync_status, error_message from public.lead_sync_history where lead_id = $1 order by id desc limit 1`,
        [survivor],
      );
      expect(told.sync_status).toBe('synced');
      expect(told.error_message).toContain(loser);
    });

    test('keep the history and the conflicts of both', async () => {
      const before = (id: string): Promise<Json[]> =>
        store.rows('select id from public.lead_sync_history where lead_id = $1', [id]);
      const survivor = await linked({ email: 'ada@example.com' });
      const loser = await linked({ email: HOME, city: 'Rome' });
      await store.rows(
        `insert into public.lead_sync_conflicts (lead_id, field, winner, reason) values ($1, 'city', 'twenty', 'x'), ($1, 'phone', 'twenty', 'x'), ($2, 'phone', 'twenty', 'x')`,
        [loser.id, survivor.id],
      );
      await store.rows(
        `insert into lead_sync.follow_ups (task_id, lead_id, rule_key) values (gen_random_uuid(), $1, 'hot')`,
        [loser.id],
      );
      const history = await before(loser.id);

      await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);
      await vanish(loser.snapshot.twenty_id);

      expect(await before(survivor.id)).toEqual(expect.arrayContaining(history));
      expect(await before(loser.id)).toEqual([]);
      const conflicts = await store.rows(
        `select field, resolution from public.lead_sync_conflicts where lead_id = $1 order by field, resolution`,
        [survivor.id],
      );
      expect(conflicts).toEqual([
        { field: 'city', resolution: null },
        { field: 'phone', resolution: 'superseded' },
        { field: 'phone', resolution: null },
      ]);
      expect(await store.rows('select from lead_sync.follow_ups where lead_id = $1', [survivor.id])).toHaveLength(1);
    });

    test('fill what is blank in the lead that stays and was not in Twenty to merge; it goes out', async () => {
      const survivor = await linked({ email: 'ada@example.com', city: 'Paris', company_name: 'Acme' });
      const loser = await linked({ email: HOME, city: 'Rome', region: 'Lazio', company_domain: 'globex.example' });
      await store.editLead(loser.id, { job_title: 'CTO' });
      await store.sql.query(
        `update public.leads set attributes = '{"utm": "fair"}', lead_score = 70, created_at = '2020-01-01' where id = $1`,
        [loser.id],
      );

      await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);
      await vanish(loser.snapshot.twenty_id);

      expect(await store.lead(survivor.id)).toMatchObject({
        city: 'Paris',
        region: null,
        job_title: 'CTO',
        attributes: { utm: 'fair' },
        lead_score: '70',
        company_domain: null,
        sync_status: 'pending',
        created_at: new Date('2020-01-01'),
      });
    });

    test('fill it with what Twenty did not take of the one who is gone, and keep that as a conflict where the other one has another value', async () => {
      const left_out = { city: 'Twenty did not take it', region: 'Twenty did not take it' };
      const survivor = await linked({ email: 'ada@example.com', city: 'Paris' });
      const loser = await linked({ email: HOME, city: 'Rome', region: 'Lazio' });
      await store.editLead(loser.id, { city: 'Milan', region: 'Lombardy' });
      const { claim, writes } = await store.beginPush([loser.snapshot]);
      await store.complete(claim, [{ ...written(writes[0], { city: 'Rome', region: 'Lazio' }), left_out }]);
      expect(await store.lead(loser.id)).toMatchObject({ sync_status: 'synced', left_out });

      await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);
      await vanish(loser.snapshot.twenty_id);

      expect(await store.lead(survivor.id)).toMatchObject({
        city: 'Paris',
        region: 'Lombardy',
        sync_status: 'pending',
      });
      const conflicts = 'select field, supabase_value, twenty_value from public.lead_sync_conflicts where lead_id = $1';
      expect(await store.rows(conflicts, [survivor.id])).toEqual([
        { field: 'city', supabase_value: 'Milan', twenty_value: 'Paris' },
      ]);
    });

    test.each([
      ['city', 'Paris', 'Rome', 'Oslo'],
      ['phone', '+1 415 555 2671', '+1 212 555 0100', '+1 315 555 2671'],
    ])('keep an edit of the %s that had not gone out, as a conflict', async (field, kept, read, edited) => {
      const survivor = await linked({ email: 'ada@example.com', [field]: kept });
      const loser = await linked({ email: HOME, [field]: read });
      await store.editLead(loser.id, { [field]: edited });

      await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);
      await vanish(loser.snapshot.twenty_id);

      const conflicts = await store.rows(
        'select field, winner, supabase_value, twenty_value from public.lead_sync_conflicts where lead_id = $1',
        [survivor.id],
      );
      expect(conflicts).toEqual([{ field, winner: 'twenty', supabase_value: edited, twenty_value: kept }]);
    });

    test('are told apart when the absence comes before the additional address', async () => {
      const survivor = await linked({ email: 'ada@example.com' });
      const loser = await linked({ email: HOME });
      expect((await vanish(loser.snapshot.twenty_id)).counts).toMatchObject({ joined: 0 });

      const { counts } = await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);

      expect(counts).toMatchObject({ joined: 1 });
      expect(await store.state(loser.id)).toMatchObject({ joined: survivor.id });
    });

    test('join once, however often both are read', async () => {
      const { survivor, loser, answer } = await merged();
      expect(answer.counts.joined).toBe(1);

      const { twenty_id, email } = await store.lead(survivor);
      const again = await store.pull([
        person({ twenty_id, first_name: 'Ada', email, additional_emails: [HOME] }),
        { twenty_id: (await store.lead(loser)).twenty_id, absent: true },
      ]);

      expect(again.counts).toMatchObject({ joined: 0 });
    });

    describe('of which the one that joined is restored', () => {
      const restore = (id: string): Promise<void> => store.editLead(id, { deleted_at: null });
      const readAgain = async (survivor: string): Promise<DoorAnswer> => {
        const { twenty_id, email } = await store.lead(survivor);
        const twenty_updated_at = new Date().toISOString();
        return await store.pull([person({ twenty_id, email, additional_emails: [HOME], twenty_updated_at })]);
      };

      test('are two again: no read joins it, and a push makes it a person of its own', async () => {
        const { survivor, loser } = await merged();
        await restore(loser);

        expect(await store.state(loser)).toMatchObject({ joined: null });
        expect((await readAgain(survivor)).counts).toMatchObject({ joined: 0 });
        const { writes } = await store.push([{ twenty_id: (await store.lead(loser)).twenty_id, absent: true }]);
        expect(writes).toMatchObject([{ lead_id: loser, op: 'create' }]);
        expect(await store.lead(loser)).toMatchObject({ deleted_at: null, sync_status: 'synced' });
      });

      test('are joined once more when they are merged in Twenty again', async () => {
        const { survivor, loser } = await merged();
        await restore(loser);
        await store.push([{ twenty_id: (await store.lead(loser)).twenty_id, absent: true }]);

        const { counts } = await vanish(String((await store.lead(loser)).twenty_id));

        expect(counts).toMatchObject({ joined: 1 });
        expect(await store.state(loser)).toMatchObject({ joined: survivor });
      });

      test('in Twenty are two again', async () => {
        const { loser } = await merged();
        const now = new Date().toISOString();
        const twenty_id = (await store.lead(loser)).twenty_id;

        await store.pull([person({ twenty_id, email: HOME, twenty_created_at: now, twenty_updated_at: now })]);

        expect(await store.lead(loser)).toMatchObject({ deleted_at: null });
        expect(await store.state(loser)).toMatchObject({ joined: null });
      });
    });

    test('stay one when the run that found it is undone', async () => {
      const { survivor, loser } = await merged();

      const { kept } = await store.rpc('undo_sync', { p_lead_ids: [loser], p_fields: ['deleted'], p_apply: true });

      expect(kept).toMatchObject([{ field: 'deleted', reason: expect.stringContaining(survivor) as string }]);
      expect((await store.lead(loser)).deleted_at).not.toBeNull();
    });

    test('do not join where two people have the address', async () => {
      const loser = await linked({ email: HOME });
      await linked({ additional_emails: [HOME] });
      await linked({ additional_emails: [HOME] });

      expect((await vanish(loser.snapshot.twenty_id)).counts).toMatchObject({ joined: 0 });
    });

    test('find the lead that stays: a form from the merged-away address is theirs', async () => {
      const { survivor } = await merged();

      expect((await form({ email: HOME, city: 'Lyon' })).results[0]).toMatchObject({
        lead_id: survivor,
        result: 'updated',
      });
    });

    test('join although a push was about to write the one who is gone', async () => {
      const survivor = await linked({ email: 'ada@example.com' });
      const loser = await linked({ email: HOME });
      await store.pull([
        { ...survivor.snapshot, twenty_updated_at: new Date().toISOString(), additional_emails: [HOME] },
      ]);
      await store.pull([{ twenty_id: loser.snapshot.twenty_id, absent: true }]);
      await store.sql.query(`update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'`);
      await store.editLead(loser.id, { job_title: 'CTO' });
      const claim = await store.claim();

      const plan = await store.plan(claim, [{ twenty_id: loser.snapshot.twenty_id, absent: true }]);

      expect(plan.writes).toEqual([]);
      expect(await store.lead(survivor.id)).toMatchObject({ job_title: 'CTO', sync_status: 'pending' });
      expect(await store.lead(loser.id)).toMatchObject({ sync_status: 'synced' });
      const next = await store.claim();
      const { writes } = await store.plan(next, [
        { ...survivor.snapshot, additional_emails: [HOME], twenty_updated_at: new Date().toISOString() },
      ]);
      expect(writes[0]).toMatchObject({ lead_id: survivor.id, values: { job_title: 'CTO' } });
      await store.complete(next, [written(writes[0])]);
      expect(await store.lead(survivor.id)).toMatchObject({ sync_status: 'synced' });
    });
  });
});
