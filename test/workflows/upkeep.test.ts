import type { WorkflowRun } from './harness';
import { OtherChannels } from './other-channels';
import { CHAT_ID, type StageRunOptions, useStage } from './stage';
import { all, setAddresses, withMail, withSlack, withTelegram } from './telling';

const SEND = 'Send Telegram message';
const CHECK = 'Check integrity and monitor';

const stage = useStage();

const texts = (): string[] => stage.telegram.messages.map(({ text }) => text);

describe('Lead sync maintenance', () => {
  const withoutRepairs: StageRunOptions['edit'] = (node) => {
    node(CHECK).parameters.integrity = 'check';
  };

  const maintain = (from: string, edit: StageRunOptions['edit'] = withTelegram): Promise<WorkflowRun> =>
    stage.run('lead-sync-maintenance', { from, edit });

  it('archives old history at night, checks integrity, and reports both', async () => {
    await stage.database.query(
      `insert into public.lead_sync_history (sync_type, sync_direction, sync_status, created_at, synced_at)
       select 'scheduled_pull', 'twenty_to_supabase', 'synced', now() - interval '40 days', now() - interval '40 days'
       from generate_series(1, 500)`,
    );

    const run = await maintain('Every night at three');

    const { rows } = await stage.database.query(
      "select count(*)::int as old from public.lead_sync_history where synced_at < now() - interval '39 days'",
    );
    expect(run.status).toBe('success');
    expect(rows).toEqual([{ old: 0 }]);
    expect(run.outputs('Run maintenance')).toEqual([[expect.objectContaining({ archived: 500, has_more: false })]]);
    expect(run.outputs(CHECK)[0][0]).toMatchObject({ integrity: { ok: true }, health: { status: 'healthy' } });
    expect(texts()).toEqual([]);
  });

  it('checks integrity every hour, without the nightly work, and tells when the monitor went silent', async () => {
    await stage.run('lead-sync-monitor');
    await stage.database.query("update lead_sync.heartbeats set at = now() - interval '40 minutes'");

    const run = await maintain('Every hour');

    expect(run.status).toBe('success');
    expect(run.ran('Run maintenance')).toBe(false);
    expect(texts()).toEqual([expect.stringContaining('<b>Monitor went silent</b>')]);
  });

  it('tells once a day what the integrity check found and could not repair', async () => {
    await stage.addLeads({ email: 'ada@example.com', firstName: 'Ada' });
    await stage.database.query(
      `begin;
       set local session_replication_role = 'replica';
       update public.leads set sync_status = 'synced', twenty_id = null, last_synced_at = now() - interval '3 hours';
       delete from lead_sync.lead_states;
       commit`,
    );

    await maintain('Every hour', all(withTelegram, withoutRepairs));
    const hourly = [...texts()];
    await maintain('Every night at three', all(withTelegram, withoutRepairs));

    expect(hourly).toEqual([]);
    expect(texts()).toEqual([expect.stringContaining('the integrity check found something')]);
  });
});

