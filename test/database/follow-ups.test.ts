import { randomUUID } from 'node:crypto';
import { person, useStore, type Json } from './store';

interface Task extends Json {
  task_id: string;
  target_id: string;
  lead_id: string;
  rule_key: string;
}

describe('follow-up tasks', () => {
  const store = useStore();
  beforeEach(() => store.sql.query('update public.follow_up_rules set enabled = true'));

  const tasks = async (args: Json = {}): Promise<Task[]> =>
    (await store.rpc<{ tasks: Task[] }>('get_follow_ups', args)).tasks;
  async function hotPerson(values: Json = {}): Promise<string> {
    const snapshot = person({ email: `${randomUUID()}@acme.com`, ...values });
    await store.pull([snapshot]);
    await store.sql.query('update public.leads set lead_score = 80 where twenty_id = $1', [snapshot.twenty_id]);
    return snapshot.twenty_id;
  }

  test('a lead at the score gets one, with what stands for its name, company and score filled in', async () => {
    const twentyId = await hotPerson({ first_name: 'Ada', last_name: 'Lovelace', company_name: 'Acme' });
    const assignee = randomUUID();
    await store.sql.query('update public.follow_up_rules set assignee_id = $1', [assignee]);

    expect(await tasks()).toEqual([
      {
        task_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8/),
        target_id: expect.any(String),
        lead_id: expect.any(String),
        twenty_id: twentyId,
        rule_key: 'hot_lead',
        title: 'Call Ada Lovelace (score 80)',
        body: 'Ada Lovelace of Acme reached a score of 80. Segment: no segment.',
        due_at: expect.any(String),
        assignee_id: assignee,
        score: 80,
      },
    ]);
  });

  test('one that went over to the lead with which its own was merged stays there when the merge is undone', async () => {
    await hotPerson();
    await hotPerson();
    const [one, other] = await tasks();
    await store.rpc('confirm_follow_ups', { p_results: [{ ...one, ok: true }] });
    await store.sql.query('delete from lead_sync.follow_ups where task_id = $1', [other.task_id]);
    await store.sql.query(`select lead_sync.hand_over($1, $2)`, [one.lead_id, other.lead_id]);

    expect(await tasks()).toEqual([]);
  });

  test('one that went to another lead with a merge before it was confirmed keeps no other from being confirmed', async () => {
    await hotPerson();
    await hotPerson();
    const given = await tasks();
    const kept = await store.addLead({ email: 'kept@acme.com' });
    await store.sql.query(`select lead_sync.hand_over($1, $2)`, [given[0].lead_id, kept]);

    const p_results = given.map((task) => ({ ...task, ok: true }));
    expect(await store.rpc('confirm_follow_ups', { p_results })).toMatchObject({ confirmed: 2 });
    expect(await tasks()).toEqual([]);
  });

  test('it has the same id however often it is asked for, and is not asked for again once it is made', async () => {
    await hotPerson();
    const [first] = await tasks();
    const [second] = await tasks();
    expect(second.task_id).toBe(first.task_id);
    expect(second.target_id).not.toBe(first.task_id);

    expect(await store.rpc('confirm_follow_ups', { p_results: [{ ...first, ok: true }] })).toEqual({
      confirmed: 1,
      failed: 0,
      unknown: 0,
    });

    expect(await tasks()).toEqual([]);
    await store.sql.query('update public.leads set lead_score = 90');
    expect(await tasks()).toEqual([]);
  });

  test('one that failed comes again after an hour; a task of nobody is not noted', async () => {
    await hotPerson();
    const [task] = await tasks();

    expect(
      await store.rpc('confirm_follow_ups', {
        p_results: [{ ...task, ok: false, error: 'refused' }, { ...task, task_id: randomUUID(), ok: true }, 'nonsense'],
      }),
    ).toEqual({ confirmed: 0, failed: 1, unknown: 2 });
    expect(await tasks()).toEqual([]);

    await store.sql.query(`update lead_sync.follow_ups set tried_at = now() - interval '61 minutes'`);
    expect(await tasks()).toMatchObject([{ task_id: task.task_id }]);
  });

  test('a task of a rule that does not exist is not noted, whatever its id', async () => {
    await hotPerson();
    const [task] = await tasks();
    const [{ id }] = await store.rows<{ id: string }>(`select lead_sync.follow_up_id($1, 'made_up', 'task') as id`, [
      task.lead_id,
    ]);

    const answer = await store.rpc('confirm_follow_ups', {
      p_results: [{ ...task, task_id: id, rule_key: 'made_up', ok: true }],
    });

    expect(answer).toEqual({ confirmed: 0, failed: 0, unknown: 1 });
    expect(await store.rows('select from lead_sync.follow_ups where task_id = $1', [id])).toEqual([]);
  });

  test('leads that are cold, old, deleted, or not in Twenty get none; a rule that is off makes none', async () => {
    await store.addLead({ email: 'local@acme.com', lead_score: 99 });
    const [cold, old, deleted] = [await hotPerson(), await hotPerson(), await hotPerson()];
    await store.sql.query('update public.leads set lead_score = 69 where twenty_id = $1', [cold]);
    await store.sql.query(`update public.leads set created_at = now() - interval '31 days' where twenty_id = $1`, [
      old,
    ]);
    await store.sql.query('update public.leads set deleted_at = now() where twenty_id = $1', [deleted]);
    expect(await tasks()).toEqual([]);

    await hotPerson();
    expect(await tasks()).toHaveLength(1);
    await store.sql.query('update public.follow_up_rules set enabled = false');
    expect(await tasks()).toEqual([]);
  });

  test('what stands in a lead is plain text and filled once', async () => {
    await store.sql.query(
      "update public.follow_up_rules set title = 'Call {name}', body = '{name} of {company} {unknown}'",
    );
    const id = await hotPerson();
    await store.sql.query(
      'update public.leads set first_name = $2, last_name = null, company_name = $3 where twenty_id = $1',
      [id, '{company} [click](https://evil.test)', '# www.evil.test\n@all'],
    );

    const [task] = await tasks();

    expect(task).toMatchObject({
      title: 'Call {company} [click](https://evil.test)',
      body: String.raw`{company} \[click\]\(https\://evil\.test\) of \# www\.evil\.test \@all {unknown}`,
    });
  });

  test('a page says whether there are more', async () => {
    await hotPerson();
    await hotPerson();

    expect(await store.rpc('get_follow_ups', { p_limit: 1 })).toMatchObject({ tasks: [{}], has_next: true });
    expect(await store.rpc('get_follow_ups', { p_limit: 2 })).toMatchObject({ tasks: [{}, {}], has_next: false });
    await expect(store.rpc('get_follow_ups', { p_limit: 0 })).rejects.toThrow(
      'p_limit must be between 1 and 1,000, got 0',
    );
  });
});
