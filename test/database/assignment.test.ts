import { randomUUID } from 'node:crypto';
import { connectDatabase } from '../setup/database';
import { isWaitedFor, person, useStore, written, type DoorAnswer, type Json } from './store';

interface News {
  new: { count: number; by_source: Json[]; leads: Json[] };
  escalated: { count: number; leads: Json[] };
  ids: number[];
  waiting: number;
}

describe('assignment of leads that arrive', () => {
  const store = useStore();

  const rep = async (name: string, values: Json = {}): Promise<string> => {
    const member = randomUUID();
    const { weight = 1, conditions = null, active = true } = values;
    await store.sql.query(
      'insert into public.sales_reps (member_id, name, weight, conditions, active) values ($1, $2, $3, $4, $5)',
      [member, name, weight, conditions === null ? null : JSON.stringify(conditions), active],
    );
    return member;
  };
  let forms: number;
  beforeEach(() => (forms = 0));
  const form = (values: Json = {}, touch: Json = {}): Json => {
    forms += 1;
    return { email: `lead-${forms}@example.com`, ...values, touch: { external_id: `form-${forms}`, ...touch } };
  };
  const arrive = async (leads: Json[], source = 'web'): Promise<string[]> => {
    const { results } = await store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: source });
    return results.map(({ lead_id }) => String(lead_id));
  };
  const many = (count: number): Json[] => Array.from({ length: count }, () => form());
  const claim = (p_now?: string): Promise<News> => store.rpc('claim_lead_news', p_now ? { p_now } : {});
  const later = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
  const told = (news: News): Promise<Json> => store.rpc('confirm_lead_news', { p_ids: news.ids });
  /** Who has how many leads, by name. */
  const shares = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await store.rows(
          `select coalesce(r.name, 'nobody') as name, count(*)::integer as leads
           from public.lead_assignments a left join public.sales_reps r using (member_id) group by 1`,
        )
      ).map(({ name, leads }) => [name, leads]),
    );
  /** Who was given a lead, in order of arrival. */
  const turns = async (): Promise<unknown[]> =>
    (
      await store.rows(
        `select r.name from public.lead_assignments a left join public.sales_reps r using (member_id) order by a.touch_id`,
      )
    ).map(({ name }) => name);

  describe('round robin', () => {
    test('without an active sales rep nothing is noted, and nothing told', async () => {
      await rep('Ann', { active: false });
      await arrive(many(2));
      expect(await store.rows('select from public.lead_assignments')).toEqual([]);
      expect(await claim()).toMatchObject({ new: { count: 0, leads: [] }, escalated: { count: 0 }, ids: [] });
    });

    test('leads go round in the order in which they arrive', async () => {
      for (const name of ['Ann', 'Bob', 'Cem']) await rep(name);
      for (const lead of many(7)) await arrive([lead]);
      await claim();
      expect(await turns()).toEqual(['Ann', 'Bob', 'Cem', 'Ann', 'Bob', 'Cem', 'Ann']);
    });

    test('somebody with a weight of 2 gets twice as many, spread evenly', async () => {
      await rep('Ann', { weight: 2 });
      await rep('Bob');
      await arrive(many(6));
      await claim();
      expect(await turns()).toEqual(['Ann', 'Bob', 'Ann', 'Ann', 'Bob', 'Ann']);
    });

    test('somebody who joins neither catches up nor waits; somebody who is away gets none', async () => {
      await rep('Ann');
      const bob = await rep('Bob');
      await arrive(many(10));
      await claim();
      await rep('Cem');
      await store.sql.query('update public.sales_reps set active = false where member_id = $1', [bob]);
      await arrive(many(4));
      await claim();
      expect(await shares()).toEqual({ Ann: 7, Bob: 5, Cem: 2 });
    });

    test('whose rule fits comes first, and within a rule it goes round', async () => {
      const german = [{ attribute: 'country_code', operator: 'equals', value: 'de' }];
      await rep('Ann');
      await rep('Dora', { conditions: german });
      await rep('Emil', { conditions: [...german, { attribute: 'job_title', operator: 'contains', value: 'head' }] });
      await arrive([
        form({ country: 'Germany' }),
        form({ country: 'France' }),
        form({ country: 'DE', job_title: 'Head of Sales' }),
        form({ country: 'DE', job_title: 'Head of IT' }),
      ]);
      await claim();
      expect(await turns()).toEqual(['Dora', 'Ann', 'Dora', 'Emil']);
    });

    test('a lead that no rule fits is unassigned, and assigned as soon as somebody takes it', async () => {
      const dora = await rep('Dora', { conditions: [{ attribute: 'country_code', operator: 'equals', value: 'de' }] });
      await arrive([form({ country: 'France' })]);
      const news = await claim();
      expect(news.new.leads).toMatchObject([{ rep: null }]);
      await told(news);

      await store.sql.query('update public.sales_reps set conditions = null where member_id = $1', [dora]);
      expect((await claim(later(3))).new.leads).toMatchObject([{ rep: 'Dora' }]);
      expect(await shares()).toEqual({ Dora: 1 });
    });

    test('a rule that cannot be evaluated is refused by the name of its sales rep', async () => {
      await expect(
        rep('Dora', { conditions: [{ attribute: 'height', operator: 'equals', value: 2 }] }),
      ).rejects.toThrow(/Sales rep "Dora": condition 1: there is no attribute "height"/);
      await expect(rep('Dora', { conditions: [] })).rejects.toThrow(/conditions are a list/);
    });

    test('a lead is assigned once, however often it comes; old touches and imports are no arrivals', async () => {
      await rep('Ann');
      const lead = form();
      await arrive([lead]);
      await arrive([{ ...lead, touch: { external_id: 'again' } }]);
      await arrive([form({}, { kind: 'import' }), form({}, { time: '2020-01-01T00:00:00Z' })]);
      expect(await claim()).toMatchObject({ new: { count: 1 } });
      expect(await shares()).toEqual({ Ann: 1 });
    });

    test('a call that we made is no arrival; one that somebody makes to us is', async () => {
      await rep('Ann');
      await arrive([
        form({}, { kind: 'call', medium: 'Outgoing' }),
        form({}, { kind: 'call', medium: 'Incoming' }),
        form({}, { kind: 'call' }),
        form({}, { medium: 'outdoor' }),
      ]);
      expect(await claim()).toMatchObject({ new: { count: 3 } });
      expect(await shares()).toEqual({ Ann: 3 });
    });

    test('a lead for whom nobody was found is one that arrives when it comes again after three days', async () => {
      const dora = await rep('Dora', { conditions: [{ attribute: 'country_code', operator: 'equals', value: 'de' }] });
      const lead = form({ country: 'France' });
      const [id] = await arrive([lead]);
      await told(await claim());
      expect((await claim(later(61))).escalated.leads).toMatchObject([{ lead_id: id, level: 2 }]);
      const passDays = (days: number) =>
        store.sql.query(`update public.lead_assignments set arrived_at = arrived_at - make_interval(days => $1)`, [
          days,
        ]);
      await passDays(4);
      await store.sql.query('update public.sales_reps set conditions = null where member_id = $1', [dora]);
      expect(await claim(later(65))).toMatchObject({ new: { count: 0 }, escalated: { count: 0 } });

      await arrive([{ ...lead, touch: { external_id: 'imported', kind: 'import' } }]);
      expect(await shares()).toEqual({ nobody: 1 });
      await arrive([{ ...lead, touch: { external_id: 'again' } }], 'meta');
      const news = await claim(later(1));
      expect(news).toMatchObject({ new: { leads: [{ lead_id: id, source: 'meta', rep: 'Dora' }] } });
      await told(news);
      expect((await claim(later(20))).escalated.leads).toMatchObject([{ lead_id: id, level: 1 }]);

      await passDays(4);
      await arrive([{ ...lead, touch: { external_id: 'once more' } }]);
      expect(await claim(later(1))).toMatchObject({ ids: [] });
    });

    test('two workers never give the same turn, and each lead has one', async () => {
      for (const name of ['Ann', 'Bob', 'Cem', 'Dan']) await rep(name);
      const workers = await Promise.all([connectDatabase(), connectDatabase()]);
      try {
        // the first has assigned and not committed when the second begins
        await workers[0].query('begin');
        await arrive(many(20));
        await workers[0].query('select public.claim_lead_news()');
        await arrive(many(20));
        const second = workers[1].query<{ news: News }>('select public.claim_lead_news() as news');
        await workers[0].query('commit');
        expect((await second).rows[0].news).toMatchObject({ new: { count: 0 }, waiting: 20 });
      } finally {
        await Promise.all(workers.map((worker) => worker.end()));
      }
      expect(await shares()).toEqual({ Ann: 10, Bob: 10, Cem: 10, Dan: 10 });
      expect(await store.rows('select sum(credit)::integer as credit from public.sales_reps')).toEqual([{ credit: 0 }]);
    });

    test('leads that arrive while others are assigned wait for nothing, and come next', async () => {
      await rep('Ann');
      const worker = await connectDatabase();
      try {
        await arrive(many(1));
        await worker.query('begin');
        await worker.query('select public.claim_lead_news()');
        await arrive(many(1)); // returns while the other transaction is open
        await worker.query('commit');
      } finally {
        await worker.end();
      }
      await claim();
      expect(await shares()).toEqual({ Ann: 2 });
    });

    test('is confirmed while others are given out: neither waits for who waits for it', async () => {
      await rep('Ann');
      const ids = await arrive(many(2));
      await store.rpc('get_lead_assignments');
      const [first, last] = ids.sort();
      const assign = (id: string) =>
        store.sql.query('update public.lead_assignments set assigned_at = assigned_at where lead_id = $1', [id]);
      await store.sql.query('begin');
      await store.sql.query('select lead_sync.assign_leads()'); // in the order of arrival
      await assign(last);
      const confirmed = store.rpc('confirm_lead_assignments', {
        p_results: ids.map((lead_id) => ({ lead_id, ok: true })),
      });
      await isWaitedFor(store.sql);
      await assign(first);
      await store.sql.query('commit');
      expect(await confirmed).toMatchObject({ confirmed: 2 });
    });

    test('a task for a lead is known, so that who forgets the lead destroys it', async () => {
      await rep('Ann');
      const [id] = await arrive([form()]);
      await store.push();
      const { assignments } = await store.rpc<{ assignments: Json[] }>('get_lead_assignments');
      expect(assignments).toMatchObject([{ lead_id: id, task_id: expect.any(String) }]);
      const results = [{ lead_id: id, ok: true }, { lead_id: randomUUID(), ok: true }, 'nonsense'];
      expect(await store.rpc('confirm_lead_assignments', { p_results: results })).toEqual({
        confirmed: 1,
        failed: 0,
        unknown: 2,
        responses: 0,
      });
      expect(await store.rpc('get_lead_assignments')).toMatchObject({ assignments: [], share_calls: false });

      const { to_destroy } = await store.rpc<{ to_destroy: Json[] }>('forget_lead', { p_lead: id });
      expect(to_destroy).toContainEqual({ object: 'task', record_id: assignments[0].task_id });
      expect(await store.rows('select from public.lead_assignments')).toEqual([]);
    });

    test('whose task stayed with another lead when a merge was undone is confirmed, and so are all others', async () => {
      await rep('Ann');
      const ids = await arrive(many(2));
      const confirm = (ok: boolean) =>
        store.rpc('confirm_lead_assignments', { p_results: ids.map((lead_id) => ({ lead_id, ok })) });
      await confirm(false);
      const [kept] = await arrive([{ email: 'other@example.com' }]);
      await store.sql.query('select lead_sync.hand_over($1, $2), lead_sync.hand_over_touches($1, $2)', [ids[0], kept]);
      await store.sql.query('select lead_sync.hand_over_touches($1, $2)', [kept, ids[0]]);
      expect(await confirm(true)).toMatchObject({ confirmed: 2, failed: 0 });
    });

    test('of leads that were joined, the one that stays has the assignment', async () => {
      await rep('Ann');
      const [gone] = await arrive([form()]);
      await claim();
      const [stays] = await arrive([{ email: 'other@example.com' }]);
      await store.sql.query('select lead_sync.hand_over_touches($1, $2)', [gone, stays]);
      expect(await store.rows('select lead_id from public.lead_assignments')).toEqual([{ lead_id: stays }]);
      expect(await store.rows('select lead_id, level from lead_sync.lead_news')).toEqual([
        { lead_id: stays, level: 0 },
      ]);

      await arrive([{ email: 'other@example.com', touch: { external_id: 'its own' } }]); // brings no second one
      await store.sql.query(`update public.lead_touches set lead_id = $1 where external_id = 'its own'`, [gone]);
      expect(await store.rows('select lead_id from public.lead_assignments')).toEqual([{ lead_id: stays }]);
    });
  });

  describe('news', () => {
    test('of a lead say who it is, whence it came and whose it is, texts as they are', async () => {
      await rep('Ann');
      const lead = form({
        first_name: '<b>Ada</b>',
        last_name: '*Lovelace*',
        phone: '+49 30 123456',
        company_name: 'Acme',
      });
      const [id] = await arrive([lead], 'meta');
      expect((await claim()).new).toEqual({
        count: 1,
        by_source: [{ source: 'meta', count: 1 }],
        leads: [
          {
            level: 0,
            lead_id: id,
            name: '<b>Ada</b> *Lovelace*',
            company: 'Acme',
            phone: '+49 30 123456',
            email: lead.email,
            source: 'meta',
            score: null,
            segment: null,
            rep: 'Ann',
            arrived_at: expect.any(String),
          },
        ],
      });
    });

    test('are handed out once when they are confirmed, and again after two minutes when not', async () => {
      await rep('Ann');
      await arrive(many(2));
      const first = await claim();
      expect(await claim()).toMatchObject({ ids: [], waiting: 0 });
      const again = await claim(later(3));
      expect(again.ids).toEqual(first.ids);
      expect(await told(again)).toEqual({ confirmed: 2 });
      expect(await told(again)).toEqual({ confirmed: 0 });
      expect((await claim(later(6))).ids).toEqual([]);
    });

    test('of a flood come as one: the first are named, the rest counted by source, no sooner than a minute after the last', async () => {
      await rep('Ann');
      await arrive(many(3), 'web');
      const calm = await claim();
      expect(calm).toMatchObject({ new: { count: 3 }, waiting: 0 });
      await told(calm);

      await arrive(many(4), 'web');
      await arrive(many(30), 'meta');
      const rest = await claim(); // two more within this minute
      expect(rest).toMatchObject({ new: { count: 2 }, waiting: 32 });
      await told(rest);
      expect(await claim()).toMatchObject({ new: { count: 0 }, waiting: 32 });

      const flood = await claim(later(2));
      expect(flood).toMatchObject({
        new: {
          count: 32,
          by_source: [
            { source: 'meta', count: 30 },
            { source: 'web', count: 2 },
          ],
        },
        waiting: 0,
      });
      expect(flood.new.leads.map(({ source }) => source)).toEqual(['web', 'web', 'meta', 'meta', 'meta']);
      expect(flood.ids).toHaveLength(32);
    });

    test('of a flood that lasts come as one each minute', async () => {
      await rep('Ann');
      const start = Date.now();
      const counts: number[] = [];
      for (let seconds = 0; seconds <= 240; seconds += 6) {
        const now = new Date(start + seconds * 1000).toISOString();
        const ids = await arrive([form()]);
        await store.sql.query('update public.lead_assignments set arrived_at = $1 where lead_id = any ($2)', [
          now,
          ids,
        ]);
        const news = await claim(now);
        await told(news);
        if (news.new.count > 0) counts.push(news.new.count);
      }
      expect(counts).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 10, 10]);
    });

    test('of a lead that was deleted are not told', async () => {
      await rep('Ann');
      const [id] = await arrive(many(1));
      await store.sql.query('update public.leads set deleted_at = now() where id = $1', [id]);
      expect((await claim()).ids).toEqual([]);
    });
  });

  describe('speed to lead', () => {
    const speed = (): Promise<Json> => store.rpc('get_speed_to_lead', { p_from: later(-60), p_to: later(1) });

    test('is nothing where nothing came in', async () => {
      expect(await speed()).toEqual({ touches: 0, unassigned: 0, untouched: 0, sources: [] });
    });

    test('is measured by source from the touch to Supabase, to Twenty and to a response', async () => {
      await rep('Ann', { conditions: [{ attribute: 'first_name', operator: 'is_set', value: null }] });
      const [ada] = await arrive([form({ first_name: 'Ada' })], 'meta');
      await arrive([form({ first_name: 'Ben' }), form()], 'web');
      await arrive([form({ email: 'lead-1@example.com' })], 'web'); // Ada again: a touch, no new lead
      await claim();
      await store.push([], 1);
      // the event was a minute before it came in, and Twenty had the lead ten seconds after that
      await store.sql.query(`
        update public.lead_touches set touched_at = created_at - interval '1 minute' where external_id = 'form-1';
        update public.lead_sync_history h set synced_at = t.created_at + interval '10 seconds' from public.lead_touches t
          where t.external_id = 'form-1' and h.lead_id = t.lead_id and h.sync_direction = 'supabase_to_twenty';
        update public.lead_assignments a set first_response_at = t.touched_at + interval '2 minutes' from public.lead_touches t
          where a.touch_id = t.id and t.external_id = 'form-1'`);
      expect(
        await store.rows('select lead_id from public.lead_sync_history where sync_direction = $1', [
          'supabase_to_twenty',
        ]),
      ).toEqual([{ lead_id: ada }]);

      const unknown = { p50: null, p95: null };
      expect(await speed()).toEqual({
        touches: 4,
        unassigned: 1,
        untouched: 2,
        sources: [
          {
            source: 'web',
            touches: 3,
            new_leads: 2,
            to_supabase: { p50: expect.any(Number), p95: expect.any(Number) },
            to_twenty: unknown,
            to_response: unknown,
            unassigned: 1,
            untouched: 2,
          },
          {
            source: 'meta',
            touches: 1,
            new_leads: 1,
            to_supabase: { p50: 60, p95: 60 },
            to_twenty: { p50: 70, p95: 70 },
            to_response: { p50: 120, p95: 120 },
            unassigned: 0,
            untouched: 0,
          },
        ],
      });
    });
  });

  describe('escalation', () => {
    const begin = async (): Promise<string> => {
      await rep('Ann');
      const [id] = await arrive([form({ first_name: 'Ada' })]);
      await told(await claim());
      return id;
    };
    const escalated = async (minutes: number): Promise<unknown[]> => {
      const news = await claim(later(minutes));
      await told(news);
      return news.escalated.leads.map(({ level }) => level);
    };

    test('comes once a level when nobody responds', async () => {
      await begin();
      expect(await escalated(14)).toEqual([]);
      expect(await escalated(16)).toEqual([1]);
      expect(await escalated(30)).toEqual([]);
      expect(await escalated(61)).toEqual([2]);
      expect(await escalated(600)).toEqual([]);
    });

    test('of three days and more is refused: a lead that old is no news', async () => {
      const after = (levels: string) =>
        store.sql.query('update lead_sync.assignment_settings set escalate_after = $1', [levels]);
      await expect(after('{1 hour,3 days}')).rejects.toThrow('assignment_settings_escalate_after');
      await after('{1 hour,71 hours}');
      await begin();
      expect(await escalated(61)).toEqual([1]);
      expect(await escalated(71 * 60 + 1)).toEqual([2]);
    });

    test('comes once for levels that were missed while nothing ran', async () => {
      await begin();
      expect(await escalated(300)).toEqual([2]);
      expect(await escalated(301)).toEqual([]);
    });

    test('ends with a status that somebody sets', async () => {
      const id = await begin();
      await store.sql.query(`update public.leads set lead_status = 'contacted' where id = $1`, [id]);
      expect(await escalated(16)).toEqual([]);
    });

    test('ends with what somebody changes in Twenty, and not with what our own write brings about', async () => {
      const id = await begin();
      await store.editLead(id, { job_title: 'cto' });
      const { claim: pushed, writes } = await store.beginPush();
      // Twenty has a spelling of its own
      await store.complete(pushed, [written(writes[0], { job_title: 'CTO' })]);
      expect(await store.lead(id)).toMatchObject({ job_title: 'CTO', sync_status: 'synced' });
      const { twenty_id, values } = written(writes[0]);
      const edited = { ...(values as Json), twenty_id, job_title: 'Head', twenty_updated_at: later(1) };
      await store.pull([person(edited)]);
      expect(await store.lead(id)).toMatchObject({ job_title: 'Head' });
      expect(await escalated(61)).toEqual([]);
    });

    test('goes on when Twenty says more of the person whom we made', async () => {
      const id = await begin();
      const { claim: pushed, writes } = await store.beginPush();
      const made = { ...writes[0].values, twenty_id: writes[0].twenty_id, twenty_updated_at: await store.now() };
      await store.complete(pushed, [written(writes[0])]);
      await store.pull([person({ ...made, company_domain: 'acme.com' })]); // of the company that the person was linked with
      expect(await store.lead(id)).toMatchObject({ company_domain: 'acme.com' });
      expect(await escalated(16)).toEqual([1]);

      await store.pull([person({ ...made, job_title: 'Head', twenty_updated_at: later(1) })]);
      expect(await escalated(61)).toEqual([]);
    });

    test('goes on when a webhook shows the person whom we made before the push has heard of it', async () => {
      const id = await begin();
      const { writes } = await store.beginPush();
      const made = { ...writes[0].values, twenty_id: writes[0].twenty_id, twenty_updated_at: await store.now() };
      await store.pull([person({ ...made, company_domain: 'acme.com' })]);
      expect(await store.lead(id)).toMatchObject({ company_domain: 'acme.com' });
      expect(await escalated(16)).toEqual([1]);
    });

    test('ends with what somebody changed in Twenty before a push of ours, and the push found there', async () => {
      const id = await begin();
      const { writes } = await store.push();
      await store.editLead(id, { city: 'London' });
      const edited = {
        ...writes[0].values,
        twenty_id: writes[0].twenty_id,
        job_title: 'Head',
        twenty_updated_at: await store.now(),
      };
      expect((await store.push([person(edited)])).writes).toMatchObject([{ values: { city: 'London' } }]);
      expect(await store.lead(id)).toMatchObject({ job_title: 'Head', city: 'London' });
      expect(await escalated(16)).toEqual([]);
    });

    test('goes on when Twenty says whose the lead is', async () => {
      await store.sql.query(`
        update lead_sync.assignment_settings set owner_field = 'owner';
        insert into lead_sync.field_mappings (object, lead_field, twenty_field, kind) values
          ('person', 'attributes.owner', 'ownerId', 'reference')`);
      const id = await begin();
      const { writes } = await store.push();
      const owned = { 'attributes.owner': randomUUID(), twenty_updated_at: await store.now() };
      await store.pull([person({ ...writes[0].values, twenty_id: writes[0].twenty_id, ...owned })]);
      expect(await store.lead(id)).toMatchObject({ attributes: { owner: owned['attributes.owner'] } });
      expect(await escalated(16)).toEqual([1]);
    });

    test('goes on when a call from before the lead arrived is read afterwards', async () => {
      await begin();
      const call = { kind: 'call', medium: 'Outgoing', outcome: 'answered', time: later(-60) };
      await arrive([form({ email: 'lead-1@example.com' }, call)], 'phone');
      expect(await escalated(16)).toEqual([1]);
    });

    test('ends with a call that somebody takes, also with the one that the lead arrived by', async () => {
      await begin();
      await arrive([form({}, { kind: 'call', outcome: 'answered' })], 'phone');
      const [missed] = await arrive([form({}, { kind: 'call', outcome: 'missed' })], 'phone');
      await told(await claim(later(3)));
      const news = await claim(later(16));
      expect(news.escalated.leads.map(({ lead_id, source }) => [source, source === 'phone' ? lead_id : null])).toEqual([
        ['web', null],
        ['phone', missed],
      ]);
    });
  });
});
