import type { WorkflowRun } from './harness';
import { OtherChannels } from './other-channels';
import { CHAT_ID, type StageRunOptions, useStage } from './stage';
import { all, enable, setAddresses, withMail, withSlack, withTelegram } from './telling';

const SEND = 'Send Telegram message';

const stage = useStage();

const monitor = (options: StageRunOptions = { edit: withTelegram }): Promise<WorkflowRun> =>
  stage.run('lead-sync-monitor', options);

/** Leads that Twenty refused too often. */
async function killLeads(...emails: string[]): Promise<void> {
  await stage.addLeads(...emails.map((email) => ({ email, firstName: 'Ada' })));
  await stage.database.query(
    `begin;
     set local lead_sync.engine = 'on';
     update public.leads set sync_status = 'error', sync_error_count = 5,
       sync_error_message = 'Invalid <b>phone</b> & more of ' || email;
     update lead_sync.lead_states set due_at = null, error_category = 'validation', error_at = now();
     commit`,
  );
}

async function reviveLeads(): Promise<void> {
  await stage.database.query('select public.replay_dead_letters()');
}

/** As if the time since the last check had passed: what was handed out and not confirmed may be handed out again. */
async function passTime(): Promise<void> {
  await stage.database.query("update lead_sync.alert_notifications set offered_until = now() - interval '1 second'");
}

const unconfirmed = async (): Promise<number> => {
  const { rowCount } = await stage.database.query('select from lead_sync.alert_notifications where sent_at is null');
  return rowCount ?? 0;
};

const texts = (): string[] => stage.telegram.messages.map(({ text }) => text);

describe('Lead sync monitor', () => {
  it('tells a problem once, and its end', async () => {
    await killLeads('ada@example.com');

    const first = await monitor();
    await monitor();
    await reviveLeads();
    await monitor();
    await monitor();

    expect(first.status).toBe('success');
    expect(texts()).toEqual([
      expect.stringMatching(/^<b>Lead sync: warning<\/b>[^]*🟠 <b>Warning<\/b>\nNew: <b>Dead letters<\/b>/),
      expect.stringMatching(/^<b>Lead sync: healthy<\/b>[^]*🟢 <b>Recovered<\/b>\nOver: <b>Dead letters<\/b>/),
    ]);
    expect(stage.telegram.messages[0]).toMatchObject({ chat_id: CHAT_ID, parse_mode: 'HTML' });
    expect(await unconfirmed()).toBe(0);
  });

  it('shows no address and no markup of others', async () => {
    await killLeads('ada.lovelace@example.com');

    await monitor();

    expect(texts()[0]).toContain('Invalid &lt;b&gt;phone&lt;/b&gt; &amp; more');
    expect(texts()[0]).not.toContain('lovelace@');
  });

  it('sends nothing when all is well, and shows the state', async () => {
    const run = await monitor();

    expect(texts()).toEqual([]);
    expect(run.outputs('Check alerts')[0][0]).toMatchObject({
      health: { status: 'healthy' },
      notifications: [],
      metrics: { leads: { total: 0 } },
    });
  });

  it('waits as long as Telegram asks, then sends the same message', async () => {
    await killLeads('ada@example.com');
    stage.telegram.refusals.push({ status: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 });

    const run = await monitor();

    expect(run.status).toBe('success');
    expect(run.items('Wait as Telegram asks').map(({ length }) => length)).toEqual([1, 0]);
    expect(run.outputs('Send Telegram message')).toHaveLength(2);
    expect(texts()).toEqual([expect.stringContaining('Dead letters')]);
    expect(await unconfirmed()).toBe(0);
  });

  it('confirms nothing that Telegram did not take, and sends it in a later run', async () => {
    await killLeads('ada@example.com');
    stage.telegram.refusals.push({ status: 403, description: 'Forbidden: bot was kicked from the group chat' });

    const refused = await monitor();
    const left = await unconfirmed();
    await passTime();
    const later = await monitor();

    expect(refused.status).toBe('error');
    expect(refused.error).toContain(
      'The alert was not told by Telegram (Forbidden: bot was kicked from the group chat). It will be sent by the next run.',
    );
    expect(left).toBe(1);
    expect(later.status).toBe('success');
    expect(texts()).toEqual([expect.stringContaining('Dead letters')]);
  });

  it('says what is missing when a chat is chosen and the node is not enabled', async () => {
    await killLeads('ada@example.com');

    const run = await monitor({ edit: setAddresses({ telegramChatId: CHAT_ID }) });

    expect(run.error).toContain('Telegram (its node is not enabled, or has no credential.');
    expect(await unconfirmed()).toBe(1);
  });

  it('sends nothing without a chat, and keeps it for later', async () => {
    await killLeads('ada@example.com');

    const run = await monitor({ edit: enable(SEND) });

    expect(run.status).toBe('success');
    expect(run.ran(SEND)).toBe(false);
    expect(await unconfirmed()).toBe(1);
  });

  it('tells when Supabase cannot be reached, and fails', async () => {
    const run = await monitor({
      edit: withTelegram,
      credentials: { leadSyncSupabaseApi: { host: 'http://127.0.0.1:9' } },
    });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Supabase cannot be reached');
    expect(texts()).toEqual([
      expect.stringMatching(/Lead sync monitor, at &quot;Check alerts&quot;[^]*cannot be reached/),
    ]);
  });
});

