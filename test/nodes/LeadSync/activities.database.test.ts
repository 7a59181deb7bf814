import fc from 'fast-check';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTwentyApi } from '../../../credentials/LeadSyncTwentyApi.credentials';
import { LeadSync } from '../../../nodes/LeadSync/LeadSync.node';
import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';
import { person, useStore, type Json } from '../../database/store';
import { executeFunctions } from '../../setup/execute-functions';

const LONG_AGO = '2025-01-01T00:00:00.000Z';
const RESTRICTED = 'FIELD_RESTRICTED_ADDITIONAL_PERMISSIONS_REQUIRED';

const store = useStore();
let twenty: TwentyDouble;

beforeEach(async () => {
  twenty = await startTwentyDouble({ rateLimit: false });
});
afterEach(() => twenty.close());

/** Runs the node once, against the double and the database. */
async function pull(parameters: Json = {}): Promise<Json> {
  const { TEST_SUPABASE_URL: host = '', TEST_SUPABASE_SERVICE_KEY: serviceKey = '' } = process.env;
  const { context } = executeFunctions({
    parameters: {
      operation: 'pullActivities',
      read: 'changed',
      kinds: ['note', 'task', 'message', 'meeting'],
      overlap: 5,
      maxDuration: 0,
      options: {},
      ...parameters,
    },
    credentials: {
      leadSyncTwentyApi: {
        type: new LeadSyncTwentyApi(),
        data: { url: twenty.url, apiKey: twenty.apiKey, callsPerMinute: 100_000 },
      },
      leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host, serviceKey } },
    },
  });
  const [[{ json }]] = await new LeadSync().execute.call(context);
  return json as Json;
}

const list = (): Promise<Json[]> => store.rows('select * from public.lead_activities order by happened_at, title');
const named = (...events: Json[]): Promise<unknown> => store.rpc('add_to_inbox', { p_events: events });
const event = (object: string, record_id: string): Json => ({ object, record_id });

/** People who are in Twenty and leads, too; gives their ids in Twenty. */
async function people(count: number): Promise<string[]> {
  const ids = twenty.store.insert(
    'people',
    Array.from({ length: count }, () => ({ name: { firstName: 'Ada', lastName: 'L' } })),
  );
  await store.pull(ids.map((twenty_id) => ({ ...person({ first_name: 'Ada' }), twenty_id })));
  return ids;
}

function noteOn(personId: string | null, values: Json = {}): { id: string; link: string } {
  const [id] = twenty.store.insert('notes', [{ title: 'Call', bodyV2: { markdown: 'About **prices**' }, ...values }]);
  const [link] = twenty.store.insert('noteTargets', [{ noteId: id, targetPersonId: personId }]);
  return { id, link };
}

/** Lets cursors stand now, as if all before were read, with nothing of the overlap left. */
const readUpToNow = (): Promise<unknown> =>
  store.sql.query("update lead_sync.activity_cursors set read_until = now() + interval '5 minutes'");

test('the first pull reads all that there is, of each kind, and the next one only what changed', async () => {
  const [ada] = await people(1);
  noteOn(ada);
  const [task] = twenty.store.insert('tasks', [
    { title: 'Send offer', status: 'TODO', dueAt: '2026-12-02T00:00:00.000Z' },
  ]);
  twenty.store.insert('taskTargets', [{ taskId: task, targetPersonId: ada }]);
  const [message] = twenty.store.insert('messages', [
    { subject: 'Meeting request', text: 'Hello', receivedAt: '2026-01-02T00:00:00.000Z' },
  ]);
  twenty.store.insert('messageParticipants', [
    { messageId: message, role: 'FROM', handle: 'ada@example.com', personId: ada },
    { messageId: message, role: 'TO', handle: 'me@example.com' },
  ]);
  const [meeting] = twenty.store.insert('calendarEvents', [
    { title: 'Demo', startsAt: '2026-01-03T00:00:00.000Z', isCanceled: true },
  ]);
  twenty.store.insert('calendarEventParticipants', [
    { calendarEventId: meeting, handle: 'ada@example.com', personId: ada },
  ]);

  expect(await pull()).toMatchObject({ read: 9, stored: 9, missing: [], more_due: false, calls: 8 });

  expect(await list()).toMatchObject([
    { kind: 'message', title: 'Meeting request', excerpt: 'Hello', author: 'ada@example.com' },
    { kind: 'meeting', title: 'Demo', excerpt: null, status: 'CANCELED' },
    { kind: 'note', title: 'Call', excerpt: 'About **prices**', author: 'System' },
    { kind: 'task', title: 'Send offer', status: 'TODO', due_at: new Date('2026-12-02') },
  ]);
  await readUpToNow();
  expect(await pull()).toMatchObject({ read: 0, stored: 0 });
});

