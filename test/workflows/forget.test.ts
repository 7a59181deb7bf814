import type { WorkflowRun } from './harness';
import { useStage, type StageRunOptions } from './stage';

const stage = useStage();

const ADA = 'ada@example.com';

/** Runs the workflow for somebody. */
const forget = (lead: string, options: StageRunOptions = {}): Promise<WorkflowRun> =>
  stage.run('lead-sync-forget', {
    ...options,
    edit: (node) => {
      const { assignments } = node('Whom to forget').parameters.assignments as {
        assignments: Array<{ value: string }>;
      };
      assignments[0].value = lead;
      options.edit?.(node);
    },
  });

/** Ada and Bob on both sides, with a task for Ada in Twenty. */
async function known(): Promise<{ ada: string; task: string }> {
  const [ada] = stage.addPeople('ada', 'bob');
  await stage.pull();
  const [task] = stage.twenty.store.insert('task', [{ title: 'Call Ada' }]);
  await stage.database.query(
    "insert into lead_sync.follow_ups (task_id, lead_id, rule_key) select $1, id, 'hot_lead' from public.leads where email = $2",
    [task, ADA],
  );
  return { ada, task };
}

/** Who is left in Twenty, bin included, and how many tasks. */
const inTwenty = (): [unknown[], number] => [
  stage.twenty.store
    .list('person', { withDeleted: true })
    .map(({ name }) => (name as { firstName: string }).firstName)
    .sort(),
  stage.twenty.store.list('task', { withDeleted: true }).length,
];
const here = async (): Promise<unknown[]> => (await stage.leads()).map(({ email }) => email);
const left = async (): Promise<unknown[]> => (await stage.database.query('select * from lead_sync.to_destroy')).rows;

