import { randomUUID } from 'node:crypto';
import { absent, Activities, LATER, link, NOON, note, type Record } from './activities';
import { Scoring } from './scoring';
import { useStore, type Json } from './store';

const store = useStore();
const { save, list, hints, summary } = new Activities(store);

/** A lead that is in Twenty, too. */
async function lead(): Promise<{ id: string; person: string }> {
  const { twenty_id: person } = await store.linked();
  const [{ id }] = await store.rows('select id from public.leads where twenty_id = $1', [person]);
  return { id: String(id), person };
}

async function noteOn(person: string, values: Json = {}): Promise<{ activity: Record; target: Record }> {
  const activity = note(values);
  const target = link(activity, { person_id: person });
  await save('note', [activity]);
  await save('noteTarget', [target]);
  return { activity, target };
}

const texts = (texts: string): Promise<Json[]> =>
  store.rows('update lead_sync.activity_settings set texts = $1', [texts]);
/** What waits until an absence can be confirmed is due, as if the allowance were over. */
const letAllowancePass = (): Promise<unknown> =>
  store.sql.query(`
    update lead_sync.activities set absent_since = absent_since - interval '2 minutes', read_at = read_at - interval '4 minutes' where absent_since is not null;
    update lead_sync.activity_links set absent_since = absent_since - interval '2 minutes', read_at = read_at - interval '4 minutes' where absent_since is not null;
    update lead_sync.inbox set due_at = now()`);

describe('a note', () => {
  test('is seen on the lead with its title and the beginning of its text', async () => {
    const { id, person } = await lead();
    const { activity } = await noteOn(person, { text: `# ${'word '.repeat(100)}` });

    expect(await list()).toMatchObject([
      {
        lead_id: id,
        opportunity_id: null,
        kind: 'note',
        author: 'Grace',
        title: 'Call',
        body: null,
        twenty_id: activity.id,
      },
    ]);
    const [{ excerpt }] = await list();
    expect(String(excerpt)).toHaveLength(200);
    expect(await summary(id)).toMatchObject({ activity_count: 1, last_activity_at: new Date(NOON) });
  });

  test('whose link comes long after it, or long before, is on the lead once both are there', async () => {
    const { id, person } = await lead();
    const [early, late] = [note(), note()];
    await save('note', [early]);
    await save('noteTarget', [link(late, { person_id: person })]);
    expect(await list()).toEqual([]);

    await save('noteTarget', [link(early, { person_id: person })]);
    await save('note', [late]);

    expect((await list()).map((row) => row.lead_id)).toEqual([id, id]);
  });

  test('that is on somebody who becomes a lead later is on that lead then', async () => {
    const person = randomUUID();
    await noteOn(person);
    expect(await list()).toEqual([]);

    const { results } = await store.pull([
      { twenty_id: person, twenty_created_at: NOON, twenty_updated_at: NOON, first_name: 'Ada' },
    ]);

    expect(await list()).toMatchObject([{ lead_id: results[0].lead_id }]);
  });

  test('on a hundred people is stored once and on each of them, and an edit reaches all', async () => {
    const people = Array.from({ length: 100 }, () => ({
      twenty_id: randomUUID(),
      twenty_created_at: NOON,
      twenty_updated_at: NOON,
      first_name: 'Ada',
    }));
    await store.pull(people);
    const activity = note();
    await save('note', [activity]);
    await save(
      'noteTarget',
      people.map(({ twenty_id }) => link(activity, { person_id: twenty_id })),
    );

    await save('note', [{ ...activity, title: 'Second call', updated_at: LATER }]);

    expect(
      await store.rows(
        'select title, count(distinct lead_id)::integer as leads from public.lead_activities group by title',
      ),
    ).toEqual([{ title: 'Second call', leads: 100 }]);
    expect(await store.rows('select from lead_sync.activities')).toHaveLength(1);
  });

  test('in the bin is on no lead and has no text left, and comes back with its restoration', async () => {
    const { person } = await lead();
    const { activity } = await noteOn(person);

    await save('note', [{ ...activity, deleted_at: LATER, updated_at: LATER }]);
    expect(await list()).toEqual([]);
    expect(await store.rows('select title, excerpt from lead_sync.activities')).toEqual([
      { title: null, excerpt: null },
    ]);

    await save('note', [{ ...activity, updated_at: '2026-01-03T00:00:00Z' }]);
    expect(await list()).toMatchObject([{ title: 'Call' }]);
  });

  test('loses a lead with the link, and moves with it', async () => {
    const [one, other] = [await lead(), await lead()];
    const { target } = await noteOn(one.person);

    await save('noteTarget', [{ ...target, person_id: other.person, updated_at: LATER }]);
    expect(await list()).toMatchObject([{ lead_id: other.id }]);

    await save('noteTarget', [{ ...target, person_id: null, updated_at: LATER }]);
    expect(await list()).toEqual([]);
  });

  test('leaves the lead whose contact was destroyed in Twenty, which empties the link and tells nobody', async () => {
    const { id, person } = await lead();
    await noteOn(person);

    await store.rows('update lead_sync.lead_states set gone = true where lead_id = $1', [id]);

    expect(await list()).toEqual([]);
    expect(await summary(id)).toMatchObject({ activity_count: 0 });
  });

  test('that Twenty does not show is there without its texts', async () => {
    const { person } = await lead();
    await noteOn(person, { title: null, text: null, restricted: true });

    expect(await list()).toMatchObject([{ title: null, excerpt: null, restricted: true }]);
  });
});

