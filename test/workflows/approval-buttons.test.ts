import type { IDataObject } from 'n8n-workflow';
import type { WorkflowRun } from './harness';
import { CHAT_ID, type StageRunOptions, useStage } from './stage';
import { all, enable, setAddresses, withTelegram } from './telling';
import type { ButtonPress, TelegramMessage } from './telegram-double';

const ADA = { id: 4711, first_name: 'Ada', last_name: '<b>Lovelace</b>', username: 'ada' };
const BEN = { id: 4712, first_name: 'Ben' };
const PRESSED = 'When a button is pressed';

const stage = useStage();

/** What a user does who wants to be asked in Telegram. */
const withButtons = all(
  withTelegram,
  ...['Answer who pressed', 'Show who decided'].map(enable),
  (node) => (node('Check alerts').parameters.askInTelegram = true),
);

const monitor = (options: StageRunOptions = { edit: withButtons }): Promise<WorkflowRun> =>
  stage.run('lead-sync-monitor', options);

/** What the workflow does when Telegram tells of a press. */
const press = (press: ButtonPress, options: StageRunOptions = {}): Promise<WorkflowRun> =>
  monitor({ from: PRESSED, items: [stage.telegram.updateOf(press) as IDataObject], edit: withButtons, ...options });

/** Leads whose deletion waits for a yes. */
async function deletionsWait(...names: string[]): Promise<string[]> {
  await stage.database.query('update lead_sync.settings set approve_deletions = 0');
  const ids = stage.addPeople(...names);
  await stage.pull();
  await stage.database.query('update public.leads set deleted_at = now()');
  await stage.push();
  return ids;
}

interface Approval {
  decision: string | null;
  decided_by: string | null;
}
const approvals = async (): Promise<Approval[]> =>
  (await stage.database.query<Approval>('select decision, decided_by from lead_sync.approvals order by id')).rows;

const buttonsOf = ({ reply_markup }: Pick<TelegramMessage, 'reply_markup'>): string[][] =>
  (reply_markup?.inline_keyboard ?? []).flat().map(({ text, callback_data }) => [text, callback_data]);
const answers = (): string[] => stage.telegram.answers.map(({ text }) => text);

/** The data of the buttons of the question that was sent. */
async function asked(): Promise<{ yes: string; no: string }> {
  await monitor();
  const [[, yes], [, no]] = buttonsOf(stage.telegram.messages[1]);
  return { yes, no };
}

