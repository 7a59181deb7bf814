import { event, useActivityStage } from './activity-stage';
import type { Json } from '../../database/store';

const LONG_AGO = '2025-01-01T00:00:00.000Z';
const RESTRICTED = 'FIELD_RESTRICTED_ADDITIONAL_PERMISSIONS_REQUIRED';

const stage = useActivityStage();
const { store, pull, people, named, letAllowancePass } = stage;

const list = (): Promise<Json[]> => store.rows('select * from public.lead_activities order by happened_at, title');

function noteOn(personId: string | null, values: Json = {}): { id: string; link: string } {
  const [id] = stage.twenty.store.insert('notes', [
    { title: 'Call', bodyV2: { markdown: 'About **prices**' }, ...values },
  ]);
  const [link] = stage.twenty.store.insert('noteTargets', [{ noteId: id, targetPersonId: personId }]);
  return { id, link };
}

/** Lets cursors stand now, as if all before were read, with nothing of the overlap left. */
const readUpToNow = (): Promise<unknown> =>
  store.sql.query("update lead_sync.activity_cursors set read_until = now() + interval '5 minutes'");

test('the first pull reads all that there is, of each kind, and the next one only what changed', async () => {
  const [ada] = await people(1);
  noteOn(ada);
  const [task] = stage.twenty.store.insert('tasks', [
    { title: 'Send offer', status: 'TODO', dueAt: '2026-12-02T00:00:00.000Z' },
  ]);
  stage.twenty.store.insert('taskTargets', [{ taskId: task, targetPersonId: ada }]);
  const [message] = stage.twenty.store.insert('messages', [
    { subject: 'Meeting request', text: 'Hello', receivedAt: '2026-01-02T00:00:00.000Z' },
  ]);
  stage.twenty.store.insert('messageParticipants', [
    { messageId: message, role: 'FROM', handle: 'ada@example.com', personId: ada },
    { messageId: message, role: 'TO', handle: 'me@example.com' },
  ]);
  const [meeting] = stage.twenty.store.insert('calendarEvents', [
    { title: 'Demo', startsAt: '2026-01-03T00:00:00.000Z', isCanceled: true },
  ]);
  stage.twenty.store.insert('calendarEventParticipants', [
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
  const [id] = stage.twenty.store.insert('notes', [{ title: 'Call' }]);
  await named(event('note', id));
  expect(await pull({ read: 'named' })).toMatchObject({ read: 1, stored: 1, calls: 1 });
  expect(await list()).toEqual([]);

  const [link] = stage.twenty.store.insert('noteTargets', [{ noteId: id, targetPersonId: ada }]);
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

test.each([
  ['message', 'Call'],
  ['note', 'Send offer'],
])('a workspace without %s: it is left out and named, and the others are read', async (object, title) => {
  const { body } = stage.twenty.handle({
    method: 'GET',
    path: '/rest/metadata/objects?limit=200',
    headers: { authorization: `Bearer ${stage.twenty.apiKey}` },
    body: '',
  });
  const { objects } = (JSON.parse(body) as { data: { objects: Array<{ id: string; nameSingular: string }> } }).data;
  const id = objects.find(({ nameSingular }) => nameSingular === object)?.id ?? '';
  stage.twenty.handle({
    method: 'PATCH',
    path: `/rest/metadata/objects/${id}`,
    headers: { authorization: `Bearer ${stage.twenty.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ isActive: false }),
  });
  const [ada] = await people(1);
  noteOn(ada);
  const [task] = stage.twenty.store.insert('tasks', [{ title: 'Send offer' }]);
  stage.twenty.store.insert('taskTargets', [{ taskId: task, targetPersonId: ada }]);

  expect(await pull()).toMatchObject({ missing: [object], calls: 6 });
  expect(await list()).toContainEqual(expect.objectContaining({ title }));
  expect((await list()).some(({ kind }) => kind === object)).toBe(false);
});

test('a pull that had no time for all goes on where it was', async () => {
  const [ada] = await people(1);
  const notes = stage.twenty.store.insert(
    'notes',
    Array.from({ length: 1500 }, (_, n) => ({ title: `Note ${n}` })),
  );
  stage.twenty.store.insert(
    'noteTargets',
    notes.map((noteId) => ({ noteId, targetPersonId: ada })),
  );

  expect(await pull({ maxDuration: 0.000001 })).toMatchObject({ read: 1000, more_due: true });
  expect(await pull()).toMatchObject({ read: 500 + 1500, more_due: false });

  expect(await list()).toHaveLength(1500);
});

test('of old records only those that changed are read, texts in pages that grow', async () => {
  const notes = stage.twenty.store.insert(
    'notes',
    Array.from({ length: 3000 }, () => ({ title: 'Old', createdAt: LONG_AGO, updatedAt: LONG_AGO })),
  );
  await pull();
  stage.twenty.store.update('notes', notes[17], { title: 'New' });

  expect(await pull()).toMatchObject({ read: 1, stored: 1, calls: 8 });
});

test('a destroyed note that no webhook told of goes after everything was read again', async () => {
  const [ada] = await people(1);
  const { id } = noteOn(ada);
  noteOn(ada, { title: 'Other' });
  await pull();
  stage.twenty.store.remove('notes', id, 'destroy');

  await pull({ read: 'all' });
  await letAllowancePass();
  expect(await pull({ read: 'named' })).toMatchObject({ gone: 1 });

  expect(await list()).toMatchObject([{ title: 'Other' }]);
});

test('a read of everything whose time is over goes on as one, for each object', async () => {
  const [ada] = await people(1);
  const { link } = noteOn(ada);
  noteOn(ada, { title: 'Other' });
  await pull();
  stage.twenty.store.remove('noteTargets', link, 'destroy');

  expect(await pull({ read: 'all', maxDuration: 0.000001 })).toMatchObject({ more_due: true });
  await pull();
  await letAllowancePass();
  expect(await pull({ read: 'named' })).toMatchObject({ gone: 1 });

  expect(await list()).toMatchObject([{ title: 'Other' }]);
});

test('what changed, once begun, is read of the kinds that were read before, and nothing of the others', async () => {
  const [ada] = await people(1);
  noteOn(ada);
  expect(await pull({ read: 'begun' })).toMatchObject({ read: 0, calls: 0 });
  await pull({ kinds: ['task'] });
  expect(await pull({ read: 'begun' })).toMatchObject({ read: 0, calls: 2 });

  await pull({ kinds: ['note'] });
  await readUpToNow();
  noteOn(ada, { title: 'Later' });

  expect(await pull({ read: 'begun' })).toMatchObject({ read: 2, calls: 4 });
});

test('once begun, what changed behind the position of a read whose time was over is read, too', async () => {
  const notes = stage.twenty.store.insert(
    'notes',
    Array.from({ length: 1500 }, () => ({ title: 'Old' })),
  );
  await pull({ kinds: ['note'], maxDuration: 0.000001 });
  for (const id of notes) stage.twenty.store.update('notes', id, { title: 'New' });

  expect(await pull({ read: 'begun' })).toMatchObject({ more_due: false });

  expect(await store.rows("select from lead_sync.activities where title = 'Old'")).toEqual([]);
});

test('what webhooks named of a kind that is not read any more keeps no other from being read', async () => {
  const [ada] = await people(1);
  await pull();
  await store.rows(
    "insert into lead_sync.inbox (object, record_id) select 'task', gen_random_uuid() from generate_series(1, 1000)",
  );
  const { id, link } = noteOn(ada);
  await named(event('note', id), event('noteTarget', link));

  await pull({ read: 'named', kinds: ['note'] });

  expect(await list()).toMatchObject([{ title: 'Call' }]);
});