describe('of two readings of a note', () => {
  test('the one with the later updatedAt stays when it comes first', async () => {
    const { person } = await lead();
    const before = await store.now();
    const { activity } = await noteOn(person, { title: 'New', updated_at: LATER });

    expect(
      await save('note', [{ ...activity, title: 'Old', updated_at: NOON }], { p_read_started_at: before }),
    ).toMatchObject({ stored: 0, unchanged: 1 });

    expect(await list()).toMatchObject([{ title: 'New' }]);
  });

  test('one that was read afterwards counts even though somebody set its updatedAt back', async () => {
    const { person } = await lead();
    const { activity } = await noteOn(person, { title: 'Old', updated_at: LATER });

    await save('note', [{ ...activity, title: 'New', updated_at: NOON }]);

    expect(await list()).toMatchObject([{ title: 'New' }]);
  });

  test('that are alike the second one writes nothing', async () => {
    const activity = note();
    expect(await save('note', [activity])).toMatchObject({ stored: 1, unchanged: 0 });
    const [{ xmin }] = await store.rows('select xmin from lead_sync.activities');

    expect(await save('note', [activity])).toMatchObject({ stored: 0, unchanged: 1 });

    expect(await store.rows('select xmin from lead_sync.activities')).toEqual([{ xmin }]);
  });
});

describe('a destroyed note', () => {
  test('goes when a second read misses it, a minute later, and no late reading brings it back', async () => {
    const { person } = await lead();
    const before = await store.now();
    const { activity } = await noteOn(person);

    expect(await save('note', [absent(activity)])).toMatchObject({ absent: 1, gone: 0 });
    expect(await list()).toHaveLength(1);
    expect(await save('note', [absent(activity)])).toMatchObject({ gone: 0 });

    await letAllowancePass();
    expect(await save('note', [absent(activity)])).toMatchObject({ gone: 1 });
    await save('note', [activity], { p_read_started_at: before });

    expect(await list()).toEqual([]);
  });

  test('that was only late is there again with the next reading', async () => {
    const { person } = await lead();
    const { activity } = await noteOn(person);
    await save('note', [absent(activity)]);

    await save('note', [activity]);
    await letAllowancePass();

    expect(await save('note', [absent(activity)])).toMatchObject({ gone: 0 });
    expect(await list()).toHaveLength(1);
  });

  test('that no webhook told of is looked for after everything was read again', async () => {
    const { person } = await lead();
    const { activity } = await noteOn(person);
    const other = note();
    const since = await store.now();

    await save('note', [other], {
      p_page: { from: null, until: LATER, position: null, has_next: false, whole_since: since },
    });

    expect(await hints()).toMatchObject([{ object: 'note', record_id: activity.id }]);
  });
});