describe('an approval in Telegram', () => {
  it('is asked for by a message with two buttons beside the alert', async () => {
    await deletionsWait('ada', 'ben');

    expect((await monitor()).status).toBe('success');

    const [alert, question, ...others] = stage.telegram.messages;
    expect(others).toEqual([]);
    expect(alert.text).toContain('New: <b>A yes is asked for</b>');
    expect(alert).not.toHaveProperty('reply_markup');
    expect(question).toMatchObject({
      chat_id: CHAT_ID,
      text: expect.stringMatching(/^<b>2 leads would be deleted in Twenty \(\d+\)<\/b>$/) as string,
    });
    expect(buttonsOf(question)).toEqual([
      ['Yes, do it', expect.stringMatching(/^approval:\d+:yes:2:[0-9a-f]{16}$/)],
      ['No', expect.stringMatching(/^approval:\d+:no:2:[0-9a-f]{16}$/)],
    ]);
  });

  it('is told without buttons as the workflow is delivered', async () => {
    await deletionsWait('ada');

    await monitor({ edit: withTelegram });

    expect(stage.telegram.messages).toHaveLength(1);
  });

  it('names the fields of what would change', async () => {
    await stage.database.query('update lead_sync.settings set approve_changes = 0');
    stage.addPeople('ada', 'ben');
    await stage.pull();
    await stage.database.query(`update public.leads set job_title = 'CTO'`);
    await stage.database.query(
      `update public.leads set last_name = 'Rome' where first_name = (select min(first_name) from public.leads)`,
    );
    await stage.push();

    await monitor();

    expect(stage.telegram.messages[1].text).toMatch(
      /^<b>2 leads would be changed in Twenty .*<\/b>\njob title of 2, last name of 1$/,
    );
  });

  it('is decided by a press, which the message and the audit log then say of whom', async () => {
    const ids = await deletionsWait('ada', 'ben');
    const { yes } = await asked();

    const run = await press({ from: ADA, data: yes, messageId: 2 });

    expect(run.status).toBe('success');
    const by = 'Telegram 4711 @ada (Ada <b>Lovelace</b>)';
    expect(await approvals()).toEqual([{ decision: 'yes', decided_by: by }]);
    expect(stage.telegram.answers).toEqual([
      {
        callback_query_id: expect.any(String) as string,
        text: expect.stringMatching(/^Yes: approval \d+\.$/) as string,
        show_alert: true,
      },
    ]);
    expect(stage.telegram.edits).toEqual([
      expect.objectContaining({
        chat_id: CHAT_ID,
        message_id: 2,
        text: expect.stringMatching(
          /^<b>2 leads would be deleted in Twenty \(\d+\)<\/b>\n✅ Yes, by Telegram 4711 @ada \(Ada &lt;b&gt;Lovelace&lt;\/b&gt;\)$/,
        ) as string,
      }),
    ]);
    expect(stage.telegram.edits[0]).not.toHaveProperty('reply_markup');
    const { rows } = await stage.database.query(
      `select done_by, action, subject ->> 'decision' as decision from lead_sync.audit_log order by id desc limit 1`,
    );
    expect(rows).toEqual([{ done_by: by, action: 'decide_approval', decision: 'yes' }]);

    await stage.push();
    expect(ids.map((id) => stage.twenty.store.get('people', id)?.deletedAt)).toEqual(
      ids.map(() => expect.any(String) as string),
    );
  });

  it('is decided once: whoever presses later is told who decided, and how', async () => {
    await deletionsWait('ada');
    const { yes, no } = await asked();

    await press({ from: ADA, data: no });
    await press({ from: BEN, data: no });
    await press({ from: BEN, data: yes });

    expect(await approvals()).toMatchObject([{ decision: 'no' }]);
    expect(answers().slice(1)).toEqual([
      expect.stringMatching(/^Approval \d+ was decided before by Telegram 4711 @ada .*: no\.$/),
      expect.stringMatching(/^Approval \d+ was decided at .* by Telegram 4711 @ada .*: no\. /),
    ]);
  });

  it('that has grown since it was asked for is asked for anew', async () => {
    await deletionsWait('ada');
    const { yes } = await asked();
    await deletionsWait('ben');

    await press({ from: ADA, data: yes, messageId: 2 });

    expect(await approvals()).toMatchObject([{ decision: null }]);
    expect(answers()).toEqual([
      expect.stringMatching(/^Approval \d+ has become 2 leads since; you were shown 1\. Look at it again\.$/),
    ]);
    const [edit] = stage.telegram.edits;
    expect(edit.text).toMatch(/^<b>2 leads would be deleted/);
    const [[, again]] = buttonsOf(edit);

    await press({ from: ADA, data: again });
    expect(await approvals()).toMatchObject([{ decision: 'yes' }]);
  });

  it('that has become something else since it was asked for is asked for anew', async () => {
    await stage.database.query('update lead_sync.settings set approve_changes = 0');
    stage.addPeople('ada');
    await stage.pull();
    const becomes = async (title: string): Promise<void> => {
      await stage.database.query('update public.leads set job_title = $1', [title]);
      await stage.push();
    };
    await becomes('CTO');
    const { yes } = await asked();
    await becomes('CEO');

    await press({ from: ADA, data: yes, messageId: 2 });

    expect(await approvals()).toMatchObject([{ decision: null }]);
    expect(answers()).toEqual([
      expect.stringMatching(/^Approval \d+ has changed since you were shown it\. Look at it again\.$/),
    ]);
    const [[, again]] = buttonsOf(stage.telegram.edits[0]);

    await press({ from: ADA, data: again });
    expect(await approvals()).toMatchObject([{ decision: 'yes' }]);
  });

  it('is decided by a button of an older package, which does not say what it was', async () => {
    await deletionsWait('ada');
    const { yes } = await asked();

    await press({ from: ADA, data: yes.replace(/:\w+$/, '') });

    expect(await approvals()).toMatchObject([{ decision: 'yes' }]);
  });

  it.each<[string, (data: string) => ButtonPress]>([
    ['in another chat', (data) => ({ from: ADA, data, chat: '-100999' })],
    ['that names another action', (data) => ({ from: ADA, data: data.replace('approval', 'forget') })],
    ['with more behind its data', (data) => ({ from: ADA, data: `${data}\n` })],
    ['with no number of an approval', (data) => ({ from: ADA, data: data.replace(/\d+/, '1 or true') })],
  ])('is not decided by a press %s', async (_name, pressOf) => {
    await deletionsWait('ada');
    const { yes } = await asked();

    const run = await press(pressOf(yes));

    expect(run.status).toBe('success');
    expect(await approvals()).toMatchObject([{ decision: null }]);
    expect(answers()).toEqual(['This button decides nothing here.']);
    expect(stage.telegram.edits).toEqual([]);
  });

  it('is not decided by anybody while no chat is set', async () => {
    await deletionsWait('ada');
    const { yes } = await asked();

    await press({ from: ADA, data: yes }, { edit: all(withButtons, setAddresses({ telegramChatId: '' })) });

    expect(await approvals()).toMatchObject([{ decision: null }]);
  });

  it('keeps its buttons when Supabase cannot be reached, and says so', async () => {
    await deletionsWait('ada');
    const { yes } = await asked();

    await press({ from: ADA, data: yes }, { credentials: { leadSyncSupabaseApi: { host: 'http://127.0.0.1:9' } } });

    expect(answers()).toEqual([expect.stringMatching(/^It was not decided\. Supabase cannot be reached/)]);
    expect(stage.telegram.edits).toEqual([]);
  });
});