test('what webhooks name is read by itself: a note, and its link that comes later', async () => {
  const [ada] = await people(1);
  await pull();
  const [id] = twenty.store.insert('notes', [{ title: 'Call' }]);
  await named(event('note', id));
  expect(await pull({ read: 'named' })).toMatchObject({ read: 1, stored: 1, calls: 1 });
  expect(await list()).toEqual([]);

  const [link] = twenty.store.insert('noteTargets', [{ noteId: id, targetPersonId: ada }]);
  await named(event('noteTarget', link), event('noteTarget', link));
  await pull({ read: 'named' });

  expect(await list()).toMatchObject([{ title: 'Call' }]);
  expect(await store.rows('select from lead_sync.inbox')).toEqual([]);
});

test('a webhook with nothing to read costs no call', async () => {
  await pull();

  expect(await pull({ read: 'named' })).toMatchObject({ read: 0, calls: 0 });
});

test('texts that Twenty does not show are not taken for texts', async () => {
  const [ada] = await people(1);
  noteOn(ada, { title: RESTRICTED, bodyV2: { markdown: RESTRICTED } });

  await pull();

  expect(await list()).toMatchObject([{ title: null, excerpt: null, restricted: true }]);
});

test('texts that are not to be kept are not even read', async () => {
  await store.rows("update lead_sync.activity_settings set texts = 'none'");
  const [ada] = await people(1);
  noteOn(ada);

  await pull();

  expect(await list()).toMatchObject([{ title: null, excerpt: null, author: 'System' }]);
});

