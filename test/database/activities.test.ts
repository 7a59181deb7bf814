import { randomUUID } from 'node:crypto';
import { Activities, LATER, link, NOON, note } from './activities';
import { useStore, type Json } from './store';

const store = useStore();
const { save, list, summary, lead, noteOn } = new Activities(store);

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
