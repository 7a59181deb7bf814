import { Reconciling } from './reconciling';
import { failed, person, useStore, type Json, type Snapshot } from './store';

interface Filter extends Json {
  outside: number;
}

interface Preview extends Json {
  examples: { leave: string[]; enter: string[] };
}

const WEBINAR = [{ attribute: 'lead_source', operator: 'equals', value: 'webinar' }];
const REFUSED = '22023';

describe('a filter', () => {
  const store = useStore();
  const { addPerson, editPerson, pullAll, reconcile, twenty } = new Reconciling(store);
  beforeEach(async () => {
    twenty.clear();
    await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
  });

  const setFilter = (direction: string, conditions: unknown): Promise<Filter> =>
    store.rpc('set_filter', { p_direction: direction, p_conditions: conditions });
  const preview = (direction: string, conditions: unknown, args: Json = {}): Promise<Preview> =>
    store.rpc('preview_filter', { p_direction: direction, p_conditions: conditions, ...args });
  /** Pushes until nothing is due; gives what was written, lead by lead. */
  async function pushAll(...people: Snapshot[]): Promise<Array<[lead: string, op: string, values: Json]>> {
    const all: Array<[string, string, Json]> = [];
    for (;;) {
      const { claim, writes } = await store.push(people);
      all.push(...writes.map(({ lead_id, op, values }): [string, string, Json] => [lead_id, op, values]));
      if (claim.claimed === 0) return all;
    }
  }

  describe('of which leads travel out', () => {
    test('keeps a lead here that does not fit, and sends it as soon as it does', async () => {
      await setFilter('to_twenty', WEBINAR);
      const inside = await store.addLead({ first_name: 'Ada', lead_source: ' Webinar' });
      const outside = await store.addLead({ first_name: 'Bob', lead_source: 'fair' });

      expect((await pushAll()).map(([lead, op]) => [lead, op])).toEqual([[inside, 'create']]);
      expect(await store.lead(outside)).toMatchObject({
        sync_status: 'outside',
        twenty_id: null,
        sync_error_message: null,
      });
      expect(await store.state(outside)).toMatchObject({ due_at: null, due_since: null });

      await store.editLead(outside, { lead_source: 'webinar' });
      expect(await pushAll()).toEqual([[outside, 'create', expect.objectContaining({ first_name: 'Bob' })]]);
    });

    test('stops a lead that leaves, which loses nothing, and sends all that differs when it is back', async () => {
      const ada = await store.linked({ lead_source: 'webinar', city: 'Paris' });
      await setFilter('to_twenty', WEBINAR);

      await store.editLead(ada.twenty_id, { lead_source: 'fair', city: 'Rome' });
      expect(await pushAll(ada)).toEqual([]);
      await store.editLead(ada.twenty_id, { city: 'Oslo' });
      expect(await pushAll(ada)).toEqual([]);
      expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'outside', twenty_id: ada.twenty_id });

      await store.editLead(ada.twenty_id, { lead_source: 'webinar' });
      expect(await pushAll(ada)).toEqual([[ada.twenty_id, 'update', { city: 'Oslo' }]]);
      expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'synced' });
    });

    test('goes by what the read before the write has just brought', async () => {
      await setFilter('to_twenty', WEBINAR);
      const ada = await store.linked({ lead_source: 'webinar', city: 'Paris' });
      await store.editLead(ada.twenty_id, { city: 'Rome' });

      expect(await pushAll({ ...ada, lead_source: 'fair' })).toEqual([]);

      expect(await store.lead(ada.twenty_id)).toMatchObject({
        sync_status: 'outside',
        lead_source: 'fair',
        city: 'Rome',
      });
    });

    test('still takes what Twenty changes in a lead that stays here, and sends it when that makes it fit', async () => {
      await setFilter('to_twenty', WEBINAR);
      const ada = await store.linked({ lead_source: 'fair', city: 'Paris' });
      await store.editLead(ada.twenty_id, { city: 'Rome' });
      await pushAll(ada);

      const changed = { ...ada, lead_source: 'webinar', twenty_updated_at: '2026-01-03T00:00:00.000Z' };
      await store.pull([changed]);

      expect(await pushAll(changed)).toEqual([[ada.twenty_id, 'update', { city: 'Rome' }]]);
    });

    test('waits for a create that may still land before it stops a lead', async () => {
      const lead = await store.addLead({ first_name: 'Ada', lead_source: 'webinar' });
      const { claim, writes } = await store.beginPush();
      await setFilter('to_twenty', WEBINAR);
      await store.editLead(lead, { lead_source: 'fair' });
      await store.complete(claim, [failed(writes[0], 'network', 'unknown')]);
      await store.sql.query('update lead_sync.lead_states set due_at = now()');

      await store.push();
      expect(await store.lead(lead)).toMatchObject({ sync_status: 'pending' });
      await store.sql.query(
        `update lead_sync.lead_states set due_at = now(), intent = intent || jsonb_build_object('until', now() - interval '1 s')`,
      );
      await store.push();

      expect(await store.lead(lead)).toMatchObject({ sync_status: 'outside' });
      expect(await store.state(lead)).toMatchObject({ intent: null });
    });

    test('that is taken away or changed sends who entered by it, however many they are', async () => {
      await setFilter('to_twenty', WEBINAR);
      await store.sql.query(
        `insert into public.leads (first_name, lead_source) select 'n' || n, case when n > 50 then 'fair' else 'advert' end from generate_series(1, 60) as n`,
      );
      expect(await pushAll()).toEqual([]);
      expect(await store.rpc('get_filters')).toMatchObject({ filters: [{ direction: 'to_twenty', outside: 60 }, {}] });

      await setFilter('to_twenty', [{ attribute: 'lead_source', operator: 'in', value: ['fair'] }]);
      expect(await pushAll()).toHaveLength(10);
      expect(await pushAll()).toEqual([]);

      await store.sql.query("delete from lead_sync.lead_filters where direction = 'to_twenty'");
      expect(await pushAll()).toHaveLength(50);
    });

    test('that is changed lets a claim that found nobody inside say how many it judged, and how many wait for that', async () => {
      await setFilter('to_twenty', WEBINAR);
      await store.sql.query(
        "insert into public.leads (first_name, lead_source) select 'n' || n, 'advert' from generate_series(1, 30) as n",
      );
      await pushAll();
      await setFilter('to_twenty', [{ attribute: 'lead_source', operator: 'equals', value: 'fair' }]);

      expect(await store.rpc('start_sync_run', { p_direction: 'supabase_to_twenty' })).toMatchObject({ due: 30 });
      for (const [judged, remaining] of [
        [20, 10],
        [10, 0],
        [0, 0],
      ])
        expect(await store.rpc('get_leads_for_sync', { p_limit: 10 })).toMatchObject({ claimed: 0, judged, remaining });
    });

    test('by segment: a lead that is put into it goes out', async () => {
      const [{ id: gold }] = await store.rows<{ id: string }>(
        "insert into public.customer_segments (segment_name) values ('Gold') returning id",
      );
      await setFilter('to_twenty', [{ attribute: 'segment', operator: 'equals', value: 'gold' }]);
      const lead = await store.addLead({ first_name: 'Ada' });
      expect(await pushAll()).toEqual([]);

      await store.editLead(lead, { segment_id: gold });

      expect(await pushAll()).toMatchObject([[lead, 'create', { first_name: 'Ada' }]]);
    });

    test('is no difference to a reconciliation, nor to the check of integrity', async () => {
      await setFilter('to_twenty', WEBINAR);
      const ada = addPerson({ first_name: 'Ada', email: 'ada@example.com' });
      await pullAll();
      await store.editLead(ada.twenty_id, { city: 'Rome' });
      await store.addLead({ first_name: 'Bob' });
      await pushAll(ada);

      expect(await reconcile()).toMatchObject({ findings: {}, figures: { queued: 0 } });
      expect(await store.rpc('check_sync_integrity')).toMatchObject({ ok: true });
    });
  });

  describe('of which people come in', () => {
    const webinarist = (values: Json = {}): Snapshot => addPerson({ lead_source: 'webinar', ...values });

    test('makes no lead of a person who does not fit, until they do', async () => {
      await setFilter('to_supabase', WEBINAR);
      const inside = webinarist({ first_name: 'Ada' });
      const outside = addPerson({ first_name: 'Bob', lead_source: 'fair' });

      const { results } = await store.pull([inside, outside]);

      expect(results).toMatchObject([
        { result: 'created' },
        { result: 'unchanged', lead_id: null, reason: 'outside the filter of who comes in' },
      ]);
      editPerson(outside.twenty_id, { lead_source: 'webinar', twenty_updated_at: '2026-01-03T00:00:00.000Z' });
      await pullAll();
      expect(await store.lead(outside.twenty_id)).toMatchObject({ first_name: 'Bob', sync_status: 'synced' });
      expect(await store.rows('select * from lead_sync.people_outside')).toEqual([]);
    });

    test('has a known lead keep what it has while its person is outside, and take all of it afterwards', async () => {
      await setFilter('to_supabase', WEBINAR);
      const ada = webinarist({ first_name: 'Ada', city: 'Paris' });
      await pullAll();

      editPerson(ada.twenty_id, { lead_source: 'fair', city: 'Rome', twenty_updated_at: '2026-01-03T00:00:00.000Z' });
      await pullAll();
      expect(await store.lead(ada.twenty_id)).toMatchObject({
        lead_source: 'webinar',
        city: 'Paris',
        sync_status: 'synced',
      });
      expect(await reconcile()).toMatchObject({ findings: {} });

      editPerson(ada.twenty_id, { lead_source: 'webinar', twenty_updated_at: '2026-01-04T00:00:00.000Z' });
      await pullAll();
      expect(await store.lead(ada.twenty_id)).toMatchObject({ lead_source: 'webinar', city: 'Rome' });
    });

    test('sends what is edited here of a lead whose person is outside, and keeps as a conflict what it overrules there', async () => {
      await setFilter('to_supabase', WEBINAR);
      const ada = webinarist({ first_name: 'Ada', city: 'Paris', job_title: 'CTO' });
      await pullAll();
      editPerson(ada.twenty_id, { lead_source: 'fair', city: 'Rome', job_title: 'CEO' });
      await store.editLead(ada.twenty_id, { city: 'Oslo' });

      expect(await pushAll(twenty.get(ada.twenty_id) as Snapshot)).toEqual([
        [ada.twenty_id, 'update', { city: 'Oslo' }],
      ]);

      expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Oslo', job_title: 'CTO' });
      expect(await store.rows('select field, winner, twenty_value from public.lead_sync_conflicts')).toEqual([
        { field: 'city', winner: 'supabase', twenty_value: 'Rome' },
      ]);
    });

    test('links a lead that goes out with the person who has its e-mail, whether that one fits or not', async () => {
      await setFilter('to_supabase', WEBINAR);
      const bob = person({ email: 'bob@example.com', city: 'Rome', lead_source: 'fair' });
      const lead = await store.addLead({ email: 'bob@example.com', first_name: 'Bob', city: 'Oslo' });

      const [[, op, values]] = await pushAll(bob);

      expect([op, values]).toEqual(['update', expect.objectContaining({ first_name: 'Bob', city: 'Oslo' })]);
      expect(await store.lead(lead)).toMatchObject({ twenty_id: bob.twenty_id, lead_source: null, city: 'Oslo' });
    });

    test('still takes deletions', async () => {
      await setFilter('to_supabase', WEBINAR);
      const ada = webinarist();
      await pullAll();
      await store.pull([{ ...ada, lead_source: 'fair', twenty_deleted_at: '2026-01-03T00:00:00.000Z' }]);

      expect(await store.lead(ada.twenty_id)).toMatchObject({
        deleted_at: expect.anything() as unknown,
        lead_source: 'webinar',
      });
    });

    test('leaves nothing for a reconciliation to repair, by ids or by ranges', async () => {
      await setFilter('to_supabase', WEBINAR);
      for (let n = 0; n < 5; n++) addPerson({ email: `p${n}@example.com` });
      const ada = webinarist({ email: 'ada@example.com' });
      await reconcile();
      editPerson(ada.twenty_id, { lead_source: 'fair', twenty_updated_at: '2026-01-03T00:00:00.000Z' });

      const first = await reconcile();
      const second = await reconcile();

      expect([first.figures.missing, first.figures.different]).toEqual([0, 1]);
      expect(second).toMatchObject({ findings: {}, figures: { read: 0, compared: 6 } });
      const [{ summary }] = await store.rows(
        `select lead_sync.summarise_range(gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', now()) as summary`,
      );
      expect(summary).toMatchObject({ count: 6, updated_to: expect.stringContaining('2026-01-03') as string });
      expect(await store.rpc('check_sync_integrity', { p_twenty_people: 6 })).toMatchObject({ ok: true });
    });

    test('that is changed has the next reconciliation read again whom the one before left outside', async () => {
      await setFilter('to_supabase', WEBINAR);
      const ada = webinarist({ first_name: 'Ada', city: 'Paris' });
      const bob = addPerson({ first_name: 'Bob', lead_source: 'fair' });
      await reconcile();
      editPerson(ada.twenty_id, { lead_source: 'fair', city: 'Rome', twenty_updated_at: '2026-01-03T00:00:00.000Z' });
      await reconcile();
      expect(await store.rows('select id from public.leads')).toEqual([{ id: ada.twenty_id }]);

      await setFilter('to_supabase', null);
      const run = await reconcile();

      expect(run.figures).toMatchObject({ missing: 1, different: 1 });
      expect(await store.lead(ada.twenty_id)).toMatchObject({ lead_source: 'fair', city: 'Rome' });
      expect(await store.lead(bob.twenty_id)).toMatchObject({ first_name: 'Bob' });
      expect(await reconcile()).toMatchObject({ findings: {} });
    });

    describe('by a field that is mapped later', () => {
      const PRO = [{ attribute: 'attributes.plan', operator: 'equals', value: 'pro' }];
      const map = (): Promise<unknown> =>
        store.rows(
          "insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'attributes.plan', 'plan')",
        );
      /** Twenty has had it all along; only now a read asks for it. */
      const show = (...people: Snapshot[]): void =>
        people.forEach(({ twenty_id }) => editPerson(twenty_id, { attributes: { plan: 'pro' } }));

      test('has the next reconciliation read again whom it left outside', async () => {
        const ada = addPerson({ first_name: 'Ada', city: 'Paris' });
        await pullAll();
        await setFilter('to_supabase', PRO);
        const bob = addPerson({ first_name: 'Bob' });
        editPerson(ada.twenty_id, { city: 'Rome', twenty_updated_at: '2026-01-03T00:00:00.000Z' });
        await reconcile();
        expect(await reconcile()).toMatchObject({ findings: {} });

        await map();
        show(ada, bob);

        expect((await reconcile()).figures).toMatchObject({ missing: 1, different: 1 });
        expect(await store.lead(ada.twenty_id)).toMatchObject({ city: 'Rome' });
        expect(await store.lead(bob.twenty_id)).toMatchObject({ attributes: { plan: 'pro' } });
        expect(await reconcile()).toMatchObject({ findings: {} });
      });

      test.each(['a read', 'a run'])('does not miss who was left outside by %s of before', async (what) => {
        await setFilter('to_supabase', PRO);
        const bob = addPerson();
        const p_read_started_at = await store.now();
        const { run } = await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' });
        await map();
        await store.pull([bob], what === 'a read' ? { p_read_started_at } : { p_run: run });
        show(bob);

        await reconcile();

        expect(await store.rows('select attributes from public.leads')).toEqual([{ attributes: { plan: 'pro' } }]);
      });
    });

    test('is forgotten of people who are gone from Twenty', async () => {
      await setFilter('to_supabase', WEBINAR);
      const bob = addPerson({ lead_source: 'fair' });
      await pullAll();
      twenty.delete(bob.twenty_id);

      await reconcile();

      expect(await store.rows('select * from lead_sync.people_outside')).toEqual([]);
    });

    test('keeps what a stale read shows from being taken for who is outside', async () => {
      await setFilter('to_supabase', WEBINAR);
      const ada = webinarist({ city: 'Paris' });
      await pullAll();
      const read = await store.now();
      await store.pull([{ ...ada, first_name: 'New', twenty_updated_at: '2026-01-03T00:00:00.000Z' }]);

      const { results } = await store.pull([{ ...ada, lead_source: 'fair' }], { p_read_started_at: read });

      expect(results).toMatchObject([{ result: 'stale' }]);
      expect(await store.rows('select * from lead_sync.people_outside')).toEqual([]);
    });
  });

  describe('that is looked at before it is set', () => {
    test('says how many leads would leave and how many would enter, and changes nothing', async () => {
      await setFilter('to_twenty', WEBINAR);
      const webinar = await store.addLead({ first_name: 'Ada', lead_source: 'webinar' });
      const fair = await store.addLead({ first_name: 'Bob', lead_source: 'fair' });
      await store.addLead({ first_name: 'Cy', lead_source: 'advert' });
      const before = await store.rows('select * from lead_sync.lead_filters order by direction');

      expect(await preview('to_twenty', [{ attribute: 'lead_source', operator: 'equals', value: 'FAIR' }])).toEqual({
        direction: 'to_twenty',
        looked_at: 3,
        complete: true,
        inside: 1,
        leave: 1,
        enter: 1,
        unread: 0,
        examples: { leave: [webinar], enter: [fair] },
      });
      expect(await preview('to_twenty', null)).toMatchObject({ inside: 3, leave: 0, enter: 2 });
      expect(await preview('to_twenty', WEBINAR, { p_sample: 2 })).toMatchObject({ looked_at: 2, complete: false });
      expect(await store.rows('select * from lead_sync.lead_filters order by direction')).toEqual(before);
      expect(await store.rows('select from lead_sync.conditions where set_no = -5')).toEqual([]);
    });

    test('goes by what Twenty holds of the people, attributes included', async () => {
      await store.sql.query(
        "insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'attributes.plan', 'plan')",
      );
      const ada = await store.linked({ attributes: { plan: 'pro' } });
      await store.editLead(ada.twenty_id, { attributes: { plan: 'free' } });
      await store.linked({ lead_source: 'webinar' });

      const pro = [{ attribute: 'attributes.plan', operator: 'equals', value: 'pro' }];
      expect(await preview('to_supabase', pro)).toMatchObject({
        looked_at: 2,
        inside: 1,
        leave: 1,
        enter: 0,
        unread: 0,
      });

      await setFilter('to_supabase', pro);
      await store.pull([person({ attributes: { plan: 'free' } })]);
      expect(await preview('to_supabase', null)).toMatchObject({ inside: 2, enter: 1, unread: 1 });
    });

    test('guesses nothing about people outside, whom nobody has read since', async () => {
      await setFilter('to_supabase', WEBINAR);
      const ada = await store.linked({ lead_source: 'webinar' });
      await store.linked({ lead_source: 'webinar' });
      await store.pull([{ ...ada, lead_source: 'fair', twenty_updated_at: '2026-01-03T00:00:00.000Z' }]);

      const fair = [{ attribute: 'lead_source', operator: 'equals', value: 'fair' }];
      expect(await preview('to_supabase', fair)).toMatchObject({ looked_at: 1, leave: 1, enter: 0, unread: 1 });
    });
  });

  test.each([
    ['to_twenty', 'not a list', /condition.*list/],
    ['to_twenty', [], /list of 1 to 20/],
    ['to_twenty', [{ attribute: 'lead_sauce', operator: 'equals', value: 'x' }], /no attribute "lead_sauce"/],
    ['to_twenty', [{ attribute: 'lead_age_days', operator: 'greater', value: 3 }], /as time passes/],
    ['to_twenty', [{ attribute: 'attributes.trial', operator: 'within_days', value: 3 }], /as time passes/],
    ['to_supabase', [{ attribute: 'segment', operator: 'equals', value: 'Gold' }], /only known of leads/],
    ['sideways', WEBINAR, /to_twenty or to_supabase/],
  ])('for %s of %j is refused, with what to do', async (direction, conditions, message) => {
    await expect(setFilter(direction, conditions)).rejects.toMatchObject({
      code: REFUSED,
      message: expect.stringMatching(message) as string,
    });
    await expect(preview(direction, conditions)).rejects.toMatchObject({ code: REFUSED });
  });

  test('is noted in the audit log, with what it was before', async () => {
    await setFilter('to_twenty', WEBINAR);

    expect(await store.rpc('get_audit_log', { p_limit: 1 })).toMatchObject({
      entries: [
        {
          action: 'update lead_filters',
          subject: { row: { direction: 'to_twenty' }, before: { conditions: null }, after: { conditions: WEBINAR } },
        },
      ],
    });
  });
});
