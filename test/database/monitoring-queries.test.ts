import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Store, useStore, type Json } from './store';

const FILE = join(__dirname, '../../docs/monitoring-queries.sql');

/** The queries of the document by the comment above each. */
function namedQueries(): Map<string, string> {
  const blocks = readFileSync(FILE, 'utf8').split(/\n\n+/);
  return new Map(
    blocks.flatMap((block) => {
      const [, name, query] = /^-- (.+)\n((?:.|\n)*;)\s*$/.exec(block.trim()) ?? [];
      return query && !query.startsWith('--') ? [[name, query] as const] : [];
    }),
  );
}

const QUERIES = namedQueries();

/** A history whose answers can be told by counting on one's fingers. */
async function constructHistory(store: Store): Promise<{ failing: string; stuck: string; stale: string }> {
  await store.reset();
  await store.sql.query('truncate public.lead_sync_history, lead_sync.activity');
  const [failing, stuck, stale] = [randomUUID(), randomUUID(), randomUUID()];
  await store.sql.query(
    `insert into public.customer_segments (id, segment_name) values ('00000000-0000-0000-0000-000000000001', 'Enterprise')`,
  );
  await store.sql.query(`begin; set local session_replication_role = 'replica'`); // as written long ago: no trigger judges these rows
  await store.sql.query(
    `insert into public.leads (id, twenty_id, first_name, last_name, email, company_name, lead_source, lead_score, segment_id, segment_confidence,
       sync_status, sync_direction, sync_error_count, sync_error_message, last_synced_at, created_at)
     select gen_random_uuid(), gen_random_uuid(), 'Synced', 'Lead ' || i, 's' || i || '@example.com', 'Acme', 'website', 10 * i,
       '00000000-0000-0000-0000-000000000001', 0.5, 'synced', 'twenty_to_supabase', 0, null, now() - interval '20 minutes', now() - interval '2 days'
     from generate_series(1, 6) as i
     union all values
       ($1::uuid, null::uuid, 'Fay', 'Ling', 'fay@example.com', 'Bolt', 'webinar', null::numeric, null::uuid, null::numeric,
        'error', 'supabase_to_twenty', 6, 'Invalid phone', now() - interval '3 days', now() - interval '1 day'),
       ($2, gen_random_uuid(), 'Stu', 'Cker', 'stu@example.com', 'Bolt', 'webinar', 40, null, null,
        'syncing', 'supabase_to_twenty', 0, null, null, now() - interval '1 day'),
       ($3, null, 'Stan', 'Ding', 'stan@example.com', 'Bolt', 'webinar', 60, null, null,
        'pending', 'bidirectional', 0, null, null, now() - interval '1 day')`,
    [failing, stuck, stale],
  );
  await store.sql.query(
    `update public.leads set updated_at = now() - case when id = $1 then interval '15 minutes' else interval '2 hours' end where id in ($1, $2)`,
    [stuck, stale],
  );
  await store.sql.query('commit; select lead_sync.recount_leads()');
  await store.sql.query(
    `insert into lead_sync.lead_states (lead_id, due_at, due_since, claim_token)
     values ($1, now() - interval '5 minutes', now() - interval '15 minutes', gen_random_uuid()), ($2, now(), now() - interval '2 hours', null)`,
    [stuck, stale],
  );
  await store.sql.query(
    `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed, error_message, created_at, synced_at)
     select l.id, 'scheduled_pull', 'twenty_to_supabase', 'synced', array['phone'], null, now() - interval '25 minutes', now() - interval '20 minutes'
       from public.leads as l where l.sync_status = 'synced'
     union all select $1, 'scheduled_push', 'supabase_to_twenty', 'error', array['phone'], 'validation: ' || m, now() - t - interval '1 minute', now() - t
       from (values ('Invalid phone', interval '10 minutes'), ('No country', interval '40 minutes')) as e (m, t)
     union all select $1, 'webhook_update', 'twenty_to_supabase', 'synced', array['email'], null, now() - interval '36 hours', now() - interval '36 hours'`,
    [failing],
  );
  return { failing, stuck, stale };
}

