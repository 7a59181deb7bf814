import { useStore, type Json } from './store';

interface Saved {
  saved: boolean;
  problems: Record<string, string>;
}

interface Setting extends Json {
  name: string;
}

describe('settings', () => {
  const store = useStore();

  const change = (changes: Json): Promise<Saved> => store.rpc('change_settings', { p_changes: changes });
  const setting = async (name: string): Promise<Setting | undefined> =>
    (await store.rpc<{ settings: Setting[] }>('get_settings')).settings.find((each) => each.name === name);

  it('each say what they are for, how they are and what they may be', async () => {
    const { settings } = await store.rpc<{ settings: Setting[] }>('get_settings');

    expect(settings.filter(({ meaning }) => !meaning).map(({ name }) => name)).toEqual([]);
    expect(await setting('max_attempts')).toMatchObject({ value: 8, type: 'integer', lowest: 1, highest: null });
    expect(await setting('changes_days')).toMatchObject({ lowest: 0, highest: 50 });
    expect(await setting('reconcile_missing')).toMatchObject({ value: 'repair', options: ['repair', 'report'] });
    expect(await setting('max_lead_bytes')).toMatchObject({ lowest: 16384 });
    expect(await setting('object')).toMatchObject({ is_fixed: true });
  });

  it('change together, with before and after in the audit log', async () => {
    expect(await change({ max_attempts: 5, backoff_longest: '3 hours', ai_attributes: ['industry'] })).toMatchObject({
      saved: true,
      problems: {},
      settings: { max_attempts: 5, backoff_longest: '03:00:00' },
    });

    const { entries } = await store.rpc<{ entries: Json[] }>('get_audit_log');
    expect(entries).toMatchObject([
      { action: 'update settings', subject: { before: { max_attempts: 8 }, after: { max_attempts: 5 } } },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['max_attempts', 0, 'It must be at least 1.'],
    ['max_attempts', 'many', 'It must be a whole number, got "many".'],
    ['max_attempts', 3_000_000_000, 'It must be a whole number, got "3000000000".'],
    ['max_attempts', null, 'It needs a value.'],
    ['changes_days', 51, 'It must be from 0 to 50.'],
    ['reconcile_orphaned_share', 2, 'It must be from 0 to 1.'],
    ['reconcile_missing', 'ignore', 'It must be repair or report.'],
    ['overlap', 'soon', 'It must be a length of time, e.g. 5 minutes, got "soon".'],
    ['overlap', '-1 minute', 'It must not be negative.'],
    ['lease', '5 seconds', expect.stringContaining('at least a minute') as unknown as string],
    ['strict', 'perhaps', 'It must be true or false, got "perhaps".'],
    ['default_country', 'usa', "It is not allowed: default_country ~ '^[A-Z]{2}$'."],
    ['quiet_from', '22:00', 'Quiet hours need both times, or neither.'],
    ['quiet_from', 'night', 'It must be a time of the day, e.g. 22:00, got "night".'],
    ['quiet_zone', 'Mars/Olympus', 'Time zone "Mars/Olympus" not recognized.'],
    ['object', 'company', expect.stringContaining('setup') as unknown as string],
    ['only_row; drop table', true, 'There is no such setting.'],
  ])('%s does not take %s, and says so in a sentence', async (name, value, problem) => {
    const before = await store.rows('select * from lead_sync.settings');

    expect(await change({ max_claim_bytes: 1_000_000, [name]: value })).toMatchObject({
      saved: false,
      problems: { [name]: problem },
    });

    expect(await store.rows('select * from lead_sync.settings')).toEqual(before);
  });

  it('need something to change', async () => {
    await expect(change({})).rejects.toThrow('p_changes must be an object');
  });
});

describe('alert rules', () => {
  const store = useStore();

  const change = (alert: string, changes: Json): Promise<Saved> =>
    store.rpc('change_alert', { p_alert: alert, p_changes: changes });
  const at = (clock: string): string => `2026-03-10T${clock}:00Z`;
  const told = async (clock: string): Promise<string[]> => {
    const { notifications } = await store.rpc<{ notifications: Array<{ id: number; alert: string }> }>(
      'update_sync_alerts',
      { p_now: at(clock) },
    );
    await store.rpc('confirm_alert_notifications', { p_ids: notifications.map(({ id }) => id) });
    return notifications.map(({ alert }) => alert);
  };
  const deadLetter = async (): Promise<void> => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'dead_letters'`);
    await store.addLead({ email: 'ada@example.com' });
    await store.sql.query(
      `begin; set local lead_sync.engine = 'on'; update public.leads set sync_status = 'error', sync_error_count = 8;
       update lead_sync.lead_states set due_at = null, error_at = now(); commit`,
    );
  };

  it('are listed with how they stand, and take new thresholds', async () => {
    expect(
      await change('failure_rate', { threshold: '25', pending_for: '10 minutes', reminders: ['2 hours'] }),
    ).toEqual({
      saved: true,
      problems: {},
    });

    const { alerts } = await store.rpc<{ alerts: Json[] }>('get_alerts');
    expect(alerts.find(({ alert }) => alert === 'failure_rate')).toMatchObject({
      threshold: 25,
      pending_for: '00:10:00',
      reminders: ['02:00:00'],
      state: 'ok',
      enabled: true,
    });
  });

  it.each<[Json, Json]>([
    [{ threshold: 'high' }, { threshold: 'It must be a number, got "high".' }],
    [{ threshold: -1 }, { threshold: 'It must not be negative.' }],
    [{ minimum: -1 }, { minimum: 'It must not be negative.' }],
    [{ severity: 'fatal' }, { severity: 'It must be warning or critical.' }],
    [{ reminders: [] }, { reminders: expect.stringContaining('one length of time') }],
    [{ reminders: ['soon'] }, { reminders: 'It must be lengths of time, e.g. 1 hour, 4 hours, got "["soon"]".' }],
    [{ directions: ['up'] }, { directions: expect.stringContaining('It is not allowed') }],
    [{ advice: 'Panic' }, { alert: 'Names and advice come with the schema.' }],
  ])('refuse %j in a sentence', async (changes, problems) => {
    expect(await change('failure_rate', changes)).toEqual({ saved: false, problems });
  });

  it('say when there is no such alert', async () => {
    await expect(change('fire', { threshold: 1 })).rejects.toThrow('There is no alert "fire"');
  });

  it('that are paused are told when the pause is over, if the problem lasts', async () => {
    await deadLetter();
    await change('dead_letters', { paused_until: at('13:00') });

    expect([await told('12:00'), await told('12:55'), await told('13:00')]).toEqual([[], [], ['dead_letters']]);
  });

  it('keep warnings over the quiet hours, also over midnight and in their zone, but not what is critical', async () => {
    await deadLetter();
    await store.rpc('change_settings', {
      p_changes: { quiet_from: '22:00', quiet_until: '07:00', quiet_zone: 'Europe/Paris' },
    });

    expect([await told('21:30'), await told('05:59'), await told('06:00')]).toEqual([[], [], ['dead_letters']]);
    await change('dead_letters', { severity: 'critical' });
    await store.sql.query('truncate lead_sync.alert_states, lead_sync.alert_notifications');
    expect(await told('22:30')).toEqual(['dead_letters']);
  });

  it('tell a test message once, in the quiet hours, too, and say that it was sent', async () => {
    await store.rpc('change_settings', { p_changes: { quiet_from: '00:00', quiet_until: '23:59' } });
    const [one, other] = [await store.rpc('send_test_alert'), await store.rpc('send_test_alert')];
    expect(one).toEqual(other);

    expect([await told('12:00'), await told('12:05')]).toEqual([['test'], []]);

    const { told: list } = await store.rpc<{ told: Json[] }>('get_alerts');
    expect(list).toMatchObject([{ alert: 'test', title: 'Test message', sent_at: expect.any(String) }]);
  });

  it('keep what was told in pages', async () => {
    await store.sql.query(
      `insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at)
       select 'drift', 'raised', 'warning', 'Drift', n::text, '', now(), now() from generate_series(1, 3) as n`,
    );
    const first = await store.rpc<Json>('get_alerts', { p_limit: 2 });
    const rest = await store.rpc<Json>('get_alerts', { p_limit: 2, p_position: first.position });
    expect([first, rest]).toMatchObject([
      { told: [{ message: '3' }, { message: '2' }], has_next: true },
      { told: [{ message: '1' }], has_next: false, position: null },
    ]);
  });
});