test('what the workspace does not have is left out and named', async () => {
  const { body } = twenty.handle({
    method: 'GET',
    path: '/rest/metadata/objects?limit=200',
    headers: { authorization: `Bearer ${twenty.apiKey}` },
    body: '',
  });
  const { objects } = (JSON.parse(body) as { data: { objects: Array<{ id: string; nameSingular: string }> } }).data;
  const id = objects.find(({ nameSingular }) => nameSingular === 'message')?.id ?? '';
  twenty.handle({
    method: 'PATCH',
    path: `/rest/metadata/objects/${id}`,
    headers: { authorization: `Bearer ${twenty.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ isActive: false }),
  });
  const [ada] = await people(1);
  noteOn(ada);

  expect(await pull()).toMatchObject({ missing: ['message'], calls: 6 });
  expect(await list()).toHaveLength(1);
});

test('a pull that had no time for all goes on where it was', async () => {
  const [ada] = await people(1);
  const notes = twenty.store.insert(
    'notes',
    Array.from({ length: 1500 }, (_, n) => ({ title: `Note ${n}` })),
  );
  twenty.store.insert(
    'noteTargets',
    notes.map((noteId) => ({ noteId, targetPersonId: ada })),
  );

  expect(await pull({ maxDuration: 0.000001 })).toMatchObject({ read: 1000, more_due: true });
  expect(await pull()).toMatchObject({ read: 500 + 1500, more_due: false });

  expect(await list()).toHaveLength(1500);
});

test('of old records only those that changed are read, texts in pages that grow', async () => {
  const notes = twenty.store.insert(
    'notes',
    Array.from({ length: 3000 }, () => ({ title: 'Old', createdAt: LONG_AGO, updatedAt: LONG_AGO })),
  );
  await pull();
  twenty.store.update('notes', notes[17], { title: 'New' });

  expect(await pull()).toMatchObject({ read: 1, stored: 1, calls: 8 });
});

test('a destroyed note that no webhook told of goes after everything was read again', async () => {
  const [ada] = await people(1);
  const { id } = noteOn(ada);
  noteOn(ada, { title: 'Other' });
  await pull();
  twenty.store.remove('notes', id, 'destroy');

  await pull({ read: 'all' });
  await letAllowancePass();
  expect(await pull({ read: 'named' })).toMatchObject({ gone: 1 });

  expect(await list()).toMatchObject([{ title: 'Other' }]);
});

/** What waits until an absence can be confirmed is due, as if the allowance were over. */
async function letAllowancePass(): Promise<void> {
  await store.sql.query(`
    update lead_sync.activities set absent_since = absent_since - interval '2 minutes' where absent_since is not null;
    update lead_sync.activity_links set absent_since = absent_since - interval '2 minutes' where absent_since is not null;
    update lead_sync.inbox set due_at = now()`);
}

describe('whatever happens to notes, links and webhooks', () => {
  const which = fc.nat({ max: 9 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('note' as const), title: fc.string({ maxLength: 8 }) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('link' as const), note: which, person: which }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('edit' as const), note: which, title: fc.string({ maxLength: 8 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), link: which, person: which }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('remove' as const),
        object: fc.constantFrom('notes', 'noteTargets'),
        record: which,
        how: fc.constantFrom('delete' as const, 'restore' as const, 'destroy' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), person: which }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), order: fc.infiniteStream(fc.nat()) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pull' as const), read: fc.constantFrom('changed', 'named') }),
    },
  );
  const schedule = fc.array(step, { minLength: 5, maxLength: 25 });

  /** Plays a schedule; each event is lost, comes once or twice, and in any order. */
  async function play(steps: ReadonlyArray<typeof step extends fc.Arbitrary<infer T> ? T : never>): Promise<void> {
    const ids = await people(4);
    const notes: string[] = [];
    const links: string[] = [];
    const underway: Json[] = [];
    const pick = (from: string[], n: number): string | undefined => from[n % Math.max(from.length, 1)];
    const live = (object: string, id: string | undefined): id is string =>
      id !== undefined && twenty.store.get(object, id) !== undefined;
    for (const one of steps) {
      if (one.kind === 'note') {
        notes.push(...twenty.store.insert('notes', [{ title: one.title }]));
        underway.push(event('note', notes[notes.length - 1]));
      } else if (one.kind === 'link') {
        const [noteId, targetPersonId] = [pick(notes, one.note), pick(ids, one.person)];
        if (!live('notes', noteId) || !live('people', targetPersonId)) continue;
        links.push(...twenty.store.insert('noteTargets', [{ noteId, targetPersonId }]));
        underway.push(event('noteTarget', links[links.length - 1]));
      } else if (one.kind === 'edit') {
        const id = pick(notes, one.note);
        if (!live('notes', id)) continue;
        twenty.store.update('notes', id, { title: one.title });
        underway.push(event('note', id));
      } else if (one.kind === 'move') {
        const [id, targetPersonId] = [pick(links, one.link), pick(ids, one.person)];
        if (!live('noteTargets', id) || !live('people', targetPersonId)) continue;
        twenty.store.update('noteTargets', id, { targetPersonId });
        underway.push(event('noteTarget', id));
      } else if (one.kind === 'remove') {
        const id = pick(one.object === 'notes' ? notes : links, one.record);
        if (!live(one.object, id)) continue;
        twenty.store.remove(one.object, id, one.how);
        underway.push(event(one.object.slice(0, -1), id));
      } else if (one.kind === 'leave') {
        const id = pick(ids, one.person);
        if (live('people', id)) twenty.store.remove('people', id, 'destroy');
      } else if (one.kind === 'deliver') {
        const chances = one.order[Symbol.iterator]();
        const chance = (): number => Number(chances.next().value);
        const events = underway.splice(0).flatMap((told) => Array.from({ length: chance() % 3 }, () => told));
        await named(
          ...events
            .map((told) => ({ told, at: chance() }))
            .sort((a, b) => a.at - b.at)
            .map(({ told }) => told),
        );
        await pull({ read: 'named' });
      } else await pull({ read: one.read });
    }
  }

  /** What Twenty shows: each live note, on each person it has a live link with. */
  function inTwenty(): string[] {
    const titles = new Map(twenty.store.list('notes').map(({ id, title }) => [id, title]));
    const rows = twenty.store
      .list('noteTargets')
      .filter(({ noteId, targetPersonId }) => targetPersonId !== null && titles.has(noteId))
      .map(({ noteId, targetPersonId }) => JSON.stringify([targetPersonId, noteId]));
    return [...new Set(rows)].sort();
  }

  const here = async (): Promise<string[]> =>
    (
      await store.rows<{ person: string; note: string }>(
        'select l.twenty_id as person, a.twenty_id as note from public.lead_activities as a join public.leads as l on l.id = a.lead_id',
      )
    )
      .map(({ person: on, note }) => JSON.stringify([on, note]))
      .sort();

  const titles = async (): Promise<Array<[unknown, unknown]>> =>
    (
      await store.rows('select twenty_id, title from lead_sync.activities where deleted_at is null order by twenty_id')
    ).map(({ twenty_id, title }) => [twenty_id, title]);

  test('in the end both sides have the same', async () => {
    await fc.assert(
      fc
        .asyncProperty(schedule, async (steps) => {
          await play(steps);
          await pull();
          await pull({ read: 'all' });
          await pull({ read: 'named' });
          await letAllowancePass();
          await pull({ read: 'named' });

          expect(await here()).toEqual(inTwenty());
          const shown = (title: unknown): string | null =>
            String(title).normalize('NFC').replace(/\s+/g, ' ').trim() || null;
          expect((await titles()).map(([id]) => id)).toEqual(twenty.store.list('notes').map(({ id }) => id));
          for (const [id, title] of await titles())
            expect(title).toBe(shown(twenty.store.get('notes', String(id))?.title));
        })
        .beforeEach(async () => {
          await store.reset();
          twenty.store.clear();
        }),
      { numRuns: 12, seed: 18 },
    );
  }, 300_000);
});
