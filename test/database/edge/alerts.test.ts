import { checkSides, syncDown, syncUp } from '../../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from './sides';

interface Round {
  alerts: Array<{ alert: string; active: boolean; message: string }>;
}

describe('the alerts of the edge', () => {
  let sides: Sides;
  const sql = (text: string, ...values: unknown[]) => sides.store.sql.query(text, values);

  const round = async (now = new Date()): Promise<Map<string, string>> => {
    const { alerts } = await sides.store.rpc<Round>('update_sync_alerts', {
      p_now: now.toISOString(),
      p_source: 'test',
    });
    return new Map(
      alerts
        .filter(({ alert, active }) => active && alert.startsWith('edge_'))
        .map(({ alert, message }) => [alert, message]),
    );
  };
  const later = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

  beforeAll(async () => {
    sides = await Sides.open();
    await syncDown(sides.ports, ORDER);
    await syncUp(sides.ports, ORDER);
  });
  afterAll(() => sides.close());

  test('none is active while all is well', async () => {
    expect(await round()).toEqual(new Map());
  });

  test('none of their rows is there while the edge is off', async () => {
    await sql('begin');
    await sql('select public.disable_edge()');
    expect(await sides.store.rows("select alert from lead_sync.alert_rules where alert like 'edge%'")).toEqual([]);
    expect(await sides.store.rows("select tgname from pg_trigger where tgname like 'edge\\_note%'")).toEqual([]);
    expect(await sides.store.rows('select to_regclass($1) as view', ['public.sync_log'])).toEqual([{ view: null }]);
    await sql('rollback');
  });

  test('a direction without success for over 15 minutes is told', async () => {
    expect((await round(later(14))).has('edge_stale')).toBe(false);
    expect((await round(later(17))).get('edge_stale')).toMatch(
      /^No successful sync from Supabase to D1 for 17 minutes\. No successful/,
    );
  });

  test('a quiet run counts as success', async () => {
    await syncDown(sides.ports, ORDER);
    const { down } = await sides.store.rpc<{ down: { minutes: number } }>('get_edge_status');
    expect(down.minutes).toBeLessThan(1);
  });

  test('over 100 rows that wait for over an hour are told', async () => {
    await sql("insert into public.leads (first_name) select 'Lead ' || n from generate_series(1, 101) as n");
    expect((await round(later(59))).has('edge_backlog')).toBe(false);
    expect((await round(later(61))).get('edge_backlog')).toBe('101 rows have waited for the edge for over an hour.');
    await syncDown(sides.ports, ORDER);
  });

  test('counts that are over 50 rows apart are told', async () => {
    await sides.d1.batch([{ sql: 'delete from prospects where id in (select id from prospects limit 51)' }]);
    await checkSides(sides.ports, { ...ORDER, full: true });
    expect((await round()).get('edge_counts')).toContain(
      'The last check down counted 101 rows in Supabase and 50 in D1.',
    );
    await syncDown(sides.ports, ORDER);
    await checkSides(sides.ports, { ...ORDER, full: true });
    expect((await round()).has('edge_counts')).toBe(false);
  });

  test('refused rows, orphans, duplicates and impossible states are told', async () => {
    await sides.d1.batch([
      {
        sql: `insert into emails (id, prospect_id, message_id, sent_at, opened_at) values
          ('e1', 'nobody', '<a@x>', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'), ('e2', null, '<a@x>', null, null), ('e3', null, null, 'never', null)`,
      },
    ]);
    await syncUp(sides.ports, ORDER);
    await checkSides(sides.ports, ORDER);

    const told = await round();

    expect(told.get('edge_refused')).toBe('D1 refuses 0 rows, Supabase 1.');
    expect(told.get('edge_orphans')).toBe('E-mails that belong to no lead: 2.');
    expect(told.get('edge_duplicates')).toBe('Message ids on more than one e-mail: 1.');
    expect(told.get('edge_impossible')).toBe('E-mails in a state that cannot be: 1.');
  });

  test('a rebuild that failed, or does not end, is told', async () => {
    sides.faults.push('unreachable', 'unreachable', 'unreachable');
    await expect(syncDown(sides.ports, { ...ORDER, mode: 'rebuild', table: 'prospects' })).rejects.toThrow(
      'D1 is unreachable',
    );
    expect((await round()).get('edge_rebuild')).toBe('The rebuild failed: D1 is unreachable');

    await syncDown(sides.ports, ORDER);
    expect((await round()).has('edge_rebuild')).toBe(false);
    await sides.store.rpc('request_edge_rebuild', { p_request: { tables: ['prospects'] } });
    expect((await round(later(61))).get('edge_rebuild')).toBe('A rebuild has been going on for 61 minutes.');
    await syncDown(sides.ports, ORDER);
  });

  test('sync_log lists the runs of both syncs', async () => {
    expect(
      await sides.store.rows("select distinct sync_type from public.sync_log where sync_type like '%d1%' order by 1"),
    ).toEqual([{ sync_type: 'd1_to_supabase' }, { sync_type: 'supabase_to_d1' }]);
  });
});
