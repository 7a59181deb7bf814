import { type Stage, useStage } from './stage';
import { withAlerts } from './telling';
import type { WorkflowRun } from './harness';

const stage = useStage();

beforeAll(async () => {
  expect((await stage.run('lead-sync-setup')).status).toBe('success');
});
beforeEach(async () => {
  await stage.database.query(
    "update public.follow_up_rules set enabled = true, lowest_score = 30 where rule_key = 'hot_lead'",
  );
  await stage.database.query('select public.publish_scoring_rules()');
});

const HOT = { email: 'ada@lumen.example', firstName: 'Ada', jobTitle: 'Founder' };
const COLD = { email: 'ben@orbit.example', firstName: 'Ben', jobTitle: 'Intern' };

async function followUp(options: Parameters<Stage['run']>[1] = {}): Promise<WorkflowRun> {
  return await stage.run('lead-sync-follow-ups', { from: 'Every 15 minutes', ...options });
}

/** Failed tasks are tried again after an hour. */
async function afterAnHour(): Promise<void> {
  await stage.database.query("update lead_sync.follow_ups set tried_at = tried_at - interval '61 minutes'");
}

/** The tasks in Twenty and whom each is linked with. */
function tasks(): Array<{ title: unknown; people: unknown[] }> {
  const links = stage.twenty.store.list('taskTarget');
  return stage.twenty.store.list('task').map(({ id, title }) => ({
    title,
    people: links.filter(({ taskId }) => taskId === id).map(({ targetPersonId }) => targetPersonId),
  }));
}

async function personOf(email: string): Promise<string | null | undefined> {
  return (await stage.leads()).find((lead) => lead.email === email)?.twenty_id;
}

describe('Lead follow-ups', () => {
  it('makes one task for a lead above the threshold, linked with its person, however often it runs', async () => {
    await stage.addLeads(HOT, COLD);
    await stage.push();

    for (let run = 0; run < 3; run++) expect((await followUp()).status).toBe('success');

    expect(tasks()).toEqual([
      { title: expect.stringMatching(/^Call Ada \(score \d+/) as string, people: [await personOf(HOT.email)] },
    ]);
    expect(stage.twenty.store.list('task')).toMatchObject([
      { status: 'TODO', dueAt: expect.any(String) as string, assigneeId: null },
    ]);
  });

  it.each(['createTasks', 'createTaskTargets'])('makes one task when the answer to %s is lost', async (operation) => {
    await stage.addLeads(HOT);
    await stage.push();
    stage.twenty.faults.push({ kind: 'drop-response-after-effect', match: { operation }, times: 1 });

    const lost = await followUp();
    await afterAnHour();
    const runs = [await followUp(), await followUp()];

    expect(lost.status).toBe('error');
    expect(runs.map(({ status }) => status)).toEqual(['success', 'success']);
    expect(tasks()).toEqual([{ title: expect.any(String) as string, people: [await personOf(HOT.email)] }]);
  });

  it('completes a task whose link was not made before everything stopped', async () => {
    await stage.addLeads(HOT);
    await stage.push();
    stage.twenty.faults.push({ kind: 'drop-before-effect', match: { operation: 'createTaskTargets' }, times: 10 });
    await followUp();
    stage.twenty.faults.length = 0;
    await stage.database.query('delete from lead_sync.follow_ups');

    await followUp();

    expect(tasks()).toEqual([{ title: expect.any(String) as string, people: [await personOf(HOT.email)] }]);
  });

  it('makes tasks for all leads that are due', async () => {
    await stage.addLeads(...Array.from({ length: 5 }, (_lead, n) => ({ ...HOT, email: `hot${n}@lumen.example` })));
    await stage.push();

    const run = await followUp();

    expect(run.status).toBe('success');
    expect(tasks()).toHaveLength(5);
  });

  it('makes the other tasks when a person is gone, alerts with the reason, and tries that one again later', async () => {
    await stage.addLeads(HOT, { ...HOT, email: 'gone@lumen.example' });
    await stage.push();
    const gone = (await personOf('gone@lumen.example')) ?? '';
    stage.twenty.store.remove('people', gone, 'destroy');

    const run = await followUp({ edit: withAlerts });
    const soon = await followUp();

    expect(run.status).toBe('error');
    expect(run.error).toMatch(/^1 of 2 tasks could not be made in Twenty\. The first reason: .*there is no person/);
    expect(stage.telegram.messages).toHaveLength(1);
    expect(soon.status).toBe('success');
    expect(tasks().map(({ people }) => people)).toEqual([[await personOf(HOT.email)]]);
  });

  it('leaves a task deleted that somebody deleted', async () => {
    await stage.addLeads(HOT);
    await stage.push();
    await followUp();
    const [{ id }] = stage.twenty.store.list('task');
    stage.twenty.store.remove('task', String(id));
    await stage.database.query('delete from lead_sync.follow_ups');

    await followUp();

    expect(tasks()).toEqual([]);
  });

  it('gives tasks of rules without an assignee to the member whose email is set', async () => {
    const [member] = stage.twenty.store.insert('workspaceMember', [{ userEmail: 'sales@example.com' }]);
    await stage.addLeads(HOT);
    await stage.push();

    await followUp({
      edit: (node) => {
        node('Get due follow-ups').parameters.assignee = 'sales@example.com';
      },
    });

    expect(stage.twenty.store.list('task')).toMatchObject([{ assigneeId: member }]);
  });

  it('has nothing to do without leads above the threshold', async () => {
    await stage.addLeads(COLD);
    await stage.push();
    stage.twenty.stats.reset();

    const run = await followUp();

    expect(run.status).toBe('success');
    expect(stage.twenty.stats.requests).toBe(0);
  });
});