describe('what webhooks name', () => {
  const add = (...events: Json[]): Promise<Json> => store.rpc('add_to_inbox', { p_events: events });

  test('is ignored until activities are pulled', async () => {
    const event = { object: 'note', record_id: randomUUID() };
    expect(await add(event)).toMatchObject({ ignored: 1, waiting: 0 });

    await save('note', [], { p_page: { from: null, until: NOON, position: null, has_next: false } });

    expect(await add(event)).toMatchObject({ added: 1, waiting: 1 });
  });

  test('leaves the inbox with what was read, unless it was named once more meanwhile', async () => {
    await save('note', [], { p_page: { from: null, until: NOON, position: null, has_next: false } });
    const [one, other] = [note(), note()];
    const event = ({ id }: Record): Json => ({ object: 'note', record_id: id });
    await add(event(one), event(other));
    const taken = await hints();
    await add(event(other));

    await save('note', [one, other], { p_hints: taken });

    expect(await hints()).toEqual([{ object: 'note', record_id: other.id, hints: 2 }]);
  });

  test('waits while its absence is to be confirmed, and leaves when it never was there', async () => {
    await save('note', [], { p_page: { from: null, until: NOON, position: null, has_next: false } });
    const known = note();
    const unknown = note();
    await save('note', [known]);
    await add({ object: 'note', record_id: known.id }, { object: 'note', record_id: unknown.id });

    await save('note', [absent(known), absent(unknown)], { p_hints: await hints() });

    expect(await hints()).toEqual([]);
    expect(await store.rows('select record_id, due_at > now() as later from lead_sync.inbox')).toEqual([
      { record_id: known.id, later: true },
    ]);
    await letAllowancePass();
    await save('note', [absent(known)], { p_hints: await hints() });
    expect(await store.rows('select from lead_sync.inbox')).toEqual([]);
  });

  test('does not disturb the drain of leads', async () => {
    await save('note', [], { p_page: { from: null, until: NOON, position: null, has_next: false } });
    await add({ object: 'note', record_id: randomUUID() });

    expect(await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase', p_mode: 'inbox' })).toMatchObject({
      started: false,
    });
  });
});

describe('how far an object was read', () => {
  const state = async (): Promise<Json> => (await store.rpc<{ cursors: Json }>('get_activity_state')).cursors;

  test('is a window in the middle, and a time at its end, which never goes back', async () => {
    const page = { from: null, until: LATER, position: 'abc', has_next: true };
    await save('task', [], { p_page: page });
    expect(await state()).toMatchObject({
      task: { read_until: null, window: { until: '2026-01-02T12:00:00+00:00', position: 'abc' } },
    });

    await save('task', [], { p_page: { ...page, has_next: false } });
    await save('task', [], { p_page: { ...page, until: NOON, has_next: false } });

    expect(await state()).toEqual({ task: { read_until: '2026-01-02T12:00:00+00:00', window: null } });
  });

  test.each([
    ['an unknown object', { p_object: 'person', p_records: [] }],
    ['no list', { p_object: 'note', p_records: {} }],
    ['more than 5,000 records', { p_object: 'note', p_records: Array.from({ length: 5001 }, () => ({})) }],
  ])('%s is refused', async (_what, args) => {
    await expect(store.rpc('store_activities', { ...args, p_read_started_at: NOON })).rejects.toMatchObject({
      code: '22023',
    });
  });
});

