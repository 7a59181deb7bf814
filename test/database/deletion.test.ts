import { person, useStore, written, type Json, type Snapshot } from './store';

type Direction = 'both' | 'to_twenty' | 'to_supabase' | 'none';

const DIRECTIONS: Direction[] = ['both', 'to_twenty', 'to_supabase', 'none'];
const toTwenty = (direction: Direction): boolean => direction === 'both' || direction === 'to_twenty';
const toSupabase = (direction: Direction): boolean => direction === 'both' || direction === 'to_supabase';

describe('deletion', () => {
  const store = useStore();
  beforeEach(() => store.sql.query(`update lead_sync.settings set absence_allowance = '0'`));

  /** Lets deletion travel this way only; `none` is the disabled row. */
  const travels = (direction: Direction) =>
    store.sql.query(
      `update lead_sync.field_mappings set enabled = $1, direction = $2 where lead_field = 'deleted'`,
      direction === 'none' ? [false, 'both'] : [true, direction],
    );

  const binned = (snapshot: Snapshot): Snapshot => ({ ...snapshot, twenty_deleted_at: '2026-02-01T00:00:00Z' });
  const isDeleted = async (id: string) => (await store.lead(id)).deleted_at !== null;

  const pushedOps = async (...snapshots: Json[]) => (await store.push(snapshots)).writes.map((write) => write.op);

  /** Nothing is due or in error any more. */
  async function expectSettled(id: string): Promise<void> {
    expect(await store.lead(id)).toMatchObject({ sync_status: 'synced' });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  }

  describe.each(DIRECTIONS)('that travels %s', (direction) => {
    beforeEach(() => travels(direction));

    test('a deletion and a restore in Twenty', async () => {
      const ada = await store.linked();
      await store.pull([binned(ada)]);
      expect(await isDeleted(ada.twenty_id)).toBe(toSupabase(direction));
      await store.pull([ada]);
      expect(await isDeleted(ada.twenty_id)).toBe(false);
      await expectSettled(ada.twenty_id);
    });

    test('a deletion and a restore here', async () => {
      const ada = await store.linked();
      await store.editLead(ada.twenty_id, { deleted_at: '2026-02-02' });
      expect(await pushedOps(ada)).toEqual(toTwenty(direction) ? ['delete'] : []);
      await expectSettled(ada.twenty_id);
      expect(await isDeleted(ada.twenty_id)).toBe(true);

      await store.editLead(ada.twenty_id, { deleted_at: null });
      expect(await pushedOps(toTwenty(direction) ? binned(ada) : ada)).toEqual(toTwenty(direction) ? ['restore'] : []);
      await expectSettled(ada.twenty_id);
      expect(await isDeleted(ada.twenty_id)).toBe(false);
    });

    test('deletions on both sides at once', async () => {
      const ada = await store.linked();
      await store.editLead(ada.twenty_id, { deleted_at: '2026-02-02' });
      expect(await pushedOps(binned(ada))).toEqual([]);
      await expectSettled(ada.twenty_id);
      expect(await isDeleted(ada.twenty_id)).toBe(true);
    });

    test('fields of a person in the bin are never pushed, and go out once it is restored', async () => {
      const ada = await store.linked();
      await store.pull([binned(ada)]);
      await store.editLead(ada.twenty_id, { job_title: 'CTO' });
      expect(await pushedOps(binned(ada))).toEqual([]);
      expect(await store.claim()).toMatchObject({ claimed: 0 });

      await store.pull([ada]);
      expect((await store.push([ada])).writes).toMatchObject([{ op: 'update', values: { job_title: 'CTO' } }]);
    });

    test('an edit here that meets the deletion in its own pre-push read is not pushed', async () => {
      const ada = await store.linked();
      await store.editLead(ada.twenty_id, { job_title: 'CTO' });
      expect(await pushedOps(binned(ada))).toEqual([]);
      expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'CTO', sync_status: 'synced' });
    });

    test('fields edited while the lead is deleted here wait for its restore', async () => {
      const ada = await store.linked();
      await store.editLead(ada.twenty_id, { deleted_at: '2026-02-02', job_title: 'CTO' });
      await store.push([ada]);
      await store.editLead(ada.twenty_id, { deleted_at: null });
      const { writes } = await store.push([toTwenty(direction) ? binned(ada) : ada]);
      expect(writes).toMatchObject([{ op: toTwenty(direction) ? 'restore' : 'update', values: { job_title: 'CTO' } }]);
      await expectSettled(ada.twenty_id);
    });

    test('a hard deletion in Twenty', async () => {
      const ada = await store.linked();
      const absent = { twenty_id: ada.twenty_id, absent: true };
      await store.pull([absent]);
      await store.pull([absent]);
      expect(await isDeleted(ada.twenty_id)).toBe(toSupabase(direction));
      await store.editLead(ada.twenty_id, { job_title: 'CTO' });
      expect(await pushedOps(absent)).toEqual([]);
      await expectSettled(ada.twenty_id);
    });

    test('a lead whose person is gone for good is deleted here: nothing to write', async () => {
      const ada = await store.linked();
      const absent = { twenty_id: ada.twenty_id, absent: true };
      await store.pull([absent]);
      await store.pull([absent]);
      await store.editLead(ada.twenty_id, { deleted_at: '2026-02-02' });
      expect(await pushedOps(absent)).toEqual([]);
      await expectSettled(ada.twenty_id);
    });

    test('a lead deleted before it ever went out makes no person', async () => {
      const id = await store.addLead({ email: 'ada@example.com', deleted_at: '2026-01-01' });
      expect(await pushedOps()).toEqual([]);
      await expectSettled(id);
    });

    test('a deleted person unknown here makes no lead', async () => {
      await store.pull([binned(person({ email: 'x@example.com' }))]);
      expect(await store.rows('select id from public.leads')).toEqual([]);
    });
  });

  test('an object without a row for deletion is taken as one whose deletions stay where they are', async () => {
    await store.sql.query(`delete from lead_sync.field_mappings where lead_field = 'deleted'`);
    const ada = await store.linked();
    await store.pull([binned(ada)]);
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    expect(await pushedOps(binned(ada))).toEqual([]);
    expect(await isDeleted(ada.twenty_id)).toBe(false);
  });

  describe('for good in Twenty, restored here', () => {
    /** A lead whose person was destroyed: deleted here by the sync, then restored by somebody. */
    async function restored(): Promise<{ ada: Snapshot; absent: Json }> {
      const ada = await store.linked({ job_title: 'CTO' });
      const absent = { twenty_id: ada.twenty_id, absent: true };
      await store.pull([absent]);
      await store.pull([absent]);
      await store.editLead(ada.twenty_id, { deleted_at: null });
      return { ada, absent };
    }

    test('makes the person again, with every field', async () => {
      const { ada, absent } = await restored();
      const { writes } = await store.push([absent]);
      expect(writes).toMatchObject([
        { op: 'create', twenty_id: ada.twenty_id, values: { first_name: 'Ada', job_title: 'CTO', email: ada.email } },
      ]);
      await expectSettled(ada.twenty_id);
      expect(await store.state(ada.twenty_id)).toMatchObject({ gone: false });
      expect((await store.pull([{ ...ada }])).counts).toMatchObject({ created: 0, conflict: 0 });
    });

    test('a create whose answer was lost is found again and makes no second lead, though its id is new', async () => {
      const original = person({ first_name: 'Ada', email: 'ada@example.com' });
      const id = await store.addLead({ first_name: 'Ada', email: 'ada@example.com' });
      await store.pull([original]); // linked by e-mail: its person has an id of its own
      const absent = { twenty_id: original.twenty_id, absent: true };
      await store.pull([absent]);
      await store.pull([absent]);
      await store.editLead(id, { deleted_at: null });
      const claim = await store.claim();
      expect(claim.leads).toMatchObject([{ twenty_id: original.twenty_id, email: 'ada@example.com' }]);
      const { writes } = await store.plan(claim, [absent]);
      expect(writes).toMatchObject([{ op: 'create', twenty_id: id }]);

      await store.pull([{ ...original, twenty_id: id, twenty_created_at: '2026-05-05T00:00:00Z' }]);

      expect(await store.rows('select id, twenty_id from public.leads')).toEqual([{ id, twenty_id: id }]);
      expect(await store.state(id)).toMatchObject({ gone: false, intent: null });
    });

    test('takes the person that somebody has made with this e-mail meanwhile', async () => {
      const { ada, absent } = await restored();
      const twenty_created_at = '2026-05-05T00:00:00Z';
      const other = person({ email: ada.email, first_name: 'Ada', job_title: null, twenty_created_at });
      const claim = await store.claim();
      const { writes, results } = await store.plan(claim, [absent, other]);
      expect(results.find((result) => result.linked)).toMatchObject({ lead_id: ada.twenty_id });
      expect(writes).toMatchObject([{ op: 'update', twenty_id: other.twenty_id, values: { job_title: 'CTO' } }]);
      await store.complete(claim, [{ ...written(writes[0]), twenty_created_at }]);
      expect(await store.lead(ada.twenty_id)).toMatchObject({ twenty_id: other.twenty_id, sync_status: 'synced' });
      expect(await store.rows('select id from public.leads')).toHaveLength(1);
    });
  });

  test('a person made again under its old id gets the whole lead', async () => {
    const ada = await store.linked({ job_title: 'CTO', city: 'Paris' });
    const absent = { twenty_id: ada.twenty_id, absent: true };
    await store.pull([absent]);
    const again = { ...ada, twenty_created_at: '2026-05-05T00:00:00Z', job_title: null, city: null };
    await store.pull([again]);
    expect(await store.state(ada.twenty_id)).toMatchObject({ gone: false, absent_since: null });
    expect((await store.push([again])).writes).toMatchObject([
      { op: 'update', values: { job_title: 'CTO', city: 'Paris' } },
    ]);
  });

  test('a lead whose e-mail a tombstone has is released when its own e-mail changes', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const tombstone = binned(person({ email: 'ada@example.com' }));
    expect(await store.push([tombstone])).toMatchObject({ writes: [], counts: { held: 1 } });
    await store.editLead(id, { email: 'other@example.com' });
    expect(await pushedOps()).toEqual(['create']);
  });
});
