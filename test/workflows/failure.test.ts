import { startEchoing } from './echoing-server';
import { CHAT_ID, setSync, type StageRunOptions, useStage } from './stage';
import { all, withAlerts } from './telling';

const stage = useStage();

describe('a sync that fails', () => {
  it.each(['pull', 'push'] as const)(
    'ends a %s with a wrong Twenty key as failed and alerts once',
    async (direction) => {
      stage.addPerson('ada@example.com', 'Ada');
      await stage.addLeads({ email: 'grace@example.com', firstName: 'Grace' });

      const run = await stage[direction]({ apiKey: 'wrong', edit: withAlerts });

      expect(run.status).toBe('error');
      expect(run.error).toContain('Twenty does not accept the API key');
      expect(await stage.runs()).toMatchObject([
        { status: 'failed', error: expect.stringContaining('Twenty does not accept the API key') },
      ]);
      expect(stage.telegram.messages).toHaveLength(1);
      const [{ chat_id, parse_mode, text }] = stage.telegram.messages;
      expect({ chat_id, parse_mode }).toEqual({ chat_id: CHAT_ID, parse_mode: 'HTML' });
      expect(text).toContain('Twenty does not accept the API key');
      expect(text).toMatch(/Create a new key in Twenty.*\n→ Nothing is lost: .* Look at execution \S+ in n8n\.$/);
    },
  );

  it.each<[string, RegExp, () => StageRunOptions]>([
    [
      'a wrong Supabase key',
      /^Supabase does not accept the service key\. Copy the secret key .* into the credential\.$/,
      () => ({ credentials: { leadSyncSupabaseApi: { serviceKey: 'wrong' } } }),
    ],
    [
      'a Supabase that cannot be reached',
      /^Supabase cannot be reached\. Check the host in the credential .*\.$/,
      () => ({ credentials: { leadSyncSupabaseApi: { host: 'http://127.0.0.1:9' } } }),
    ],
    [
      'a Twenty that cannot be reached',
      /^Twenty cannot be reached: nothing listens at this address\. Check the URL in the credential .*\.$/,
      () => ({ credentials: { leadSyncTwentyApi: { url: 'http://127.0.0.1:9' } } }),
    ],
    [
      'a rate limit that others use up',
      /^Twenty's rate limit left no room .*: no call was free within 0 s\. Run again later, or lower Calls per Minute .*\.$/,
      () => {
        stage.twenty.faults.push({ kind: 'rate-limit', times: 1000, match: { operation: 'people' } });
        return {
          edit: (node) => {
            node('Pull from Twenty').parameters.options = { maxWait: 0 };
          },
        };
      },
    ],
    [
      'answers that are cut off',
      /^The answer of Twenty was cut off: .*\. Run again; .*\.$/,
      () => {
        stage.twenty.faults.push({ kind: 'cut-body', times: 1000, match: { operation: 'people' } });
        return {};
      },
    ],
    [
      'pages that repeat',
      /^Twenty did not answer as it should: a page of people came again instead of the next one.*\. Run again; .*\.$/,
      () => {
        stage.addPeople('b', 'c', 'd');
        stage.twenty.faults.push({ kind: 'repeat-page', times: 1000, after: 1, match: { operation: 'people' } });
        return { edit: setSync({ pageSize: 1 }) };
      },
    ],
  ])('says of %s in the alert what happened and what to do', async (_name, says, given) => {
    stage.addPerson('ada@example.com', 'Ada');
    const { edit, ...options } = given();

    const run = await stage.pull({ ...options, edit: all(withAlerts, edit) });

    expect(run.status).toBe('error');
    const [title, text, next] = stage.telegram.messages[0].text.split('\n').slice(-3);
    expect(title).toBe('New: <b>Twenty to Supabase lead sync, at &quot;Pull from Twenty&quot;</b>');
    expect(text).toMatch(says);
    expect(text.length).toBeLessThan(320);
    expect(next).toMatch(
      /^→ Nothing is lost: the next run goes on where this one stopped\. Look at execution \S+ in n8n\.$/,
    );
  });

  it('tells nobody secrets or personal data, neither in the alert nor in the error, nor in the record of the run', async () => {
    const message =
      'No: ada@example.com, +1 415 555 2671, https://api.example/bot123456789:AAabcdefghijklmnopqrstuvwxyz012345';
    const gateway = await startEchoing(
      () => 400,
      () => JSON.stringify({ statusCode: 400, messages: [message] }),
    );

    const run = await stage.pull({ credentials: { leadSyncTwentyApi: { url: gateway.url } }, edit: withAlerts });
    await gateway.close();

    const [{ error }] = await stage.runs();
    for (const told of [stage.telegram.messages[0].text, String(run.error), String(error)]) {
      expect(told).toContain('No: a•••@example.com, •••71, https://api.example/bot•••');
    }
  });

  it('says of missing migrations in the alert which command to run', async () => {
    await stage.database.query('alter function public.start_sync_run rename to start_sync_run_away');
    try {
      await stage.pull({ edit: withAlerts });
    } finally {
      await stage.database.query('alter function public.start_sync_run_away rename to start_sync_run');
    }

    expect(stage.telegram.messages[0].text).toMatch(/does not have the lead functions.*npx n8n-nodes-lead-sync setup/);
  });

  it('alerts nobody as it is delivered, and ends as failed all the same', async () => {
    const run = await stage.pull({ apiKey: 'wrong' });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Twenty does not accept the API key');
    expect(stage.telegram.messages).toEqual([]);
  });

  it('stops after one batch when Twenty takes no write, instead of trying every lead', async () => {
    await stage.addLeadsCalled('a', 'b', 'c', 'd', 'e', 'f');
    stage.twenty.faults.push({ kind: 'drop-before-effect', times: 1000, match: { operation: 'createPeople' } });

    const run = await stage.push({ edit: setSync({ batchSize: 2 }) });

    expect(run.status).toBe('error');
    expect(stage.twenty.stats.byOperation.createPeople ?? 0).toBeLessThanOrEqual(3);
    expect((await stage.runs())[0]).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^The answer of Twenty was cut off: .*\. Run again/),
    });
  });

  it('escapes what a server says for Telegram', async () => {
    stage.addPerson('ada@example.com', 'Ada');
    stage.twenty.faults.push({
      kind: 'status',
      status: 500,
      body: '<h1>Bad & broken</h1>',
      times: 100,
      match: { operation: 'people' },
    });

    await stage.pull({ edit: withAlerts });

    const [{ text }] = stage.telegram.messages;
    expect(text).toContain('&lt;h1&gt;Bad &amp; broken&lt;/h1&gt;');
    expect(text.replace(/<\/?b>/g, '')).not.toMatch(/[<>]/);
  });

  it('alerts about a run that could not be started', async () => {
    await stage.database.query("update lead_sync.field_mappings set enabled = false where lead_field <> 'deleted'");

    const run = await stage.pull({ edit: withAlerts });

    expect(run.status).toBe('error');
    expect(await stage.runs()).toEqual([]);
    expect(run.error).toContain('No field mapping for the object "person"');
    expect(stage.telegram.messages).toHaveLength(1);
  });

  it('fails all the same when the alert cannot be sent', async () => {
    const run = await stage.pull({
      apiKey: 'wrong',
      edit: all(withAlerts, (node) => {
        node('Send Telegram alert').credentials = { missing: { id: 'missing', name: 'missing' } };
      }),
    });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Twenty does not accept the API key');
    expect((await stage.runs())[0].status).toBe('failed');
  });
});