describe('an opportunity', () => {
  const deal = (twenty_id: string, lead_id: string | null): Promise<Json[]> =>
    store.rows('insert into public.opportunities (twenty_id, lead_id) values ($1, $2) returning id', [
      twenty_id,
      lead_id,
    ]);

  test('brings its notes to its lead, once it is known', async () => {
    const { id } = await lead();
    const twentyId = randomUUID();
    const activity = note();
    await save('note', [activity]);
    await save('noteTarget', [link(activity, { opportunity_id: twentyId })]);
    expect(await list()).toEqual([]);

    const [{ id: opportunity }] = await deal(twentyId, null);
    expect(await list()).toMatchObject([{ lead_id: null, opportunity_id: opportunity }]);

    await store.rows('update public.opportunities set lead_id = $1', [id]);
    expect(await list()).toMatchObject([{ lead_id: id, opportunity_id: opportunity }]);
    expect(await summary(id)).toMatchObject({ activity_count: 1 });
  });

  test('and a person with the same note count it once', async () => {
    const { id, person } = await lead();
    const twentyId = randomUUID();
    await deal(twentyId, id);
    const { activity } = await noteOn(person);
    await save('noteTarget', [link(activity, { opportunity_id: twentyId })]);

    expect(await summary(id)).toMatchObject({ activity_count: 1 });
  });
});

describe('messages and meetings', () => {
  test('a message is by its sender, and once on a lead that is among sender and receivers', async () => {
    const { id, person } = await lead();
    const message = note({ author: null, title: 'Meeting request' });
    await save('message', [message]);
    await save('messageParticipant', [
      link(message, { person_id: person, author: 'ada@example.com' }),
      link(message, { person_id: person, author: null }),
    ]);

    expect(await list()).toMatchObject([{ lead_id: id, kind: 'message', author: 'ada@example.com' }]);
  });

  test('a meeting to come is no activity yet, and one that was cancelled never was', async () => {
    const { id, person } = await lead();
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const meetings = [note({ happened_at: soon }), note({ status: 'CANCELED' })];
    await save('calendarEvent', meetings);
    await save(
      'calendarEventParticipant',
      meetings.map((meeting) => link(meeting, { person_id: person })),
    );

    expect(await summary(id)).toMatchObject({
      activity_count: 0,
      last_activity_at: null,
      next_meeting_at: new Date(soon),
    });
  });

  test('forms and calls are in the list without a copy', async () => {
    const { results } = await store.rpc<{ results: Array<{ lead_id: string }> }>('upsert_leads', {
      p_leads: [
        {
          email: 'ada@example.com',
          touch: { external_id: '1', kind: 'call', agent: 'Grace', outcome: 'missed', time: NOON },
        },
      ],
      p_source: 'knowlarity',
    });

    expect(await list()).toMatchObject([
      { lead_id: results[0].lead_id, kind: 'call', author: 'Grace', status: 'missed' },
    ]);
    expect(await summary(results[0].lead_id)).toMatchObject({ activity_count: 1, last_activity_at: new Date(NOON) });
    expect(await store.rows('select from lead_sync.activities')).toEqual([]);
  });
});

