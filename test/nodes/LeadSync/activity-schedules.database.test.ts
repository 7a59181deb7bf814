import fc from 'fast-check';
import type { Json } from '../../database/store';
import { event, useActivityStage } from './activity-stage';

const stage = useActivityStage();
const { store, pull, people, named, letAllowancePass } = stage;

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
      id !== undefined && stage.twenty.store.get(object, id) !== undefined;
    for (const one of steps) {
      if (one.kind === 'note') {
        notes.push(...stage.twenty.store.insert('notes', [{ title: one.title }]));
        underway.push(event('note', notes[notes.length - 1]));
      } else if (one.kind === 'link') {
        const [noteId, targetPersonId] = [pick(notes, one.note), pick(ids, one.person)];
        if (!live('notes', noteId) || !live('people', targetPersonId)) continue;
        links.push(...stage.twenty.store.insert('noteTargets', [{ noteId, targetPersonId }]));
        underway.push(event('noteTarget', links[links.length - 1]));
      } else if (one.kind === 'edit') {
        const id = pick(notes, one.note);
        if (!live('notes', id)) continue;
        stage.twenty.store.update('notes', id, { title: one.title });
        underway.push(event('note', id));
      } else if (one.kind === 'move') {
        const [id, targetPersonId] = [pick(links, one.link), pick(ids, one.person)];
        if (!live('noteTargets', id) || !live('people', targetPersonId)) continue;
        stage.twenty.store.update('noteTargets', id, { targetPersonId });
        underway.push(event('noteTarget', id));
      } else if (one.kind === 'remove') {
        const id = pick(one.object === 'notes' ? notes : links, one.record);
        if (!live(one.object, id)) continue;
        stage.twenty.store.remove(one.object, id, one.how);
        underway.push(event(one.object.slice(0, -1), id));
      } else if (one.kind === 'leave') {
        const id = pick(ids, one.person);
        if (live('people', id)) stage.twenty.store.remove('people', id, 'destroy');
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
    const titles = new Map(stage.twenty.store.list('notes').map(({ id, title }) => [id, title]));
    const rows = stage.twenty.store
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
          expect((await titles()).map(([id]) => id)).toEqual(stage.twenty.store.list('notes').map(({ id }) => id));
          for (const [id, title] of await titles())
            expect(title).toBe(shown(stage.twenty.store.get('notes', String(id))?.title));
        })
        .beforeEach(async () => {
          await store.reset();
          stage.twenty.store.clear();
        }),
      { numRuns: 12, seed: 18 },
    );
  }, 300_000);
});
