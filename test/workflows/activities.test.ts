import { useStage } from './stage';

const stage = useStage();

const run = (from: string, items?: Array<{ object: string; record_id: string }>) =>
  stage.run('lead-activities', { from, ...(items && { items }) });
const list = async () => (await stage.database.query('select * from public.lead_activities order by title')).rows;

describe('Lead activities', () => {
  it('has a note on its lead as soon as Twenty told of both, the note and its link, in either order', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();
    await run('Every 15 minutes');
    const [note] = stage.twenty.store.insert('notes', [{ title: 'Call' }]);
    const [link] = stage.twenty.store.insert('noteTargets', [{ noteId: note, targetPersonId: ada }]);

    await run('When Twenty changes', [{ object: 'noteTarget', record_id: link }]);
    expect(await list()).toEqual([]);
    const last = await run('When Twenty changes', [{ object: 'note', record_id: note }]);

    expect(last.status).toBe('success');
    expect(await list()).toMatchObject([{ kind: 'note', title: 'Call' }]);
    expect(last.kept).not.toContain('Call');
  });

  it('finds on time what no webhook told of', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();
    const [task] = stage.twenty.store.insert('tasks', [{ title: 'Send offer' }]);
    stage.twenty.store.insert('taskTargets', [{ taskId: task, targetPersonId: ada }]);

    expect((await run('Every 15 minutes')).status).toBe('success');

    expect(await list()).toMatchObject([{ kind: 'task', title: 'Send offer', status: 'TODO' }]);
  });

  it('reads all again once a month', async () => {
    expect((await run('On the first of the month')).status).toBe('success');
  });
});
