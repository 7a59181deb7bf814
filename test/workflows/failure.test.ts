import { CHAT_ID, setConfig, Stage, withAlerts } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  await stage.clear();
});
afterAll(async () => {
  await stage.close();
});

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
      expect(text).toContain('lead sync failed');
      expect(text).toContain('Twenty does not accept the API key');
      expect(text).toMatch(/Open execution .+ says what to do/);
    },
  );

  it('alerts nobody unless a chat is set', async () => {
    stage.addPerson('ada@example.com', 'Ada');

    const run = await stage.pull({
      apiKey: 'wrong',
      edit: (node) => {
        node('Send Telegram alert').disabled = false;
      },
    });

    expect(run.status).toBe('error');
    expect(run.ran('Send Telegram alert')).toBe(false);
    expect(stage.telegram.messages).toEqual([]);
  });

  it('ends as failed with the Telegram node as it is delivered', async () => {
    const run = await stage.pull({ apiKey: 'wrong', edit: setConfig({ telegramChatId: CHAT_ID }) });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Twenty does not accept the API key');
    expect(stage.telegram.messages).toEqual([]);
  });

  it('stops after one batch when Twenty takes no write, instead of trying every lead', async () => {
    await stage.addLeads(
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ email: `${name}@example.com`, firstName: name })),
    );
    stage.twenty.faults.push({ kind: 'drop-before-effect', times: 1000, match: { operation: 'createPeople' } });

    const run = await stage.push({ edit: setConfig({ batchSize: 2 }) });

    expect(run.status).toBe('error');
    expect(run.outputs('Sync one batch')).toHaveLength(1);
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
    expect(run.ran('Close run as failed')).toBe(false);
    expect(run.error).toContain('No field mapping for the object "person"');
    expect(stage.telegram.messages).toHaveLength(1);
  });

  it('fails all the same when the alert cannot be sent', async () => {
    const run = await stage.pull({
      apiKey: 'wrong',
      edit: (node) => {
        withAlerts?.(node);
        node('Send Telegram alert').credentials = { missing: { id: 'missing', name: 'missing' } };
      },
    });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Twenty does not accept the API key');
    expect((await stage.runs())[0].status).toBe('failed');
  });
});
