import { Reconciling } from './reconciling';
import { person, useStore, type Json, type Snapshot } from './store';

interface Approval extends Json {
  id: number;
  kind: string;
  side: string;
  leads: number;
  left: number;
  version: string | null;
}

const CONFLICT = 'PT409';
const DELETED = '2026-01-03T00:00:00.000Z';
const RESTORED = '2026-01-04T00:00:00.000Z';

describe('deletions and changes above a set number', () => {
  const store = useStore();
  const { addPerson, editPerson, pullAll, reconcile, twenty } = new Reconciling(store);
  beforeEach(async () => {
    twenty.clear();
    await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
  });

  const askAbove = (deletions: number | null, changes: number | null = null): Promise<unknown> =>
    store.sql.query('update lead_sync.settings set approve_deletions = $1, approve_changes = $2', [deletions, changes]);
  const approvals = async (status = 'open'): Promise<Approval[]> =>
    (await store.rpc<{ approvals: Approval[] }>('get_approvals', { p_status: status })).approvals;
  const decide = (id: number, yes: boolean, by?: string): Promise<Json> =>
    store.rpc('decide_approval', { p_id: id, p_yes: yes, p_by: by });
  async function linkedPeople(count: number): Promise<Snapshot[]> {
    const people = Array.from({ length: count }, (_, n) =>
      addPerson({ first_name: `P${n}`, email: `p${n}@example.com` }),
    );
    await pullAll();
    return people;
  }
  const deleteLeads = (people: Snapshot[]): Promise<unknown> =>
    store.sql.query('update public.leads set deleted_at = now() where id = any ($1)', [people.map((p) => p.twenty_id)]);
  const deletePeople = (people: Snapshot[]): void =>
    people.forEach((p) => editPerson(p.twenty_id, { twenty_deleted_at: DELETED, twenty_updated_at: DELETED }));
  const live = async (): Promise<number> =>
    (await store.rows('select from public.leads where deleted_at is null')).length;
  const ops = async (people: Snapshot[]): Promise<string[]> => (await store.push(people)).writes.map(({ op }) => op);
  /** The weekly clean-up, when all that is decided is old. */
  const cleanUp = (): Promise<unknown> =>
    store.rows(`select lead_sync.clean_up(clock_timestamp() + interval '91 days')`);

  test('flow as ever while no number is set, and up to it', async () => {
    const people = await linkedPeople(6);
    await deleteLeads(people.slice(0, 3));
    expect(await ops(people)).toEqual(['delete', 'delete', 'delete']);

    await askAbove(3);
    await deleteLeads(people.slice(3));

    expect(await ops(people)).toEqual(['delete', 'delete', 'delete']);
    expect(await approvals('all')).toEqual([]);
  });

  describe('of people in Twenty', () => {
    test('wait for a yes, all of them, with what they are; then exactly those go out', async () => {
      const people = await linkedPeople(4);
      await askAbove(2);
      await deleteLeads(people);

      expect(await ops(people)).toEqual([]);
      expect(await ops(people)).toEqual([]);
      const [approval, ...others] = await approvals();
      expect(others).toEqual([]);
      expect(approval).toMatchObject({
        kind: 'deletions',
        side: 'twenty',
        leads: 4,
        fields: { deleted: 4 },
        decision: null,
      });
      expect(approval.examples).toContainEqual(
        expect.objectContaining({ email: 'p0@example.com', change: { deleted: true } }),
      );
      const [{ twenty_id: first }] = people;
      expect(await store.lead(first)).toMatchObject({
        sync_status: 'error',
        sync_error_message: expect.stringMatching(/waits for a yes/) as string,
      });
      expect(await store.rpc('get_dead_letters', { p_kind: 'dead' })).toMatchObject({ leads: [], total: 0 });

      await decide(approval.id, true, 'Zoë');

      expect(await ops(people)).toEqual(['delete', 'delete', 'delete', 'delete']);
      expect(await store.lead(first)).toMatchObject({ sync_status: 'synced' });
      expect(await approvals('decided')).toMatchObject([{ decision: 'yes', decided_by: 'Zoë' }]);
      expect(await store.rpc('get_audit_log', { p_limit: 1 })).toMatchObject({
        entries: [{ action: 'decide_approval', done_by: 'Zoë', subject: { decision: 'yes', leads: 4 } }],
      });
    });

    test('join what waits already, however few they are', async () => {
      const people = await linkedPeople(5);
      await askAbove(3);
      await deleteLeads(people.slice(0, 4));
      await ops(people);
      await deleteLeads(people.slice(4));

      expect(await ops(people)).toEqual([]);

      expect(await approvals()).toMatchObject([{ leads: 5 }]);
    });

    test('are counted over all claims of a run', async () => {
      const people = await linkedPeople(6);
      await askAbove(4);
      await deleteLeads(people);
      const { run } = await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'supabase_to_twenty' });
      const claimed = async (): Promise<number> =>
        (await store.rpc<{ claimed: number }>('get_leads_for_sync', { p_limit: 3, p_run: run })).claimed;

      expect([await claimed(), await claimed()]).toEqual([3, 0]);
      expect(await approvals()).toMatchObject([{ leads: 3 }]);
    });

    test('stay away after a no, and are asked about again when the lead is another', async () => {
      const people = await linkedPeople(3);
      await askAbove(1, 1);
      for (const { twenty_id: id } of people) await store.editLead(id, { city: 'Rome' });
      await ops(people);
      const [{ id }] = await approvals();
      await decide(id, false);

      await store.rpc('mark_leads_for_sync', { p_limit: 100 });
      expect(await ops(people)).toEqual([]);
      expect(await approvals()).toEqual([]);
      expect(await store.lead(people[0].twenty_id)).toMatchObject({
        city: 'Rome',
        sync_error_message: expect.stringMatching(/no was said/) as string,
      });

      await store.editLead(people[0].twenty_id, { city: 'Oslo' });
      expect(await ops(people)).toEqual(['update']);
    });

    test('stay away for as long as the no holds, however old it is, and however few are left of them', async () => {
      const people = await linkedPeople(3);
      await askAbove(2);
      await deleteLeads(people);
      await ops(people);
      const [{ id }] = await approvals();
      await decide(id, false);
      await store.editLead(people[0].twenty_id, { deleted_at: null });
      await ops(people);
      await cleanUp();

      await store.rpc('mark_leads_for_sync', { p_limit: 100 });
      expect(await ops(people)).toEqual([]);

      for (const { twenty_id: lead } of people) await store.editLead(lead, { deleted_at: null, city: 'Rome' });
      expect(await ops(people)).toEqual(['update', 'update', 'update']);
      await cleanUp();
      expect(await approvals('all')).toEqual([]);
    });

    test('are asked about anew where the lead changed between question and yes', async () => {
      const people = await linkedPeople(3);
      await askAbove(null, 1);
      for (const { twenty_id: id } of people) await store.editLead(id, { city: 'Rome' });
      await ops(people);
      const [{ id }] = await approvals();
      for (const { twenty_id: changed } of people.slice(0, 2)) await store.editLead(changed, { city: 'Oslo' });

      await decide(id, true);

      expect(await ops(people)).toEqual(['update']);
      expect(await approvals()).toMatchObject([{ leads: 2 }]);
    });
  });

  describe('of leads here', () => {
    test('wait for a yes instead of being taken, and are taken as they were read', async () => {
      const people = await linkedPeople(4);
      await askAbove(2);
      deletePeople(people);

      const { results } = await store.pull([...twenty.values()]);

      expect(results).toMatchObject(
        people.map(() => ({ result: 'unchanged', reason: expect.stringMatching(/waits for a yes/) as string })),
      );
      expect(await live()).toBe(4);
      const [approval] = await approvals();
      expect(approval).toMatchObject({ kind: 'deletions', side: 'supabase', leads: 4, left: 4 });
      await pullAll();
      expect(await reconcile()).toMatchObject({ findings: {} });
      expect(await live()).toBe(4);

      expect(await decide(approval.id, true)).toMatchObject({ decision: 'yes', left: 0 });

      expect(await live()).toBe(0);
      expect(await reconcile()).toMatchObject({ findings: {} });
    });

    test('let new people and other kinds pass', async () => {
      const people = await linkedPeople(3);
      await askAbove(1);
      deletePeople(people.slice(0, 2));
      editPerson(people[2].twenty_id, { city: 'Rome', twenty_updated_at: DELETED });
      addPerson({ first_name: 'New' });

      const { counts } = await store.pull([...twenty.values()]);

      expect(counts).toMatchObject({ created: 1, updated: 1, unchanged: 2 });
      expect(await store.lead(people[2].twenty_id)).toMatchObject({ city: 'Rome' });
    });

    test('stay away after a no, without a difference to a reconciliation, until the person is another', async () => {
      const people = await linkedPeople(3);
      await askAbove(null, 1);
      for (const { twenty_id: id } of people) editPerson(id, { city: 'Rome', twenty_updated_at: DELETED });
      await pullAll();
      const [{ id }] = await approvals();
      await decide(id, false);

      await pullAll();
      expect(await reconcile()).toMatchObject({ findings: {} });
      expect(await store.rows('select distinct city from public.leads')).toEqual([{ city: null }]);
      expect(await approvals()).toEqual([]);

      editPerson(people[0].twenty_id, { city: 'Oslo', twenty_updated_at: '2026-01-04T00:00:00.000Z' });
      await pullAll();
      expect(await store.lead(people[0].twenty_id)).toMatchObject({ city: 'Oslo' });
    });

    test.each<[string, (people: Snapshot[]) => void, Json[]]>([
      ['in the bin', deletePeople, []],
      ['gone', (people) => people.forEach((p) => twenty.delete(p.twenty_id)), [{ decision: 'no' }]], // they may go again
    ])(
      'who are %s stay for as long as the no holds, however old it is, and however few are left',
      async (_where, remove, left) => {
        const people = await linkedPeople(3);
        await askAbove(2);
        remove(people);
        await reconcile();
        const [{ id }] = await approvals();
        await decide(id, false);
        const restore = async (...back: Snapshot[]): Promise<void> => {
          for (const p of back) twenty.set(p.twenty_id, { ...p, city: 'Rome', twenty_updated_at: RESTORED });
          await pullAll();
        };
        await restore(people[0]);
        await cleanUp();

        expect(await reconcile()).toMatchObject({ findings: {} });
        await store.rpc('mark_leads_for_sync', { p_limit: 100 });
        await ops(people.map((p) => twenty.get(p.twenty_id) ?? { twenty_id: p.twenty_id, absent: true }));
        expect(await live()).toBe(3);

        await restore(...people);
        await cleanUp();
        expect(await approvals('all')).toMatchObject(left);
      },
    );

    test('who are gone from Twenty wait, too, where a reconciliation would have stopped', async () => {
      await linkedPeople(30);
      await askAbove(5);
      twenty.clear();

      expect(await reconcile()).toMatchObject({ status: 'succeeded', warnings: [] });
      expect(await live()).toBe(30);
      const [approval] = await approvals();
      expect(approval).toMatchObject({ kind: 'deletions', leads: 30 });

      await decide(approval.id, true);
      expect(await live()).toBe(0);
    });

    test('wait while a push reads their people, and after a no: nothing of them is taken or written', async () => {
      const people = await linkedPeople(4);
      await askAbove(2);
      deletePeople(people);
      await pullAll();
      const [{ id }] = await approvals();
      const pushed = async (reason: RegExp): Promise<void> => {
        await store.rpc('mark_leads_for_sync', { p_lead_ids: people.map((p) => p.twenty_id) });
        const { results, writes } = await store.push([...twenty.values()]);
        expect(writes).toEqual([]);
        expect(results).toMatchObject(
          people.map(() => ({ result: 'rejected', reason: expect.stringMatching(reason) as string })),
        );
        expect(await store.lead(people[0].twenty_id)).toMatchObject({
          deleted_at: null,
          sync_status: 'pending',
          sync_error_message: expect.stringMatching(reason) as string,
        });
        expect(await live()).toBe(4);
      };

      await pushed(/waits for a yes/);
      await decide(id, false);
      await pushed(/no was said/);

      expect(await approvals()).toEqual([]);
    });

    test('are none that wait too long when they are edited here, neither before an answer nor after a no', async () => {
      const people = await linkedPeople(3);
      await askAbove(null, 1);
      for (const { twenty_id: id } of people) editPerson(id, { city: 'Rome', twenty_updated_at: DELETED });
      await pullAll();
      const [{ id }] = await approvals();
      const longWaiting = async (): Promise<unknown[]> => {
        await store.editLead(people[0].twenty_id, { job_title: 'CTO' });
        await store.rpc('mark_leads_for_sync', { p_lead_ids: [people[0].twenty_id] });
        expect((await store.push([twenty.get(people[0].twenty_id)!])).results).toMatchObject([{ result: 'rejected' }]);
        await store.sql.query(
          "update lead_sync.lead_states set due_since = now() - interval '2 hours' where due_since is not null",
        );
        const { backlog } = await store.rpc<{ backlog: Json }>('get_sync_metrics', {
          p_now: new Date(Date.now() + 7_200_000).toISOString(),
        });
        const [{ stale_count }] = await store.rpc<Json[]>('check_stale_leads');
        return [backlog.pending, backlog.over_an_hour, stale_count];
      };

      expect(await longWaiting()).toEqual([1, 0, 0]);
      await decide(id, false);
      expect(await longWaiting()).toEqual([1, 0, 0]);
    });

    test('wait, too, where a push meets them first', async () => {
      const people = await linkedPeople(4);
      await askAbove(2);
      deletePeople(people);
      await store.rpc('mark_leads_for_sync', { p_limit: 100 });

      expect(await ops([...twenty.values()])).toEqual([]);
      expect(await live()).toBe(4);
      const [{ id, leads }] = await approvals();
      expect(leads).toBe(4);

      expect(await decide(id, true)).toMatchObject({ left: 0 });
      expect(await live()).toBe(0);
    });

    test('are not thought gone by a push that reads another workspace', async () => {
      const people = await linkedPeople(30);
      await askAbove(20);
      const readNobody = async (): Promise<unknown> => {
        await store.sql.query('update lead_sync.lead_states set due_at = now()');
        return (await store.push(people.map(({ twenty_id }) => ({ twenty_id, absent: true })))).results[0];
      };
      await readNobody();

      expect(await readNobody()).toMatchObject({
        result: 'held',
        reason: expect.stringMatching(/another workspace/) as string,
      });
      expect(await live()).toBe(30);
      expect(await approvals()).toEqual([]);
    });

    test('that came in newer since are passed over by the yes', async () => {
      const people = await linkedPeople(2);
      await askAbove(null, 1);
      for (const { twenty_id: id } of people) editPerson(id, { city: 'Rome', twenty_updated_at: DELETED });
      await pullAll();
      const [{ id }] = await approvals();
      await askAbove(null, null);
      const [ada] = people;
      await store.editLead(ada.twenty_id, { job_title: 'CTO' });
      await store.push([{ ...person(), ...ada, city: 'Oslo', twenty_updated_at: '2026-01-04T00:00:00.000Z' }]);

      await decide(id, true);

      expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Oslo' });
      expect(await store.lead(people[1].twenty_id)).toMatchObject({ city: 'Rome' });
    });
  });

  describe('of leads here, once their fields are others in Twenty', () => {
    const mapTo = (field: string, twentyField: string): Promise<unknown> =>
      store.sql.query('update lead_sync.field_mappings set twenty_field = $2 where lead_field = $1', [
        field,
        twentyField,
      ]);
    afterEach(() => mapTo('city', 'city'));

    test('are taken without what was read at the old place: the blank at the new one erased it', async () => {
      const people = ['ada', 'bob'].map((name) => addPerson({ email: `${name}@example.com`, city: 'Paris' }));
      await pullAll();
      await askAbove(null, 1);
      for (const { twenty_id: id } of people) editPerson(id, { job_title: 'CTO', twenty_updated_at: DELETED });
      await pullAll();
      const [approval] = await approvals();
      await mapTo('city', 'homeTown');

      await decide(approval.id, true);
      for (const { twenty_id: id } of people) editPerson(id, { city: null });
      await pullAll();

      for (const { twenty_id: id } of people)
        expect(await store.lead(id)).toMatchObject({ job_title: 'CTO', city: 'Paris' });
    });
  });

  test('are decided once: whoever comes second with another answer is told', async () => {
    const people = await linkedPeople(2);
    await askAbove(0);
    await deleteLeads(people);
    await ops(people);
    const [{ id }] = await approvals();

    await decide(id, true, 'Ada');
    expect(await decide(id, true, 'Bob')).toMatchObject({ decision: 'yes', decided_by: 'Ada', decided_before: true });

    await expect(decide(id, false, 'Bob')).rejects.toMatchObject({
      code: CONFLICT,
      message: expect.stringMatching(/by Ada: yes/) as string,
    });
    await expect(decide(0, true)).rejects.toMatchObject({ code: '22023' });
  });

  test('that have become more than whoever decides was shown are not decided', async () => {
    const people = await linkedPeople(3);
    await askAbove(0);
    await deleteLeads(people);
    await ops(people);
    const [{ id }] = await approvals();
    const decideShown = (leads: number): Promise<Json> =>
      store.rpc('decide_approval', { p_id: id, p_yes: true, p_leads: leads });

    await expect(decideShown(2)).rejects.toMatchObject({
      code: CONFLICT,
      message: expect.stringMatching(/has become 3 leads since; you were shown 2/) as string,
    });
    expect(await approvals()).toMatchObject([{ decision: null }]);
    expect(await decideShown(3)).toMatchObject({ decision: 'yes', decided_before: false, leads: 3 });
  });

  test.each<[string, (people: Snapshot[], city: string, at: string) => Promise<unknown>]>([
    [
      'leads',
      async (people, city) => {
        for (const { twenty_id: id } of people) await store.editLead(id, { city });
        await ops(people);
      },
    ],
    [
      'people',
      async (people, city, at) => {
        for (const { twenty_id: id } of people) editPerson(id, { city, twenty_updated_at: at });
        await pullAll();
      },
    ],
  ])('that are others than whoever decides was shown are not decided: changes of %s', async (_what, change) => {
    const people = await linkedPeople(3);
    await askAbove(null, 1);
    const decideSeen = ({ id, leads, version }: Approval): Promise<Json> =>
      store.rpc('decide_approval', { p_id: id, p_yes: true, p_leads: leads, p_seen: version });
    await change(people, 'Rome', DELETED);
    const [shown] = await approvals();
    await change(people.slice(0, 1), 'Oslo', '2026-01-04T00:00:00.000Z');

    await expect(decideSeen(shown)).rejects.toMatchObject({
      code: CONFLICT,
      message: expect.stringMatching(/has changed since you were shown it/) as string,
    });

    const [again] = await approvals();
    expect(again).toMatchObject({ id: shown.id, leads: 3, decision: null });
    expect(await decideSeen(again)).toMatchObject({ decision: 'yes', decided_before: false });
    expect(await decideSeen(again)).toMatchObject({ decided_before: true });
    expect(await approvals('decided')).toMatchObject([{ version: null }]);
  });

  test('are told as an alert, and are neither dead letters nor held leads of it', async () => {
    const people = await linkedPeople(2);
    await askAbove(0);
    await deleteLeads(people);
    await ops(people);

    expect(await store.rpc('get_sync_metrics')).toMatchObject({ approvals: 2, dead_letters: 0, held: 0 });
    expect(await store.rpc('update_sync_alerts')).toMatchObject({
      notifications: expect.arrayContaining([expect.objectContaining({ alert: 'approvals' })]) as unknown,
    });
  });
});