describe('Lead sync monitor with Slack and e-mail', () => {
  let channels: OtherChannels;
  beforeAll(async () => {
    channels = await OtherChannels.open();
  });
  beforeEach(() => channels.clear());
  afterAll(() => channels.close());

  it('tells Slack, and confirms what Slack took', async () => {
    await killLeads('ada.lovelace@example.com');

    const first = await monitor({ edit: withSlack, credentials: channels.credentials });
    await monitor({ edit: withSlack, credentials: channels.credentials });

    expect(first.status).toBe('success');
    expect(channels.slack).toEqual([
      expect.objectContaining({ channel: '#sales-ops', text: expect.stringMatching(/\*Dead letters\*/) as string }),
    ]);
    expect(channels.slack[0].text).not.toMatch(/lovelace@|<b>/);
    expect(await unconfirmed()).toBe(0);
    expect(channels.mails).toEqual([]);
  });

  it('confirms nothing that Slack refused, and says so', async () => {
    await killLeads('ada@example.com');
    channels.slackAnswer = { ok: false, error: 'channel_not_found' };

    const run = await monitor({ edit: withSlack, credentials: channels.credentials });

    expect(run.error).toMatch(
      /^The alert was not told by Slack \(.*channel_not_found.*\)\. It will be sent by the next run/,
    );
    expect(await unconfirmed()).toBe(1);
  });

  it('sends an e-mail, and confirms it', async () => {
    await killLeads('ada.lovelace@example.com');

    const run = await monitor({ edit: withMail, credentials: channels.credentials });

    expect(run.status).toBe('success');
    expect(channels.mails).toEqual([
      expect.stringMatching(/^To: ops@example\.com$[^]*^Subject: Lead sync: warning, 1 new[^]*Dead letters/m),
    ]);
    expect(channels.mails[0]).not.toContain('lovelace@');
    expect(await unconfirmed()).toBe(0);
  });

  it('says that Slack took what Telegram refused, and confirms it', async () => {
    await killLeads('ada@example.com');
    stage.telegram.refusals.push({ status: 403, description: 'Forbidden: bot was kicked from the group chat' });

    const run = await monitor({
      edit: all(withSlack, withTelegram),
      credentials: channels.credentials,
    });

    expect(run.error).toContain('Forbidden: bot was kicked from the group chat). Slack took it.');
    expect(channels.slack).toHaveLength(1);
    expect(await unconfirmed()).toBe(0);
  });

  it('tells all of them when Supabase cannot be reached, and fails', async () => {
    const run = await monitor({
      edit: all(withSlack, withMail, withTelegram),
      credentials: { ...channels.credentials, leadSyncSupabaseApi: { host: 'http://127.0.0.1:9' } },
    });

    expect(run.error).toContain('Supabase cannot be reached');
    expect([channels.slack.map(({ text }) => text), channels.mails, texts()]).toEqual([
      [expect.stringContaining('cannot be reached')],
      [expect.stringContaining('cannot be reached')],
      [expect.stringContaining('cannot be reached')],
    ]);
  });

  describe('when Supabase cannot be reached', () => {
    const DOWN = { leadSyncSupabaseApi: { host: 'http://127.0.0.1:9' } };
    const TRIES_AGAIN = 'No channel took this message: the next run tries again.';

    const fail = (...turnedOn: Array<StageRunOptions['edit']>): Promise<WorkflowRun> =>
      monitor({
        edit: all(...turnedOn),
        credentials: { ...channels.credentials, ...DOWN },
      });

    beforeEach(() => {
      channels.slackAnswer = { ok: false, error: 'channel_not_found' };
      stage.telegram.refusals.push({ status: 403, description: 'Forbidden: bot was kicked from the group chat' });
    });

    it('forgets what no channel took, and says so', async () => {
      const run = await fail(withSlack, withTelegram);

      expect(run.error).toContain('Supabase cannot be reached');
      expect(run.error).toContain(TRIES_AGAIN);
    });

    it('remembers what one channel took', async () => {
      const run = await fail(withSlack, withMail, withTelegram);

      expect(channels.mails).toHaveLength(1);
      expect(run.error).toContain('Supabase cannot be reached');
      expect(run.error).not.toContain(TRIES_AGAIN);
    });
  });
});
