import { Client } from 'pg';
import { useStore, type Json } from './store';

interface Event extends Json {
  id: number;
  event: string;
  lead_id: string;
  details: Json;
  lead: Json | null;
}

const ALL = [
  'created',
  'changed',
  'synced',
  'held',
  'failed',
  'conflicted',
  'score_crossed',
  'segment_changed',
  'assigned',
  'alert_fired',
];

describe('a feed of events', () => {
  const store = useStore();

  const read = (args: Json = {}) =>
    store.rpc<{ began: boolean; events: Event[]; has_next: boolean }>('read_lead_events', {
      p_feed: 'flow',
      p_events: ALL,
      p_score: 70,
      ...args,
    });
  /** What happened since, told as had. */
  async function news(args: Json = {}): Promise<Array<[string, Json]>> {
    const { events } = await read(args);
    await read({ ...args, p_done: events.map(({ id }) => id), p_limit: 1 });
    return events.map(({ event, details }) => [event, details]);
  }

  it('collects from its first read on, and nothing while nobody reads', async () => {
    await store.addLead({ email: 'before@example.com' });
    expect(await store.rows('select from lead_sync.lead_events')).toEqual([]);
    expect(await read()).toEqual({ began: true, events: [], has_next: false });

    const id = await store.addLead({ email: 'after@example.com' });

    expect(await read()).toMatchObject({
      began: false,
      events: [{ event: 'created', lead_id: id, lead: { email: 'after@example.com', sync_status: 'pending' } }],
    });
  });

  it('tells of a lead that comes with a score that it has crossed', async () => {
    await read();
    await store.addLead({ email: 'hot@example.com', lead_score: 85 });
    await store.addLead({ email: 'cold@example.com', lead_score: 10 });

    expect((await news({ p_events: ['score_crossed'] })).slice(-1)).toEqual([
      ['score_crossed', { score: 85, before: null, direction: 'up' }],
    ]);
  });

  it('tells what a person typed, what a pull brought, and what a push settled', async () => {
    const snapshot = await store.linked({ job_title: 'Engineer' });
    await read();
    await store.pull([{ ...snapshot, job_title: 'Director' }]);
    expect(await news()).toEqual([['changed', { fields: ['job_title'] }]]);

    await store.editLead(snapshot.twenty_id, { city: 'Oslo' });
    expect(await news()).toEqual([['changed', { fields: ['city'] }]]);

    await store.push([{ ...snapshot, job_title: 'Director' }]);
    expect(await news()).toEqual([['synced', {}]]);
  });

  it('tells who was refused, and who is held', async () => {
    const taken = await store.linked({ email: 'taken@example.com' });
    await read();
    await store.addLead({ email: 'refused@example.com' });
    const { claim } = await store.beginPush([]);
    await store.complete(claim, [
      {
        lead_id: claim.leads[0].lead_id,
        op: 'create',
        ok: false,
        category: 'validation',
        outcome: 'refused',
        message: 'no',
      },
    ]);
    expect(await news()).toEqual([
      ['created', {}],
      ['failed', { reason: expect.stringContaining('no') as string }],
    ]);

    await store.sql.query(`update public.leads set deleted_at = now() where twenty_id = $1`, [taken.twenty_id]);
    await store.sql.query(`delete from lead_sync.lead_events`);
    const other = await store.addLead({ email: 'taken@example.com' });
    await store.beginPush([{ ...taken, twenty_deleted_at: new Date().toISOString() }]);
    const told = (await read()).events.filter(({ lead_id }) => lead_id === other);
    expect(told.map(({ event }) => event)).toContain('held');
  });

  it('tells of a conflict, with both values', async () => {
    const snapshot = await store.linked({ job_title: 'Engineer' });
    await store.editLead(snapshot.twenty_id, { job_title: 'Local' });
    await read();

    await store.pull([{ ...snapshot, job_title: 'Remote' }]);

    expect((await news()).find(([event]) => event === 'conflicted')).toEqual([
      'conflicted',
      expect.objectContaining({ field: 'job_title', supabase_value: 'Local', twenty_value: 'Remote' }),
    ]);
  });

  it('tells when a score crosses the number, both ways and only then, and when the segment is another one', async () => {
    const id = await store.addLead({ email: 'a@example.com', lead_score: 10 });
    const [{ id: segment }] = await store.rows<{ id: string }>(
      `insert into public.customer_segments (segment_name) values ('Gold') returning id`,
    );
    const wanted = { p_events: ['score_crossed', 'segment_changed'] };
    await read(wanted);
    for (const score of [60, 70, 90, 20]) await store.editLead(id, { lead_score: score });
    await store.editLead(id, { segment_id: segment });

    expect((await news(wanted)).filter(([, details]) => details.segment !== null)).toEqual([
      ['score_crossed', { score: 70, before: 60, direction: 'up' }],
      ['score_crossed', { score: 20, before: 90, direction: 'down' }],
      ['segment_changed', { segment: 'Gold', before: null }],
    ]);
  });

  it('tells who was assigned, and which alert fired', async () => {
    const id = await store.addLead({ email: 'a@example.com' });
    const ada = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
    await read();
    await store.sql.query(`insert into public.sales_reps (member_id, name) values ($1, 'Ada')`, [ada]);
    await store.sql.query(
      `insert into public.lead_assignments (lead_id, touch_id, source, arrived_at) values ($1, 1, 'form', now())`,
      [id],
    );
    await store.sql.query(`update public.lead_assignments set member_id = $1`, [ada]);
    await store.sql.query(
      `insert into lead_sync.alert_states (alert, severity) select r.alert, 'critical' from lead_sync.alert_rules as r order by r.alert limit 1`,
    );
    await store.sql.query(`update lead_sync.alert_states set state = 'firing'`);

    expect(await news()).toEqual([
      ['assigned', { member_id: ada, name: 'Ada' }],
      ['alert_fired', { alert: expect.any(String) as string, severity: 'critical' }],
    ]);
  });

  it('collects for each feed what that one wants', async () => {
    const id = await store.addLead({ email: 'a@example.com' });
    await read({ p_feed: 'titles', p_events: ['changed'], p_fields: ['job_title'] });
    await read({ p_feed: 'all', p_events: ['changed'] });
    await store.editLead(id, { city: 'Oslo' });
    await store.editLead(id, { job_title: 'Chair', city: 'Rome' });

    expect(await news({ p_feed: 'titles', p_events: ['changed'], p_fields: ['job_title'] })).toEqual([
      ['changed', { fields: ['city', 'job_title'] }],
    ]);
    expect(await news({ p_feed: 'all', p_events: ['changed'] })).toHaveLength(2);
  });

  it('gives events again until they are told as had, in pages, in the order in which they happened', async () => {
    const id = await store.addLead({ email: 'a@example.com' });
    await read({ p_events: ['changed'] });
    for (const city of ['A', 'B', 'C']) await store.editLead(id, { city });

    const first = await read({ p_events: ['changed'], p_limit: 2 });
    expect(first.has_next).toBe(true);
    expect((await read({ p_events: ['changed'], p_limit: 2 })).events).toEqual(first.events);
    const rest = await read({ p_events: ['changed'], p_done: first.events.map((event) => event.id) });
    expect(rest.events).toHaveLength(1);
    expect(rest.events[0].id).toBeGreaterThan(first.events[1].id);
  });

  it('misses nothing of a write that was begun before, and committed after a later one was read', async () => {
    const [slow, quick] = [
      await store.addLead({ email: 'a@example.com' }),
      await store.addLead({ email: 'b@example.com' }),
    ];
    await read({ p_events: ['changed'] });
    const other = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await other.connect();
    try {
      await other.query('begin');
      await other.query(`update public.leads set city = 'Slow' where id = $1`, [slow]);
      await store.editLead(quick, { city: 'Quick' });
      const { events } = await read({ p_events: ['changed'] });
      expect(events.map(({ lead_id }) => lead_id)).toEqual([quick]);
      await other.query('commit');

      const rest = await read({ p_events: ['changed'], p_done: events.map(({ id }) => id) });
      expect(rest.events.map(({ lead_id }) => lead_id)).toEqual([slow]);
    } finally {
      await other.end();
    }
  });

  it('ends when nobody reads it for history_days, and forgets with the lead', async () => {
    const id = await store.addLead({ email: 'a@example.com' });
    await read({ p_events: ['changed'] });
    await store.editLead(id, { city: 'Oslo' });
    await store.rpc('forget_lead', { p_lead: id });
    expect((await read({ p_events: ['changed'] })).events).toEqual([]);

    const forget = (days: number) =>
      store.rows(`select lead_sync.forget_events(clock_timestamp() + make_interval(days => $1), 10) as gone`, [days]);
    await forget(-1);
    expect(await store.rows('select feed from lead_sync.event_feeds')).toHaveLength(1);
    await forget(1);
    expect(await store.rows('select feed from lead_sync.event_feeds')).toEqual([]);
  });

  it('ends without keeping anybody from writing, and begins anew without what came meanwhile', async () => {
    const id = await store.addLead({ email: 'a@example.com' });
    await read({ p_events: ['changed'] });
    const upkeep = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await upkeep.connect();
    try {
      await store.sql.query(`set lock_timeout = '2s'`);
      await upkeep.query('begin');
      await upkeep.query(`select lead_sync.forget_events(clock_timestamp() + interval '1 day', 10)`);
      await store.editLead(id, { city: 'Oslo' });
      await upkeep.query('commit');
    } finally {
      await store.sql.query('reset lock_timeout');
      await upkeep.end();
    }
    const left = (): Promise<unknown[]> => store.rows('select feed from lead_sync.lead_events');
    expect(await left()).toHaveLength(1);

    expect(await read({ p_events: ['changed'] })).toMatchObject({ began: true, events: [] });

    await store.sql.query(`insert into lead_sync.lead_events (feed, event, lead_id) values ('ended', 'changed', $1)`, [
      id,
    ]);
    await store.rows(`select lead_sync.forget_events(clock_timestamp() - interval '1 day', 10)`);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['no events', { p_events: [] }],
    ['an event that is none', { p_events: ['sold'] }],
    ['a score to cross that is not said', { p_events: ['score_crossed'], p_score: null }],
    ['a feed without a name', { p_feed: '' }],
    ['too many at once', { p_limit: 10_001 }],
  ])('refuses %s', async (_case, args) => {
    await expect(read(args)).rejects.toMatchObject({ code: '22023' });
  });
});
