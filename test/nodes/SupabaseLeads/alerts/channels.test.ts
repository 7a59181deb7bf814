import { errorOf, messagesFor, outcomeOf, type Telling } from '../../../../nodes/SupabaseLeads/alerts/channels';

const MESSAGES = { telegram: ['one', 'two'], slack: ['one', 'two'], subject: 'Lead sync', text: 'one, two' };
const NO_MESSAGES = { telegram: [], slack: [], subject: '', text: '' };
const ADDRESSES = { telegram: '-1', slack: '#ops', email: 'ops@example.com', emailFrom: 'n8n@example.com' };
const NOTHING = { telegram: [], slack: [], email: [] };

const telling = (more: Partial<Telling> = {}): Telling => ({
  what: 'The alert',
  channels: ['slack', 'telegram'],
  notification_ids: [1],
  remembered_as: null,
  stop: null,
  if_not_told: 'It will be sent by the next run.',
  ...more,
});

describe('messages for the channels', () => {
  it('are an item for each Telegram message, and one for Slack and for the e-mail', () => {
    const { telegram, slack, email } = messagesFor(MESSAGES, ADDRESSES);

    expect(telegram.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(slack).toEqual([{ unsent: true, channel: '#ops', text: 'one\n\ntwo' }]);
    expect(email).toMatchObject([{ from: 'n8n@example.com', to: 'ops@example.com', subject: 'Lead sync' }]);
  });

  it('are none where no address is set, or nothing is to be told', () => {
    expect(messagesFor(MESSAGES, { telegram: '', slack: '', email: '', emailFrom: '' })).toEqual(NOTHING);
    expect(messagesFor(NO_MESSAGES, ADDRESSES)).toEqual(NOTHING);
  });
});

describe('what the channels said', () => {
  it.each<[string, object[], string[]]>([
    ['all messages were taken', [{ ok: true }, { ok: true }], ['telegram']],
    ['one of several was refused', [{ ok: true }, { error: 'Bad Request' }], []],
    ['a disabled node passed it on', [{ unsent: true, text: 'one' }], []],
    ['nothing is connected', [], []],
  ])('counts a channel as told when %s', (_case, answers, told) => {
    const outcome = outcomeOf(telling({ channels: ['telegram'] }), { ...NOTHING, telegram: answers as never });

    expect(outcome.told_by).toEqual(told);
  });

  it('hides a key that a refusal repeats', () => {
    const answers = { ...NOTHING, slack: [{ error: 'Bearer abcdefghijkl is wrong' }], telegram: [{ ok: true }] };

    const { refused_by } = outcomeOf(telling(), answers);

    expect(refused_by).toEqual([{ channel: 'slack', reason: 'Bearer ••• is wrong' }]);
  });

  it.each<[string, Partial<Telling>, Parameters<typeof errorOf>[1], string | null]>([
    ['nothing when all is well', {}, { told_by: ['slack', 'telegram'], refused_by: [] }, null],
    [
      'who refused it and who took it',
      {},
      { told_by: ['slack'], refused_by: [{ channel: 'telegram', reason: 'chat not found' }] },
      'The alert was not told by Telegram (chat not found). Slack took it.',
    ],
    [
      'what becomes of a message that nobody took',
      { channels: ['slack'] },
      { told_by: [], refused_by: [{ channel: 'slack', reason: 'gone' }] },
      'The alert was not told by Slack (gone). It will be sent by the next run.',
    ],
    [
      'the failure that was told, however it went',
      { stop: 'Supabase is away.' },
      { told_by: ['slack'], refused_by: [{ channel: 'telegram', reason: 'gone' }] },
      'Supabase is away.',
    ],
  ])('ends with %s', (_case, more, outcome, error) => {
    expect(errorOf(telling(more), outcome)).toBe(error);
  });
});