describe('Lead sync error handler', () => {
  let channels: OtherChannels;
  beforeAll(async () => {
    channels = await OtherChannels.open();
  });
  beforeEach(() => channels.clear());
  afterAll(() => channels.close());

  const FAILED = { workflow: { name: 'Pull' }, execution: { error: { message: 'ada@example.com is refused' } } };

  /** Tells a failed execution to the channels that are turned on. */
  const tell = (...turnedOn: Array<StageRunOptions['edit']>): Promise<WorkflowRun> =>
    stage.run('lead-sync-error-handler', {
      from: 'When a workflow failed',
      items: [FAILED],
      edit: all(...turnedOn),
      credentials: channels.credentials,
    });

  const refuseInTelegram = (): unknown =>
    stage.telegram.refusals.push({ status: 400, description: 'Bad Request: chat not found' });
  const refuseInSlack = (): unknown => (channels.slackAnswer = { ok: false, error: 'channel_not_found' });

  it('waits as long as Telegram asks, then tells the failure', async () => {
    stage.telegram.refusals.push({ status: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 });

    const run = await tell(withTelegram);

    expect(run.status).toBe('success');
    expect(run.items('Wait as Telegram asks').map(({ length }) => length)).toEqual([1, 0]);
    expect(run.outputs('Send Telegram message')).toHaveLength(2);
    expect(texts()).toEqual([expect.stringContaining('<b>A lead sync workflow failed</b>')]);
  });

  it('says when Telegram did not take the message', async () => {
    refuseInTelegram();

    const run = await tell(withTelegram);

    expect(run.error).toContain('"Pull" was not told by Telegram (Bad Request: chat not found).');
  });

  it('sends nothing without a channel', async () => {
    const run = await tell();

    expect(run.status).toBe('success');
    expect(run.ran(SEND)).toBe(false);
    expect([channels.slack, channels.mails]).toEqual([[], []]);
  });

  it('tells Slack, e-mail and Telegram, where they are enabled', async () => {
    const run = await tell(withSlack, withMail, withTelegram);

    expect(run.status).toBe('success');
    expect(channels.slack).toEqual([
      expect.objectContaining({ channel: '#sales-ops', text: expect.stringContaining('is refused') as string }),
    ]);
    expect(channels.mails).toEqual([
      expect.stringMatching(/^Subject: A lead sync workflow failed[^]*Pull[^]*is refused/m),
    ]);
    expect(texts()).toEqual([expect.stringContaining('is refused')]);
    expect(JSON.stringify([channels.slack, channels.mails, texts()])).not.toContain('ada@');
  });

  it('tells Slack and e-mail when Telegram does not take the message, and fails', async () => {
    refuseInTelegram();

    const run = await tell(withSlack, withMail, withTelegram);

    expect([channels.slack.length, channels.mails.length, texts().length]).toEqual([1, 1, 0]);
    expect(run.error).toBe(
      'The failure of "Pull" was not told by Telegram (Bad Request: chat not found). Slack and Email took it.',
    );
  });

  it('tells e-mail and Telegram when Slack does not take the message, and fails', async () => {
    refuseInSlack();

    const run = await tell(withSlack, withMail, withTelegram);

    expect([channels.mails.length, texts().length]).toEqual([1, 1]);
    expect(run.error).toMatch(
      /^The failure of "Pull" was not told by Slack \(.*channel_not_found.*\)\. Email and Telegram took it\.$/,
    );
  });

  it('tells Slack and Telegram when the mail server does not take the message, and fails', async () => {
    channels.refusesMail = true;

    const run = await tell(withSlack, withMail, withTelegram);

    expect([channels.slack.length, channels.mails.length, texts().length]).toEqual([1, 0, 1]);
    expect(run.error).toMatch(
      /^The failure of "Pull" was not told by Email \(.*mailbox is full.*\)\. Slack and Telegram took it\.$/,
    );
  });

  it('names all that did not take the message, and forgets what nobody was told', async () => {
    refuseInSlack();
    channels.refusesMail = true;
    refuseInTelegram();

    const run = await tell(withSlack, withMail, withTelegram);

    expect(run.error).toMatch(/not told by Slack \(.*\), Email \(.*\), Telegram \(.*\)\. No channel took it: the next/);
  });

  it.each([
    ['Slack', setAddresses({ slackChannel: '#sales-ops' })],
    ['Email', setAddresses({ emailTo: 'ops@example.com' })],
    ['Telegram', setAddresses({ telegramChatId: CHAT_ID })],
  ])('says what is missing when only Config is filled in for %s', async (name, edit) => {
    const run = await tell(edit);

    expect(run.error).toContain(`"Pull" was not told by ${name} (its node is not enabled, or has no credential.`);
  });

  it('does not take the failure of one channel for that of a disabled one', async () => {
    refuseInSlack();

    const run = await tell(withSlack);

    expect(run.error).toMatch(/not told by Slack \(/);
    expect(run.error).not.toMatch(/Email|Telegram/);
  });

  it('tells without its memory of earlier executions', async () => {
    const run = await tell(withTelegram);

    // n8n's memory of earlier executions is away in this process
    expect(run.status).toBe('success');
    expect(texts()).toHaveLength(1);
  });
});