describe('what people wrote', () => {
  test.each([
    ['none', { title: null, excerpt: null, body: null }],
    ['title', { title: 'Call', excerpt: null, body: null }],
    ['excerpt', { title: 'Call', excerpt: 'We talked about **prices**.', body: null }],
    ['body', { title: 'Call', excerpt: 'We talked about **prices**.', body: 'We talked about **prices**.' }],
  ])('is kept as the setting %s says', async (kept, expected) => {
    await texts(kept);
    const { person } = await lead();
    await noteOn(person);

    expect(await list()).toMatchObject([expected]);
  });

  test('is erased at once when less is to be kept', async () => {
    await texts('body');
    const { person } = await lead();
    await noteOn(person);

    await texts('title');
    expect(await list()).toMatchObject([{ title: 'Call', excerpt: null, body: null }]);
    await texts('none');
    expect(await list()).toMatchObject([{ title: null, excerpt: null, body: null }]);
  });

  test('about somebody who is forgotten goes, is named to be destroyed in Twenty, and does not come back', async () => {
    const [one, other] = [await lead(), await lead()];
    const { activity } = await noteOn(one.person);
    const shared = await noteOn(one.person, { title: 'Both' });
    await save('noteTarget', [link(shared.activity, { person_id: other.person })]);

    const forgotten = await store.rpc<Json>('forget_lead', { p_lead: one.id });
    expect(forgotten).toMatchObject({ erased: { activities: 1 } });
    expect(forgotten.to_destroy).toEqual(expect.arrayContaining([{ object: 'note', record_id: activity.id }]));
    await save('note', [{ ...activity, updated_at: LATER }, shared.activity]);

    expect(await list()).toMatchObject([{ lead_id: other.id, title: 'Both' }]);
    expect(
      await store.rows('select title, excerpt from lead_sync.activities where twenty_id = $1', [activity.id]),
    ).toEqual([{ title: null, excerpt: null }]);
  });
});

describe('rules can look at it', () => {
  const scoring = new Scoring(store);
  const idle = (): Promise<unknown> =>
    scoring.rule({
      rule_key: 'idle',
      rule_group: 'timing',
      attribute: 'days_without_activity',
      operator: 'greater',
      value: 13,
      points: 10,
    });
  const days = (n: number): string => new Date(Date.now() - n * 86_400_000).toISOString();
  const score = async (id: string): Promise<number> => (await scoring.numbers(id)).score;
  const rescore = (): Promise<Json> => store.rpc('calculate_lead_scores');

  beforeEach(async () => {
    await store.sql.query('truncate public.lead_scoring_rules, public.lead_scoring_groups');
    await scoring.insert('lead_scoring_groups', { rule_group: 'timing' });
  });

  test('no activity for 14 days, which a note ends', async () => {
    await idle();
    await scoring.publish();
    const { id, person } = await lead();
    await store.rows('update public.leads set created_at = $2 where id = $1', [id, days(20)]);
    await rescore();
    expect(await score(id)).toBe(10);

    await noteOn(person, { happened_at: days(3) });
    await rescore();

    expect(await score(id)).toBe(0);
    const [{ at }] = await store.rows('select rescore_at as at from public.leads where id = $1', [id]);
    expect(new Date(at as string).toISOString().slice(0, 16)).toBe(days(-1).slice(0, 16));
  });

  test('how much there was, a form included', async () => {
    await scoring.rule({
      rule_key: 'busy',
      rule_group: 'timing',
      attribute: 'activity_count',
      operator: 'greater',
      value: 1,
      points: 10,
    });
    await scoring.publish();
    const { id, person } = await lead();
    await noteOn(person);
    await rescore();
    expect(await score(id)).toBe(0);

    const [{ email }] = await store.rows('select email from public.leads where id = $1', [id]);
    await store.rpc('upsert_leads', {
      p_leads: [{ email, touch: { external_id: '1', kind: 'form' } }],
      p_source: 'form',
    });
    await rescore();

    expect(await score(id)).toBe(10);
  });

  test('and a lead is left alone where none of them does', async () => {
    await scoring.rule({
      rule_key: 'named',
      rule_group: 'timing',
      attribute: 'first_name',
      operator: 'is_set',
      points: 10,
    });
    await scoring.publish();
    const { id, person } = await lead();
    const [{ xmin }] = await store.rows('select xmin from public.leads where id = $1', [id]);

    await noteOn(person);

    expect(await store.rows('select xmin from public.leads where id = $1', [id])).toEqual([{ xmin }]);
    const calls = async (): Promise<unknown> => {
      await store.sql.query('select pg_stat_force_next_flush()');
      const [row] = await store.rows(
        "select coalesce(sum(calls), 0)::integer as calls from pg_stat_user_functions where funcname = 'activity_of'",
      );
      return row.calls;
    };
    const before = await calls();
    await store.sql.query("set track_functions = 'pl'");
    await store.sql.query("select public.calculate_lead_scores(p_scope => 'all')");
    expect(await calls()).toBe(before);
  });
});

