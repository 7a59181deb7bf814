import type { WorkflowRun } from './harness';
import { OtherChannels, withMail, withSlack } from './other-channels';
import { CHAT_ID, setConfig, Stage, type StageRunOptions } from './stage';

const SEND = 'Send Telegram message';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const withTelegram: StageRunOptions['edit'] = (node) => {
  node(SEND).disabled = false;
  setConfig({ telegramChatId: CHAT_ID })?.(node);
};

const texts = (): string[] => stage.telegram.messages.map(({ text }) => text);

describe('Lead sync maintenance', () => {
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
    const archived = run.outputs('Run maintenance').reduce((sum, [item]) => sum + Number(item.archived), 0);
    expect(run.status).toBe('success');
    expect(rows).toEqual([{ old: 0 }]);
    expect(archived).toBe(500);
    expect(run.outputs('Report')[0][0]).toMatchObject({ integrity: { ok: true }, maintenance: { has_more: false } });
    expect(texts()).toEqual([]);
  });

  it('goes on while there is more to do', async () => {
    let calls = 0;
    const run = await maintain('Run manually', (node) => {
      const { parameters } = node('Is more to do?');
      const conditions = parameters.conditions as { conditions: Array<{ leftValue: string }> };
      conditions.conditions[0].leftValue = '={{ $json.has_more === false && $runIndex < 2 }}';
      calls = 3;
    });

    expect(run.outputs('Run maintenance')).toHaveLength(calls);
    expect(run.outputs('Report')).toHaveLength(1);
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

    await maintain('Every hour', (node) => {
      withTelegram(node);
      setConfig({ fixWhatIsSafe: false })?.(node);
    });
    const hourly = [...texts()];
    await maintain('Every night at three', (node) => {
      withTelegram(node);
      setConfig({ fixWhatIsSafe: false })?.(node);
    });

    expect(hourly).toEqual([]);
    expect(texts()).toEqual([expect.stringContaining('the integrity check found something')]);
  });
});

describe('Lead sync error handler', () => {
  it('waits as long as Telegram asks, then tells the failure', async () => {
    stage.telegram.refusals.push({ status: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 });

    const run = await stage.run('lead-sync-error-handler', { from: 'When a workflow failed', edit: withTelegram });

    expect(run.status).toBe('success');
    expect(run.outputs('Wait as Telegram asks')).toHaveLength(1);
    expect(texts()).toEqual([expect.stringContaining('<b>A lead sync workflow failed</b>')]);
  });

  it('says when Telegram did not take the message', async () => {
    stage.telegram.refusals.push({ status: 400, description: 'Bad Request: chat not found' });

    const run = await stage.run('lead-sync-error-handler', { from: 'When a workflow failed', edit: withTelegram });

    expect(run.error).toContain('was not told: Bad Request: chat not found');
  });

  it('sends nothing without a chat', async () => {
    const run = await stage.run('lead-sync-error-handler', { from: 'When a workflow failed' });

    expect(run.status).toBe('success');
    expect(run.ran(SEND)).toBe(false);
  });

  it('tells Slack and e-mail, where they are enabled', async () => {
    const channels = await OtherChannels.open();
    const items = [{ workflow: { name: 'Pull' }, execution: { error: { message: 'ada@example.com is refused' } } }];
    try {
      const run = await stage.run('lead-sync-error-handler', {
        from: 'When a workflow failed',
        items,
        edit: (node) => [withSlack, withMail].forEach((edit) => edit?.(node)),
        credentials: channels.credentials,
      });

      expect(run.status).toBe('success');
      expect(channels.slack).toEqual([
        expect.objectContaining({ channel: '#sales-ops', text: expect.stringContaining('is refused') as string }),
      ]);
      expect(channels.mails).toEqual([
        expect.stringMatching(/^Subject: A lead sync workflow failed[^]*Pull[^]*is refused/m),
      ]);
      expect(JSON.stringify([channels.slack, channels.mails])).not.toContain('ada@');
    } finally {
      await channels.close();
    }
  });

  it('fails when Slack does not take the message', async () => {
    const channels = await OtherChannels.open();
    channels.slackAnswer = { ok: false, error: 'channel_not_found' };
    const run = await stage.run('lead-sync-error-handler', {
      from: 'When a workflow failed',
      edit: withSlack,
      credentials: channels.credentials,
    });
    await channels.close();

    expect(channels.slack).toHaveLength(1);
    expect(run.error).toContain('channel_not_found');
  });
});
