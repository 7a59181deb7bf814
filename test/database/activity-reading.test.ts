import { randomUUID } from 'node:crypto';
import { absent, Activities, LATER, link, NOON, note, type Record } from './activities';
import { useStore, type Json } from './store';

const store = useStore();
const { save, list, hints, lead, noteOn, letAllowancePass } = new Activities(store);

/** As when all that there is of an object was read. */
const readThrough = (object: string, records: Json[] = []): Promise<Json> =>
  save(object, records, { p_page: { from: null, until: NOON, position: null, has_next: false } });
const texts = (texts: string): Promise<Json[]> =>
  store.rows('update lead_sync.activity_settings set texts = $1', [texts]);

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

  test('stays when it was named anew after another reader had settled it, however often that was', async () => {
    await save('note', [], { p_page: { from: null, until: NOON, position: null, has_next: false } });
    const one = note();
    const event = { object: 'note', record_id: one.id };
    await add(event);
    const taken = await hints();
    const p_read_started_at = await store.now();
    await save('note', [one], { p_hints: taken });
    await add(event);

    await save('note', [one], { p_hints: taken, p_read_started_at });

    expect(await hints()).toHaveLength(1);
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

  test('is given for the objects that are read', async () => {
    await readThrough('task');
    await readThrough('note');
    await add({ object: 'task', record_id: randomUUID() }, { object: 'note', record_id: randomUUID() });

    const { hints: given, remaining } = await store.rpc<{ hints: Json[]; remaining: number }>('get_activity_hints', {
      p_objects: ['note'],
    });

    expect(given).toMatchObject([{ object: 'note' }]);
    expect(remaining).toBe(0);
  });

  test('leaves with the weekly clean-up where nobody has read it for a week', async () => {
    await readThrough('task');
    await add({ object: 'task', record_id: randomUUID() }, { object: 'task', record_id: randomUUID() });
    await store.rows(
      "update lead_sync.inbox set waiting_since = now() - interval '8 days' where record_id = (select min(record_id::text)::uuid from lead_sync.inbox)",
    );

    await store.rpc('run_sync_maintenance', { p_cleanup: true });

    expect(await hints()).toHaveLength(1);
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

  test('is told beside whether calls are shared', async () => {
    await store.sql.query('update lead_sync.settings set share_calls = true');

    expect(await store.rpc('get_activity_state')).toMatchObject({ share_calls: true, cursors: {} });
  });

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
    await readThrough('noteTarget');
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

  describe('about somebody who was forgotten, and is read afterwards,', () => {
    const forget = (p_lead: string): Promise<{ to_destroy: Json[] }> => store.rpc('forget_lead', { p_lead });
    const toDestroy = async (): Promise<Json[]> => (await forget('nobody@example.com')).to_destroy;
    const kept = (): Promise<Json[]> => store.rows('select title, excerpt from lead_sync.activities');
    const people = (): Promise<Json[]> =>
      store.rows('select person_id from lead_sync.activity_links where person_id is not null');

    test('is not kept, and named to be destroyed', async () => {
      await readThrough('noteTarget');
      const { id, person } = await lead();
      await forget(id);

      const { activity } = await noteOn(person);

      expect(await kept()).toEqual([{ title: null, excerpt: null }]);
      expect(await people()).toEqual([]);
      expect(await toDestroy()).toContainEqual({ object: 'note', record_id: activity.id });
    });

    test('is not kept after the person is destroyed, though it was being stored while they were forgotten', async () => {
      await readThrough('noteTarget');
      const { id, person } = await lead();
      await forget(id);
      await store.rows('delete from lead_sync.forgotten'); // which the store that was under way did not see
      const { activity } = await noteOn(person);

      expect(await store.rpc('confirm_forgotten', { p_record_ids: [person] })).toEqual({ confirmed: 1, left: 1 });

      expect(await kept()).toEqual([{ title: null, excerpt: null }]);
      expect(await people()).toEqual([]);
      expect(await toDestroy()).toEqual([{ object: 'note', record_id: activity.id }]);
    });

    test('stays when it is found to hang on somebody else, too', async () => {
      await readThrough('noteTarget');
      const [one, other] = [await lead(), await lead()];
      await forget(one.id);
      const { activity } = await noteOn(one.person);

      await save('noteTarget', [link(activity, { person_id: other.person })]);
      expect(await toDestroy()).not.toContainEqual({ object: 'note', record_id: activity.id });
      expect(await hints()).toMatchObject([{ object: 'note', record_id: activity.id }]);
      await save('note', [activity], { p_hints: await hints() });

      expect(await list()).toMatchObject([{ lead_id: other.id, title: 'Call' }]);
    });
  });

  test('about somebody who is forgotten while links are read for the first time is destroyed in Twenty once it is known to hang on nobody else', async () => {
    const [one, other] = [await lead(), await lead()];
    const { activity } = await noteOn(one.person);
    const shared = await noteOn(one.person, { title: 'Both' });
    const named = async (p_lead: string): Promise<unknown[]> =>
      (await store.rpc<{ to_destroy: Json[] }>('forget_lead', { p_lead })).to_destroy
        .filter(({ object }) => object === 'note')
        .map(({ record_id }) => record_id);

    expect(await named(one.id)).toEqual([]);
    expect(await list()).toEqual([]);

    await readThrough('noteTarget', [link(shared.activity, { person_id: other.person })]);

    expect(await named('nobody@example.com')).toEqual([activity.id]);
    await save('note', [shared.activity]);
    expect(await list()).toMatchObject([{ lead_id: other.id, title: 'Both' }]);
  });
});