describe('a follow-up when nothing happens', () => {
  const days = (n: number): string => new Date(Date.now() - n * 86_400_000).toISOString();
  const tasks = async (): Promise<Json[]> => (await store.rpc<{ tasks: Json[] }>('get_follow_ups')).tasks;

  beforeEach(async () => {
    await store.rows(
      "insert into public.follow_up_rules (rule_key, occasion, idle_days, lowest_score, title, enabled) values ('quiet', 'no_activity', 14, 0, 'Ask {name}', true)",
    );
  });

  test('is one task a quiet time, which its own task does not end, but a note does', async () => {
    const { id, person } = await lead();
    await store.rows('update public.leads set created_at = $2 where id = $1', [id, days(20)]);
    const [task] = await tasks();
    expect(task).toMatchObject({ lead_id: id, title: 'Ask Ada', rule_key: `quiet:${days(20).slice(0, 10)}` });

    await store.rpc('confirm_follow_ups', { p_results: [{ ...task, ok: true }] });
    const made = note({ id: task.task_id, happened_at: days(0) });
    await save('task', [made]);
    await save('taskTarget', [link(made, { person_id: person })]);
    expect(await tasks()).toEqual([]);
    expect(await summary(id)).toMatchObject({ activity_count: 0 });

    await noteOn(person, { happened_at: days(15) });
    expect(await tasks()).toMatchObject([{ rule_key: `quiet:${days(15).slice(0, 10)}` }]);
    await noteOn(person, { happened_at: days(1) });
    expect(await tasks()).toEqual([]);
  });

  test('waits while a meeting is to come', async () => {
    const { id, person } = await lead();
    await store.rows('update public.leads set created_at = $2 where id = $1', [id, days(20)]);
    const meeting = note({ happened_at: days(-3) });
    await save('calendarEvent', [meeting]);
    await save('calendarEventParticipant', [link(meeting, { person_id: person })]);

    expect(await tasks()).toEqual([]);
  });
});

describe('among many', () => {
  beforeEach(async () => {
    await store.sql.query(`
      begin;
      set local session_replication_role = 'replica';
      insert into public.leads (first_name, twenty_id) select 'Ada', gen_random_uuid() from generate_series(1, 20000);
      insert into public.opportunities (lead_id, twenty_id) select l.id, gen_random_uuid() from public.leads as l;
      insert into lead_sync.lead_states (lead_id) select l.id from public.leads as l;
      insert into lead_sync.activities (kind, twenty_id, happened_at, updated_at, read_at)
      select 'note', l.id, now(), now(), now() from public.leads as l;
      insert into lead_sync.activity_links (kind, twenty_id, activity_id, person_id, updated_at, read_at)
      select 'note', gen_random_uuid(), l.id, l.twenty_id, now(), now() from public.leads as l;
      insert into public.lead_touches (lead_id, source, external_id, kind, touched_at)
      select l.id, 'form', row_number() over (), 'form', now() from public.leads as l;
      commit`);
    await store.sql.query(
      'vacuum analyze public.leads, public.opportunities, lead_sync.lead_states, lead_sync.activities, lead_sync.activity_links, public.lead_touches',
    );
  });

  test.each([
    'select * from public.lead_activities where lead_id = $1 order by happened_at desc limit 50',
    'select * from public.lead_activity_summary where lead_id = $1',
  ])('%s reads no other lead’s', async (query) => {
    const [{ id }] = await store.rows('select id from public.leads limit 1');
    expect((await store.rows(query, [id])).length).toBeGreaterThan(0);

    const plan = JSON.stringify(await store.rows(`explain (format json) ${query.replace('$1', `'${String(id)}'`)}`));

    expect(plan).not.toContain('Seq Scan');
  });
});
