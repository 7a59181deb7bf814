import { person, useStore, written, type Json } from './store';
import { World, type Notification } from './trouble/world';

interface Round {
  notifications: Notification[];
  health: { status: string; reasons: Json[] };
}

describe('alerts with memory', () => {
  const store = useStore('once');
  const world = new World(store);
  beforeEach(() => world.begin());

  const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 10, 12, minutes)).toISOString();

  /** A round of the monitor that confirms nothing. */
  const look = (minutes: number, args: Json = {}): Promise<Round> =>
    store.rpc<Round>('update_sync_alerts', { p_now: at(minutes), ...args });
  const confirm = (notifications: Notification[]): Promise<Json> =>
    store.rpc('confirm_alert_notifications', { p_ids: notifications.map(({ id }) => id) });

  /** A dead letter, which is also a lead with more than five errors; only the first is watched. */
  async function deadLetter(count = 1): Promise<string[]> {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'dead_letters'`);
    world.now = at(0);
    const ids = await world.dueLeads(count);
    await world.refuse(ids, 8, true);
    return ids;
  }

  const pause = (length: string): Promise<unknown> =>
    store.sql.query('update lead_sync.alert_rules set paused_until = $1::timestamptz + $2::interval', [at(0), length]);

  test('a problem is told once while it lasts', async () => {
    await deadLetter();
    const first = await look(0);
    expect(first.notifications).toMatchObject([{ alert: 'dead_letters', kind: 'raised', severity: 'warning' }]);
    expect(first.health).toMatchObject({ status: 'warning', reasons: [{ alert: 'dead_letters' }] });
    await confirm(first.notifications);
    for (const minutes of [5, 10, 55]) expect((await look(minutes)).notifications).toEqual([]);
  });

  test('it is told again after 1, 4 and 24 hours, then daily, and grows critical', async () => {
    await deadLetter();
    const told: Record<number, string> = {};
    for (let hours = 0; hours <= 75; hours += 0.5) {
      const { notifications } = await look(hours * 60);
      await confirm(notifications);
      if (notifications.length > 0)
        told[hours] = notifications.map(({ kind, severity }) => `${kind} ${severity}`).join();
    }
    expect(told).toEqual({
      0: 'raised warning',
      1: 'reminder warning',
      4: 'reminder warning',
      24: 'escalated critical',
      48: 'reminder critical',
      72: 'reminder critical',
    });
  });

  test('of reminders that were missed one is told, and then the next when it is time', async () => {
    await deadLetter();
    await confirm((await look(0)).notifications);
    const late = async (hours: number): Promise<string[]> => {
      const { notifications } = await look(hours * 60);
      await confirm(notifications);
      return notifications.map(({ kind }) => kind);
    };
    expect(await late(64)).toEqual(['escalated']);
    for (const hours of [64.1, 64.2, 71]) expect(await late(hours)).toEqual([]);
    expect(await late(72)).toEqual(['reminder']);
  });

  test('its end is told, with when it began', async () => {
    const ids = await deadLetter();
    await confirm((await look(0)).notifications);
    world.now = at(20);
    await world.settle(ids);
    const { notifications, health } = await look(20);
    expect(notifications).toMatchObject([{ alert: 'dead_letters', kind: 'recovered', examples: [] }]);
    expect(new Date(notifications[0].since).toISOString()).toBe(at(0));
    expect(health).toEqual({ status: 'healthy', reasons: [] });
    await confirm(notifications);
    expect((await look(60)).notifications).toEqual([]);
  });

  test('what was not confirmed comes again, but not to a second monitor at the same time', async () => {
    await deadLetter();
    const [first] = (await look(0)).notifications;
    expect((await look(1)).notifications).toEqual([]);
    const again = (await look(5)).notifications;
    expect(again).toEqual([{ ...first, at: expect.any(String) as unknown }]);
    expect(await confirm(again)).toEqual({ confirmed: 1 });
    expect(await confirm(again)).toEqual({ confirmed: 0 });
    expect((await look(10)).notifications).toEqual([]);
  });

  test('when a problem ends before its beginning could be sent, only its end is sent', async () => {
    const ids = await deadLetter();
    await look(0);
    await look(70);
    world.now = at(90);
    await world.settle(ids);
    expect((await look(90)).notifications).toMatchObject([{ kind: 'recovered' }]);
  });

  test('of a problem that began and ended within quiet hours, or a pause, nobody hears', async () => {
    const ids = await deadLetter();
    await store.sql.query(
      `update lead_sync.settings set quiet_from = '11:00', quiet_until = '14:00', quiet_zone = 'UTC'`,
    );
    expect((await look(0)).notifications).toEqual([]);
    world.now = at(30);
    await world.settle(ids);
    expect((await look(30)).notifications).toEqual([]);
    await store.sql.query('update lead_sync.settings set quiet_from = null, quiet_until = null');
    expect((await look(180)).notifications).toEqual([]);
  });

  test('of a problem that grew critical and ended within a pause nobody hears either', async () => {
    const ids = await deadLetter();
    await pause('3 days');
    for (const hours of [0, 25]) expect((await look(hours * 60)).notifications).toEqual([]);
    world.now = at(1600);
    await world.settle(ids);
    expect((await look(1600)).notifications).toEqual([]);
    expect((await look(5 * 1440)).notifications).toEqual([]);
  });

  test('what was kept is told with the figures of when it is told', async () => {
    await deadLetter();
    await pause('1 hour');
    expect((await look(0)).notifications).toEqual([]);
    await world.refuse(await world.dueLeads(2), 8, true);
    const [told] = (await look(70)).notifications;
    expect(told).toMatchObject({ kind: 'raised', message: expect.stringMatching(/^3 leads were refused/) as unknown });
    expect(told.examples).toHaveLength(3);
    expect(new Date(told.since).toISOString()).toBe(at(0));
    expect(new Date(told.at).toISOString()).toBe(at(70));
  });

  test('of an alert that is switched off nothing is told, whatever waits', async () => {
    await deadLetter();
    await pause('1 hour');
    await look(0);
    await store.sql.query('update lead_sync.alert_rules set enabled = false');
    expect((await look(70)).notifications).toEqual([]);
  });

  test('the end of a problem that was told is told after quiet hours, whatever came of it within them', async () => {
    const ids = await deadLetter();
    await confirm((await look(0)).notifications);
    const quiet = (values: string) => store.sql.query(`update lead_sync.settings set ${values}, quiet_zone = 'UTC'`);
    await quiet(`quiet_from = '12:10', quiet_until = '20:00'`);
    const flicker = async (minutes: number): Promise<void> => {
      world.now = at(minutes);
      await world.refuse(ids, 8, true);
      expect((await look(minutes)).notifications).toEqual([]);
      await world.settle(ids);
      expect((await look(minutes + 10)).notifications).toEqual([]);
    };
    await world.settle(ids);
    expect((await look(20)).notifications).toEqual([]);
    await flicker(30);
    await quiet('quiet_from = null, quiet_until = null');
    const { notifications } = await look(180);
    expect(notifications).toMatchObject([{ alert: 'dead_letters', kind: 'recovered' }]);
    await confirm(notifications);

    await quiet(`quiet_from = '12:10', quiet_until = '20:00'`);
    await flicker(200);
    await quiet('quiet_from = null, quiet_until = null');
    expect((await look(300)).notifications).toEqual([]);
  });

  test('where nobody confirms anything, only the newest word on each alert waits', async () => {
    const ids = await deadLetter();
    for (const minutes of [0, 60, 120]) {
      world.now = at(minutes);
      await world.refuse(ids, 8, true);
      await look(minutes);
      await world.settle(ids);
      await look(minutes + 30);
    }
    expect(await store.rows('select kind from lead_sync.alert_notifications')).toEqual([{ kind: 'recovered' }]);
  });

  test('a short problem stays pending and is not told, but health shows it', async () => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'syncing_stuck'`);
    world.now = at(0);
    const ids = await world.dueLeads(3);
    await world.claim(ids);
    const during = await look(12);
    expect(during.notifications).toEqual([]);
    expect(during.health).toMatchObject({ status: 'warning', reasons: [{ alert: 'syncing_stuck' }] });
    expect((await look(12)) as unknown as Json).toMatchObject({
      alerts: [{ alert: 'syncing_stuck', state: 'pending' }],
    });
    await world.settle(ids);
    expect((await look(17)).notifications).toEqual([]);
  });

  test('many failing leads are one message with five examples, personal data masked', async () => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'lead_errors'`);
    world.now = at(0);
    await world.refuse(await world.dueLeads(40), 7, false);
    const { notifications } = await look(0);
    expect(notifications).toHaveLength(1);
    expect(notifications[0].message).toBe('40 leads were refused more than 5 times.');
    expect(notifications[0].examples).toHaveLength(5);
    expect(notifications[0].examples[0]).toMatch(
      /^A\. L\. \(a•••@example\.com\), refused 7 times: validation: Invalid phone of a•••@example\.com$/,
    );
  });

  test('leads that are held back are one alert of their own, once they have been for an hour', async () => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert in ('held_leads', 'dead_letters')`);
    const tombstones = ['ada', 'grace', 'alan'].map((name) =>
      person({ email: `${name}@example.com`, twenty_deleted_at: '2026-02-01T00:00:00Z' as string | null }),
    );
    for (const { email } of tombstones) await store.addLead({ email });
    await store.plan(await store.claim(), tombstones);
    expect((await look(0)).notifications).toEqual([]);

    const { notifications } = await look(60);
    expect(notifications).toMatchObject([{ alert: 'held_leads', kind: 'raised', severity: 'warning' }]);
    expect(notifications[0].message).toBe(
      '3 leads are held back: their e-mails belong to other people in Twenty, deleted ones included.',
    );
    expect(notifications[0].examples).toHaveLength(3);
    expect(notifications[0].examples.join()).toMatch(
      /\(a•••@example\.com\), tombstone: the e-mail belongs to a deleted person/,
    );
    await confirm(notifications);
    for (const minutes of [65, 180, 1400]) expect((await look(minutes)).notifications).toEqual([]);

    await store.pull(tombstones.map((tombstone) => ({ ...tombstone, twenty_deleted_at: null })));
    expect((await look(1405)).notifications).toMatchObject([{ alert: 'held_leads', kind: 'recovered' }]);
  });

  test('leads with left-out fields are an alert for those who want it', async () => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'dead_letters'`);
    const id = await store.addLead({ first_name: 'Ada', email: 'ada@example.com', phone: 'call me' });
    const { claim, writes } = await store.beginPush();
    const sent = written(writes[0], { phone: null });
    await store.complete(claim, [{ ...sent, left_out: { phone: 'phone "call me" is not a phone number' } }]);
    expect((await look(0)).notifications).toEqual([]);
    expect(await store.rpc('get_sync_metrics')).toMatchObject({ left_out: 1 });

    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'left_out_fields'`);
    const { notifications } = await look(5);

    expect(notifications).toMatchObject([
      {
        alert: 'left_out_fields',
        message: '1 lead is synced without fields whose values Twenty cannot take.',
        examples: ['A. (a•••@example.com), phone'],
      },
    ]);
    await store.editLead(id, { phone: null });
    expect((await look(10)).notifications).toMatchObject([{ alert: 'left_out_fields', kind: 'recovered' }]);
  });

  test('thresholds, durations and switches are the user’s', async () => {
    await deadLetter(3);
    await store.sql.query(`update lead_sync.alert_rules set threshold = 3 where alert = 'dead_letters'`);
    expect((await look(0)).notifications).toEqual([]);
    await store.sql.query(
      `update lead_sync.alert_rules set threshold = 2, pending_for = '10 minutes', severity = 'critical' where alert = 'dead_letters'`,
    );
    expect((await look(5)).notifications).toEqual([]);
    expect((await look(15)).notifications).toMatchObject([{ kind: 'raised', severity: 'critical' }]);
    await store.sql.query('update lead_sync.alert_rules set enabled = false');
    expect((await look(20)).health.status).toBe('healthy');
  });

  test('a direction that is not in use does not stall', async () => {
    await store.sql.query(
      `update lead_sync.alert_rules set enabled = alert = 'sync_stalled', directions = array['supabase_to_twenty']`,
    );
    world.now = at(0);
    await world.run('twenty_to_supabase');
    world.now = at(100);
    await world.run('supabase_to_twenty');
    expect((await look(101)).health.status).toBe('healthy');
    await store.sql.query(`update lead_sync.alert_rules set directions = null where alert = 'sync_stalled'`);
    expect((await look(102)).health).toMatchObject({
      status: 'critical',
      reasons: [{ message: 'No successful sync from Twenty to Supabase for 102 minutes.' }],
    });
  });

  test('runs of deals do not hide that leads stand still, nor those of leads that deals do', async () => {
    await store.sql.query(
      `update lead_sync.alert_rules set enabled = alert = 'sync_stalled', directions = array['twenty_to_supabase']`,
    );
    await store.sql.query(`insert into lead_sync.cursors (object) values ('opportunity')`);
    const ran = (object: string, minutes: number) =>
      store.sql.query(
        `insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, started_at, finished_at, object)
         values ('twenty_to_supabase', 'delta', 'scheduled', 'succeeded', $1, $1, $1, $2)`,
        [at(minutes), object],
      );
    await ran('person', 0);
    await ran('opportunity', 100);
    const [leads, deals] = [
      'No successful sync from Twenty to Supabase for',
      'No successful sync of opportunity records from Twenty to Supabase for',
    ];
    expect((await look(101)).health).toMatchObject({
      status: 'critical',
      reasons: [{ message: `${leads} 101 minutes.` }],
    });
    await ran('person', 150);
    expect((await look(151)).health).toMatchObject({
      status: 'critical',
      reasons: [{ message: `${deals} 51 minutes.` }],
    });
    await ran('opportunity', 152);
    expect((await look(153)).health.reasons).toEqual([]);
    await store.sql.query(`update lead_sync.alert_rules set directions = null where alert = 'sync_stalled'`);
  });

  test('a run that has been reporting for hours is no stall; a drain of the inbox does not hide one', async () => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'sync_stalled'`);
    await store.sql.query(
      `insert into public.lead_sync_runs (direction, mode, trigger, lease_until, started_at) values ('twenty_to_supabase', 'full', 'manual', $1, $2)`,
      [at(205), at(0)],
    );
    expect((await look(200)).health.status).toBe('healthy');
    await store.sql.query(
      `insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, started_at, finished_at)
       values ('twenty_to_supabase', 'inbox', 'webhook', 'succeeded', $1, $1, $1)`,
      [at(210)],
    );
    expect((await look(210)).health.status).toBe('critical');
  });

  test('a monitor that comes back after a silence tells it, and that it is over', async () => {
    await look(0);
    expect((await look(10)).notifications).toEqual([]);
    const back = await look(40);
    expect(back.notifications).toMatchObject([
      { alert: 'monitor_silent', kind: 'raised', message: 'The monitor last looked 30 minutes ago.' },
    ]);
    await confirm(back.notifications);
    expect((await look(45)).notifications).toMatchObject([{ alert: 'monitor_silent', kind: 'recovered' }]);
  });

  test('another workflow that looks on does not pass for the monitor', async () => {
    await look(0);
    await look(10, { p_source: 'watchdog' });
    const { notifications } = await look(16, { p_source: 'watchdog' });
    expect(notifications).toMatchObject([{ alert: 'monitor_silent', kind: 'raised' }]);
    expect(await store.rpc('get_sync_metrics', { p_now: at(16) })).toMatchObject({
      heartbeat: { minutes: 16, silent: true },
    });
  });

  test('another workflow that looks on leaves to the monitor what is to be told, unless that is silent or was never there', async () => {
    await deadLetter();
    const watch = (minutes: number): Promise<Round> => look(minutes, { p_source: 'watchdog' });
    expect((await watch(0)).notifications).toMatchObject([{ kind: 'raised' }]);
    await look(1);
    expect((await watch(4)).notifications).toEqual([]);
    expect((await look(6)).notifications).toMatchObject([{ kind: 'raised' }]);
    expect((await watch(22)).notifications).toMatchObject([{ kind: 'raised' }]);
  });

  test('looking changes nothing: metrics and check_sync_alerts run in a read-only transaction', async () => {
    await deadLetter();
    await store.sql.query('begin read only');
    try {
      expect(await store.rows('select alert, active, state, since from check_sync_alerts()')).toEqual([
        { alert: 'dead_letters', active: true, state: 'ok', since: null },
      ]);
      await store.sql.query('select get_sync_metrics(), get_dashboard()');
    } finally {
      await store.sql.query('rollback');
    }
  });
});
