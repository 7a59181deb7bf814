import { Activities, link, note } from './activities';
import { Scoring } from './scoring';
import { person as personOf, useStore, type Json } from './store';

const store = useStore();
const { save, summary, lead, noteOn } = new Activities(store);

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
    await scoring.busy();
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

  describe('of a lead that gets what happened already', () => {
    beforeEach(async () => {
      await scoring.rule({
        rule_key: 'busy',
        rule_group: 'timing',
        attribute: 'activity_count',
        operator: 'greater',
        value: 0,
        points: 10,
      });
      await scoring.publish();
    });

    test('with a person who is found to be it', async () => {
      const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada' });
      const ada = personOf({ email: 'ada@example.com', first_name: 'Ada' });
      await noteOn(ada.twenty_id);
      await rescore();
      expect(await score(id)).toBe(0);

      await store.pull([ada]);
      await rescore();

      expect(await score(id)).toBe(10);
    });

    test('with a deal, which another one loses, until that is deleted', async () => {
      const [one, other] = [await lead(), await lead()];
      const deal = '00000000-0000-4000-8000-000000000001';
      const activity = note();
      await save('note', [activity]);
      await save('noteTarget', [link(activity, { opportunity_id: deal })]);
      const scores = async (): Promise<number[]> => {
        await rescore();
        return [await score(one.id), await score(other.id)];
      };

      await store.rows('insert into public.opportunities (twenty_id, lead_id) values ($1, $2)', [deal, one.id]);
      expect(await scores()).toEqual([10, 0]);
      await store.rows('update public.opportunities set lead_id = $1', [other.id]);
      expect(await scores()).toEqual([0, 10]);
      await store.rows('update public.opportunities set deleted_at = now()');
      expect(await scores()).toEqual([0, 0]);
    });
  });

  test('what the touches of a lead that joined another one make, as their people were merged in Twenty', async () => {
    await scoring.busy();
    await scoring.publish();
    const [kept, gone] = ['ada@example.com', 'ada@home.example'].map((email) =>
      personOf({ email, first_name: 'Ada', lead_source: 'form' }),
    );
    const { results } = await store.pull([kept]);
    await store.pull([gone]);
    await store.rows(
      `insert into public.lead_touches (lead_id, source, external_id, kind, touched_at)
       select l.id, 'form', l.id, 'form', now() from public.leads as l`,
    );
    await store.pull([
      { ...kept, twenty_updated_at: new Date().toISOString(), additional_emails: ['ada@home.example'] },
    ]);
    await rescore();
    expect(await score(String(results[0].lead_id))).toBe(0);

    const absent = { twenty_id: gone.twenty_id, absent: true };
    await store.pull([absent]);
    await store.sql.query("update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes'");
    expect((await store.pull([absent])).counts).toMatchObject({ joined: 1 });
    await rescore();

    expect(await score(String(results[0].lead_id))).toBe(10);
  });

  test('what a person makes who goes back to its lead when a merge is undone', async () => {
    await scoring.busy();
    await scoring.publish();
    const keep = await store.addLead({ email: 'ada@example.com', first_name: 'Ada' });
    const drop = await lead();
    await noteOn(drop.person);
    await noteOn(drop.person);
    const { id } = await store.rpc('merge_leads', { p_keep: keep, p_drop: drop.id });
    await rescore();

    await store.rpc('undo_merge', { p_id: id });
    await rescore();

    expect([await score(keep), await score(drop.id)]).toEqual([0, 10]);
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

  test('is the same task while nobody has noted that it was made, which is no activity either', async () => {
    const { id, person } = await lead();
    await store.rows('update public.leads set created_at = $2 where id = $1', [id, days(20)]);
    const [task] = await tasks();

    const made = note({ id: task.task_id, happened_at: days(0) });
    await save('task', [made]);
    await save('taskTarget', [link(made, { person_id: person })]);

    expect(await tasks()).toMatchObject([{ task_id: task.task_id }]);
    expect(await summary(id)).toMatchObject({ activity_count: 0 });
  });

  test.each([
    [14, 400, 20, true],
    [14, 400, 45, false],
    [60, 70, null, true],
    [60, 91, null, false],
  ])(
    'of a rule of %i days, and 30 more: a lead of %i days, quiet for %j of them, has a task: %j',
    async (idleDays, age, quiet, hasTask) => {
      await store.rows('update public.follow_up_rules set idle_days = $1 where rule_key = $2', [idleDays, 'quiet']);
      const { id, person } = await lead();
      await store.rows('update public.leads set created_at = $2 where id = $1', [id, days(age)]);
      if (quiet !== null) await noteOn(person, { happened_at: days(quiet) });

      expect(await tasks()).toHaveLength(hasTask ? 1 : 0);
      await store.rows('update public.follow_up_rules set max_lead_age_days = null');
      expect(await tasks()).toHaveLength(1);
    },
  );

  test('waits while a meeting is to come', async () => {
    const { id, person } = await lead();
    await store.rows('update public.leads set created_at = $2 where id = $1', [id, days(20)]);
    const meeting = note({ happened_at: days(-3) });
    await save('calendarEvent', [meeting]);
    await save('calendarEventParticipant', [link(meeting, { person_id: person })]);

    expect(await tasks()).toEqual([]);
  });
});
