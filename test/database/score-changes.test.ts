import { Scoring } from './scoring';
import { daysAgo, OLD } from './scoring-golden';
import { person, useStore, written, type Json } from './store';

describe('the score of a lead', () => {
  const store = useStore();
  const { numbers, publish, rule } = new Scoring(store);

  test('a change of the lead is scored at once and goes out with it; quiet afterwards', async () => {
    await publish();
    const snapshot = person({ email: 'ada@acme.com', job_title: 'Manager' });
    await store.pull([snapshot]);
    const [lead] = await store.rows('select id, lead_score, sync_status from public.leads');
    expect(lead).toMatchObject({ lead_score: '30', sync_status: 'pending' });

    const { writes } = await store.push([snapshot]);
    expect(writes).toMatchObject([{ op: 'update', values: { lead_score: 30 } }]);
    await store.rpc('calculate_lead_scores', { p_scope: 'all' });

    expect(await store.lead(String(lead.id))).toMatchObject({ sync_status: 'synced' });
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });

  test('an edit in Twenty that comes in rescored makes the lead due', async () => {
    await publish();
    const snapshot = person({ email: 'ada@acme.com', job_title: 'Manager' });
    await store.pull([snapshot]);
    await store.push([snapshot]);

    await store.pull([{ ...snapshot, job_title: 'CEO', lead_score: 30, twenty_updated_at: new Date().toISOString() }]);

    const again = await store.claim();
    expect(again).toMatchObject({ claimed: 1 });
    expect((await store.plan(again, [{ ...snapshot, job_title: 'CEO', lead_score: 30 }])).writes).toMatchObject([
      { op: 'update', values: { lead_score: 45 } },
    ]);
  });

  test('a lead that is being pushed stays claimed while it is scored, and is due again', async () => {
    const id = await store.addLead({ email: 'ada@acme.com' });
    const { claim, writes } = await store.beginPush();
    await publish();

    await store.rpc('calculate_lead_scores');
    expect(await store.lead(id)).toMatchObject({ sync_status: 'syncing' });

    await store.complete(claim, [written(writes[0])]);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'pending' });
  });

  test('a score written by hand is set back to the rules’', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });

    await store.editLead(id, { lead_score: 99 });

    expect((await numbers(id)).score).toBe(10);
  });

  test('scoring changes nothing that would be scored or pushed again', async () => {
    await publish();
    await store.addLead({ email: 'ada@acme.com' });
    const step = await store.rpc('calculate_lead_scores');

    expect(step).toMatchObject({ scored: 0, changed: 0, has_next: false, version: 1 });
    expect(await store.rpc('calculate_lead_scores', { p_scope: 'all' })).toMatchObject({ scored: 1, changed: 0 });
  });

  test('a refused lead is not tried again for the sake of a score', async () => {
    const id = await store.addLead({ email: 'ada@acme.com' });
    await store.sql.query(`select set_config('lead_sync.engine', 'on', false)`);
    await store.sql.query(
      `update public.leads set sync_status = 'error'; update lead_sync.lead_states set due_at = null`,
    );
    await store.sql.query(`select set_config('lead_sync.engine', 'off', false)`);
    await publish();

    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ changed: 1 });
    expect(await store.lead(id)).toMatchObject({ sync_status: 'error' });
    expect(await store.state(id)).toMatchObject({ due_at: null });
  });

  test('a deleted lead keeps its score; restored, it is scored', async () => {
    const id = await store.addLead({ email: 'ada@acme.com', deleted_at: OLD, created_at: OLD });
    await publish();

    await store.rpc('calculate_lead_scores');
    expect(await store.lead(id)).toMatchObject({ lead_score: null });
    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 0 });

    await store.editLead(id, { deleted_at: null });
    expect((await numbers(id)).score).toBe(10);
  });

  test('steps of a batch: each lead once, by position or until nothing is stale', async () => {
    for (let n = 0; n < 7; n += 1) await store.addLead({ email: `p${n}@acme.com` });
    await publish();

    const stale: Json[] = [];
    do stale.push(await store.rpc('calculate_lead_scores', { p_limit: 3 }));
    while (stale.at(-1)?.has_next);
    expect(stale.map(({ scored }) => scored)).toEqual([3, 3, 1]);

    const all: Json[] = [];
    do
      all.push(
        await store.rpc('calculate_lead_scores', {
          p_scope: 'all',
          p_limit: 3,
          p_position: all.at(-1)?.position ?? null,
        }),
      );
    while (all.at(-1)?.has_next);
    expect(all.map(({ scored }) => scored)).toEqual([3, 3, 1]);
  });

  test('time alone makes a score stale when points fade, and not before', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com' });
    expect(await numbers(id)).toMatchObject({ score: 20, breakdown: { rules: { new_lead: 10 } } });
    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 0 });

    await store.sql.query(`set session_replication_role = 'replica'`);
    await store.sql.query(
      `update public.leads set created_at = now() - interval '8 days', rescore_at = now() - interval '1 minute'`,
    );
    await store.sql.query(`set session_replication_role = 'origin'`);

    expect(await store.rpc('calculate_lead_scores')).toMatchObject({ scored: 1, changed: 1, has_next: false });
    expect((await numbers(id)).breakdown.rules.new_lead).toBe(4.29);
    expect((await store.lead(id)).rescore_at).not.toBeNull();
  });

  test('the next day of a lead comes after 24 hours, whatever clocks did meanwhile where the database lies', async () => {
    await store.sql.query('delete from public.lead_scoring_rules');
    await rule({ rule_key: 'young', attribute: 'lead_age_days', operator: 'less', value: 3650, points: 10 });
    await publish();
    await store.sql.query(`set timezone = 'Europe/Berlin'`);
    for (const created_at of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'])
      await store.addLead({ email: `${created_at.slice(0, 7)}@acme.com`, created_at });
    await store.sql.query('reset timezone');

    expect(
      await store.rows(
        'select extract(epoch from l.rescore_at - l.created_at)::bigint % 86400 as rest from public.leads as l',
      ),
    ).toEqual([{ rest: '0' }, { rest: '0' }]);
  });

  test('a lead whose points cannot fade any more is not scored again by time', async () => {
    await publish();
    const id = await store.addLead({ email: 'ada@acme.com', created_at: daysAgo(500) });

    expect(await store.lead(id)).toMatchObject({ rescore_at: null });
  });

  describe('versions', () => {
    test('a draft changes nothing until it is published, and a preview tells how it would', async () => {
      await publish();
      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });
      await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);

      const preview = await store.rpc('preview_scoring_rules');
      expect(preview).toMatchObject({
        version: null,
        leads: 1,
        changed: 1,
        average: { before: 10, after: 12 },
        rules: [{ rule_key: 'email_corporate', leads: 1, points: 12 }],
        examples: [{ lead_id: id, before: 10, after: 12 }],
      });
      expect(preview.distribution).toHaveLength(10);
      expect((await numbers(id)).score).toBe(10);
      expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: true });

      expect(await publish()).toEqual({ version: 2, rules: 25, previous: 1 });
      await store.rpc('calculate_lead_scores');
      expect(await numbers(id)).toMatchObject({ score: 12, breakdown: { version: 2 } });
    });

    test('rolling back brings the scores back; the draft stays unless it is to be restored', async () => {
      await publish();
      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });
      await store.sql.query(`update public.lead_scoring_rules set points = 12 where rule_key = 'email_corporate'`);
      await publish();
      await store.rpc('calculate_lead_scores');

      expect(await store.rpc('roll_back_scoring_rules')).toMatchObject({ version: 1, previous: 2 });
      await store.rpc('calculate_lead_scores');
      expect((await numbers(id)).score).toBe(10);
      expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: true });

      await store.rpc('roll_back_scoring_rules', { p_version: 1, p_restore_draft: true });
      expect(await store.rpc('get_scoring_rules')).toMatchObject({ version: 1, draft_differs: false });
    });

    test('version 0 stops scoring: scores stay, and belong to whoever writes them', async () => {
      await publish();
      const id = await store.addLead({ email: 'ada@acme.com', created_at: OLD });

      await store.rpc('roll_back_scoring_rules', { p_version: 0 });

      expect((await numbers(id)).score).toBe(10);
      await store.editLead(id, { lead_score: 77 });
      expect((await numbers(id)).score).toBe(77);
    });

    test('a published version cannot be edited, one that is not there not be taken, an empty draft not be published', async () => {
      await publish();
      await expect(store.sql.query(`update public.lead_scoring_versions set rules = '[]'`)).rejects.toThrow(
        /version 1 stays as it was published/,
      );
      await expect(store.rpc('roll_back_scoring_rules', { p_version: 9 })).rejects.toThrow(
        'There is no published version 9',
      );
      await expect(store.rpc('preview_scoring_rules', { p_version: 9 })).rejects.toThrow(
        'There is no published version 9',
      );
      await store.sql.query('update public.lead_scoring_rules set enabled = false');
      await expect(publish()).rejects.toThrow('There is no enabled rule to publish');
    });
  });

  test('the report tells distribution, contributions and segments', async () => {
    await publish();
    await store.addLead({ email: 'ada@acme.com', created_at: OLD });
    await store.addLead({ created_at: OLD });

    expect(await store.rpc('get_scoring_report')).toMatchObject({
      leads: 2,
      average: 5,
      rules: [
        { rule_key: 'email_corporate', leads: 1, points: 10 },
        { rule_key: 'email_missing', leads: 1, points: -10 },
      ],
      segments: [{ segment: null, leads: 2, average: 5 }],
    });
  });
});