describe('the queries of docs/monitoring-queries.sql', () => {
  const store = useStore('once');
  let leads: Awaited<ReturnType<typeof constructHistory>>;
  beforeAll(async () => {
    leads = await constructHistory(store);
  });

  const answer = (name: string): Promise<Json[]> => {
    const query = QUERIES.get(name);
    if (!query) throw new Error(`There is no query "${name}" in docs/monitoring-queries.sql.`);
    return store.rows(query);
  };

  test('each of them is found under its name', () => {
    expect(QUERIES.size).toBe(21);
  });

  test('status summary: leads and share by status', async () => {
    const rows = await answer('Real-time sync status summary');
    expect(rows[0]).toMatchObject({ sync_status: 'synced', lead_count: '6', percentage: '66.67' });
    expect(rows.map(({ sync_status }) => sync_status).sort()).toEqual(['error', 'pending', 'synced', 'syncing']);
    expect(rows.find(({ sync_status }) => sync_status === 'error')).toMatchObject({ lead_count: '1' });
  });

  test('hourly performance: entries, errors and time from due to settled', async () => {
    const rows = await answer('Hourly sync performance');
    const sum = (key: string): number => rows.reduce((total, row) => total + Number(row[key]), 0);
    expect(sum('syncs_completed')).toBe(8);
    expect(sum('sync_errors')).toBe(2);
    const seconds = rows.reduce(
      (total, row) => total + Number(row.avg_sync_time_seconds) * Number(row.syncs_completed),
      0,
    );
    expect(seconds).toBeCloseTo(6 * 300 + 2 * 60, 0);
  });

  test('daily flow: leads by source and direction with their score', async () => {
    const rows = await answer('Daily lead flow by source and direction');
    expect(rows.find(({ lead_source }) => lead_source === 'website')).toMatchObject({ lead_count: '6' });
    expect(Number(rows.find(({ lead_source }) => lead_source === 'website')?.avg_score)).toBe(35);
    expect(rows.filter(({ lead_source }) => lead_source === 'webinar')).toHaveLength(2);
  });

  test('recent errors: the failing lead with its newest error', async () => {
    expect(await answer('Recent sync errors with details')).toMatchObject([
      { id: leads.failing, lead_name: 'Fay Ling', sync_error_count: 6, last_error_detail: 'validation: Invalid phone' },
    ]);
  });

  test('segments: leads, synced, in Twenty, scores', async () => {
    const rows = await answer('Lead distribution by segment and sync status');
    expect(rows[0]).toMatchObject({ segment_name: 'Enterprise', total_leads: '6', synced_leads: '6', in_twenty: '6' });
    expect(rows[1]).toMatchObject({ segment_name: null, total_leads: '3', synced_leads: '0', in_twenty: '1' });
  });

  test('alerts: failure rate, stall, leads that keep failing, stuck leads', async () => {
    expect(await answer('Alert: failure rate over 10 % in the last hour')).toEqual([
      { alert_critical_failure_rate: true },
    ]);
    expect(await answer('Alert: nothing was synced for 30 minutes')).toEqual([{ alert_sync_stalled: false }]);
    expect(await answer('Alert: leads with more than 5 errors')).toMatchObject([
      { id: leads.failing, sync_error_count: 6 },
    ]);
    expect(await answer('Find stuck leads')).toMatchObject([{ id: leads.stuck }]);
  });

  test('webhooks: none in the last hour', async () => {
    expect(await answer('Check webhook processing')).toEqual([]);
  });

  test('check_sync_alerts: what holds right now', async () => {
    const rows = await answer('What the alerts say right now');
    expect(rows).toHaveLength(14);
    expect(rows.filter(({ active }) => active).map(({ alert }) => alert)).toEqual([
      'lead_errors',
      'pending_long',
      'syncing_stuck',
    ]);
    expect(rows.find(({ alert }) => alert === 'failure_rate')).toMatchObject({
      value: '25.0',
      message: '2 of 8 attempts in the last hour failed (25.0 %): 2 validation.',
    });
  });

  test('stale leads and the queue: who waits and since when', async () => {
    const [stale] = await answer('Leads that have been pending for over an hour');
    expect(stale.stale_count).toBe('1');
    expect(Date.now() - (stale.oldest_pending as Date).getTime()).toBeGreaterThan(7_100_000);
    const queue = await answer('What the push will look at next');
    expect(queue.map(({ lead_id, claimed }) => [lead_id, claimed])).toEqual([
      [leads.stuck, true],
      [leads.stale, false],
    ]);
  });

  test('error analysis: category, message, share', async () => {
    expect(await answer('Failures of the last 7 days by category')).toMatchObject([
      {
        category: 'validation',
        error_message: 'validation: Invalid phone',
        error_count: '1',
        affected_leads: '1',
        percentage: '50.00',
      },
      { category: 'validation', error_message: 'validation: No country' },
    ]);
  });

  test('counts by status and by day', async () => {
    expect(await answer('Leads by sync status')).toContainEqual({ sync_status: 'synced', count: '6' });
    expect(await answer('Leads by day')).toMatchObject([
      { total_leads: '3', synced_to_twenty: '1' },
      { total_leads: '6', synced_to_twenty: '6' },
    ]);
  });

  test('health: one row, critical under 90 %', async () => {
    expect(await answer('Health in one row')).toMatchObject([
      {
        total_leads: '9',
        synced_leads: '6',
        pending_leads: '1',
        error_leads: '1',
        recently_synced: '6',
        sync_success_rate: '75.00',
        median_sync_time_seconds: '300.00',
        leads_with_errors: '1',
        total_errors: '6',
        overall_health: 'critical',
      },
    ]);
  });

  test('activity: the newest entry first, with its lead', async () => {
    const rows = await answer('The newest entries of history');
    expect(rows).toHaveLength(9);
    expect(rows[0]).toMatchObject({
      sync_status: 'error',
      lead_name: 'Fay Ling',
      email: 'fay@example.com',
      fields_changed: ['phone'],
    });
    expect(rows[2]).toMatchObject({ sync_type: 'scheduled_pull', company_name: 'Acme', segment_name: 'Enterprise' });
  });

  test('daily summary: entries and leads by day, direction and outcome', async () => {
    await answer('Bring the daily summary up to date');
    const rows = await answer('Syncs by day, archived days included');
    const of = (direction: string, status: string): number[] =>
      rows
        .filter(({ sync_direction, sync_status }) => sync_direction === direction && sync_status === status)
        .reduce((sum, row) => [sum[0] + Number(row.sync_count), sum[1] + Number(row.unique_leads)], [0, 0]);
    expect(of('twenty_to_supabase', 'synced')).toEqual([7, 7]);
    expect(of('supabase_to_twenty', 'error')[0]).toBe(2);
  });

  test('queueing: every lead that is settled', async () => {
    const [row] = await answer('Queue 1,000 leads for a fresh compare');
    expect(row.mark_leads_for_sync).toMatchObject({ marked: 7 });
  });

  test('alerts: failures and forms are no sync, and a history may be empty', async () => {
    const stalled = () => answer('Alert: nothing was synced for 30 minutes');
    await store.sql.query(
      `delete from public.lead_sync_history where sync_status = 'synced';
       insert into public.lead_sync_history (sync_type, sync_direction, sync_status) values ('intake', 'bidirectional', 'synced')`,
    );
    expect(await stalled()).toEqual([{ alert_sync_stalled: true }]);

    await store.sql.query('truncate public.lead_sync_history');
    expect(await stalled()).toEqual([{ alert_sync_stalled: true }]);
    expect(await answer('Alert: failure rate over 10 % in the last hour')).toEqual([
      { alert_critical_failure_rate: false },
    ]);
  });
});