describe('Forget a person', () => {
  it('erases them on both sides with their tasks, and nobody else', async () => {
    await known();

    const run = await forget(ADA);

    expect(run.status).toBe('success');
    expect(inTwenty()).toEqual([['bob'], 0]);
    expect(await here()).toEqual(['bob@example.com']);
    expect(await left()).toEqual([]);
  });

  it('says so where nobody is named', async () => {
    await known();

    expect((await forget('')).error).toMatch(/p_lead must be/);
    expect((await here()).length).toBe(2);
  });

  it('keeps the address from coming back by any sync', async () => {
    await known();
    await forget(ADA);
    stage.addPeople('ada'); // an import, or a colleague

    await stage.pull();
    await stage.reconcile();
    await stage.push();

    expect(await here()).toEqual(['bob@example.com']);
  });

  it.each(['Records in Twenty', 'Destroy in Twenty', 'Confirm'])(
    'is finished by the next run when it broke off before %s',
    async (step) => {
      await known();
      const broken = await forget(ADA, {
        edit: (node) => {
          Object.assign(node(step).parameters, {
            [Object.keys(node(step).parameters)[0]]: '={{ $json.no.such.thing }}',
          });
          node(step).retryOnFail = false;
          node(step).onError = 'stopWorkflow';
        },
      });
      expect([broken.status, (await left()).length]).toEqual(['error', 2]);

      const run = await forget(ADA);

      expect(run.status).toBe('success');
      expect(inTwenty()).toEqual([['bob'], 0]);
      expect(await left()).toEqual([]);
    },
  );

  it('counts as done what is not in Twenty any more', async () => {
    const { ada, task } = await known();
    stage.twenty.store.remove('person', ada, 'destroy');
    stage.twenty.store.remove('task', task, 'destroy');

    const run = await forget(ADA);

    expect(run.status).toBe('success');
    expect(await left()).toEqual([]);
  });

  it('destroys a person who is in the bin', async () => {
    const { ada } = await known();
    stage.twenty.store.remove('person', ada);

    await forget(ADA);

    expect(inTwenty()).toEqual([['bob'], 0]);
  });

  it('fails with the reason when Twenty refuses, having forgotten here, and goes on when it is repeated', async () => {
    await known();
    stage.twenty.faults.push({
      kind: 'status',
      status: 403,
      body: '{}',
      times: 100,
      match: { operation: 'destroyTasks' },
    });

    const refused = await forget(ADA);
    stage.twenty.faults.length = 0;

    expect(refused.status).toBe('error');
    expect(refused.error).toMatch(/^1 of 2 records could not be destroyed in Twenty\. The first reason: /);
    expect([inTwenty(), await here()]).toEqual([[['bob'], 1], ['bob@example.com']]);
    expect(await left()).toMatchObject([{ object: 'task' }]);
    expect((await forget(ADA)).status).toBe('success');
    expect([inTwenty(), await left()]).toEqual([[['bob'], 0], []]);
  });

  it('destroys nothing with a wrong key, and confirms nothing', async () => {
    await known();

    const run = await forget(ADA, { apiKey: 'wrong' });

    expect(run.status).toBe('error');
    expect(inTwenty()).toEqual([['ada', 'bob'], 1]);
    expect(await left()).toHaveLength(2);
  });

  it('keeps an address out that nobody has', async () => {
    const run = await forget('nobody@example.com');
    stage.addPeople('nobody');
    await stage.pull();

    expect(run.status).toBe('success');
    expect(await here()).toEqual([]);
  });

  describe('where notes are kept', () => {
    /** A note that hangs on these people. */
    function noteOn(...people: string[]): string {
      const [noteId] = stage.twenty.store.insert('notes', [{ title: 'Call' }]);
      link(noteId, ...people);
      return noteId;
    }
    const link = (noteId: string, ...people: string[]): unknown =>
      stage.twenty.store.insert(
        'noteTargets',
        people.map((targetPersonId) => ({ noteId, targetPersonId })),
      );

    it('destroys theirs, and none that hangs on somebody else, even if nobody told', async () => {
      const [ada, bob] = stage.addPeople('ada', 'bob');
      await stage.pull();
      const shared = noteOn(ada);
      noteOn(ada);
      await stage.run('lead-activities', { from: 'Every 15 minutes' });
      link(shared, bob);

      const run = await forget(ADA);

      expect(run.status).toBe('success');
      expect(stage.twenty.store.list('note', { withDeleted: true }).map(({ id }) => id)).toEqual([shared]);
      expect(await left()).toEqual([]);
    });

    const readsInVain: Array<[string, () => StageRunOptions, RegExp]> = [
      [
        'all that changed could be read in time',
        () => ({ edit: (node) => void Object.assign(node('Read activities').parameters, { maxDuration: 0.000001 }) }),
        /time was over.*Run this again/,
      ],
      [
        'the key may see on whom they hang',
        () => {
          stage.twenty.faults.push({ kind: 'status', status: 403, body: '{}', match: { operation: 'noteTargets' } });
          return {};
        },
        /role may not .* Settings → Roles/,
      ],
    ];
    it.each(readsInVain)('forgets nobody, and destroys no note, unless %s', async (_unless, options, reason) => {
      const [ada, bob] = stage.addPeople('ada', 'bob');
      await stage.pull();
      const shared = noteOn(ada);
      await stage.run('lead-activities', { from: 'Every 15 minutes' });
      link(shared, bob);

      const run = await forget(ADA, options());

      expect(run.error).toMatch(reason);
      expect([await here(), await left()]).toEqual([[ADA, 'bob@example.com'], []]);
      expect((await forget(ADA)).status).toBe('success');
      expect(stage.twenty.store.list('note')).toHaveLength(1);
    });

    it('forgets nobody when Twenty cannot be asked on whom they hang', async () => {
      stage.addPeople('ada');
      await stage.pull();
      await stage.run('lead-activities', { from: 'Every 15 minutes' });

      expect((await forget(ADA, { apiKey: 'wrong' })).status).toBe('error');

      expect(await here()).toEqual([ADA]);
    });
  });

  it('reads no notes where none are kept', async () => {
    const { ada } = await known();
    const [noteId] = stage.twenty.store.insert('notes', [{ title: 'Call' }]);
    stage.twenty.store.insert('noteTargets', [{ noteId, targetPersonId: ada }]);

    expect((await forget(ADA)).status).toBe('success');

    expect((await stage.database.query('select from lead_sync.activity_cursors')).rows).toEqual([]);
    expect(stage.twenty.store.list('note')).toHaveLength(1);
  });

  it('does nothing before somebody is named', async () => {
    await known();

    const run = await forget('');

    expect([run.status, run.ran('Destroy in Twenty')]).toEqual(['error', false]);
    expect(inTwenty()).toEqual([['ada', 'bob'], 1]);
  });
});
