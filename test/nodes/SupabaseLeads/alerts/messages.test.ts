import fc from 'fast-check';
import { toMessages } from '../../../../nodes/SupabaseLeads/alerts/messages';
import type { Notification, Report } from '../../../../nodes/SupabaseLeads/alerts/notification';
import { check } from '../../../lead/property';

const notification = (more: Partial<Notification> = {}): Notification => ({
  id: 1,
  kind: 'raised',
  severity: 'critical',
  title: 'No successful sync',
  message: 'The last run that succeeded ended 42 minutes ago (limit 30).',
  advice: null,
  since: '2026-11-21T11:18:00Z',
  at: '2026-11-21T12:00:00Z',
  ...more,
});

const report = (...notifications: Notification[]): Report => ({
  title: 'Lead sync: critical',
  reason: 'No run succeeded for 42 minutes',
  notifications,
});

/** A text as Telegram shows it; throws when a tag is foreign, not closed or crossed. */
function shownByTelegram(html: string): string {
  const open: string[] = [];
  const text = html.replace(/<(\/?)([a-z]+)>|[<>]|&(?!(amp|lt|gt|quot);)/g, (found, slash: string, tag: string) => {
    if (tag !== 'b' && tag !== 'i') throw new Error(`Telegram refuses ${found} in ${html}`);
    if (slash === '') open.push(tag);
    else if (open.pop() !== tag) throw new Error(`${found} closes nothing`);
    return '';
  });
  if (open.length > 0) throw new Error(`<${open.join('><')}> is not closed`);
  return text.replace(
    /&(amp|lt|gt|quot);/g,
    (_found, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '',
  );
}

const anyNotification = fc.record<Notification>({
  id: fc.nat(),
  kind: fc.constantFrom('raised', 'reminder', 'escalated', 'recovered'),
  severity: fc.constantFrom('critical', 'warning'),
  title: fc.string({ unit: 'grapheme', maxLength: 300 }),
  message: fc.option(fc.oneof(fc.string({ maxLength: 3000 }), fc.constant('<&>'.repeat(2000)))),
  since: fc.option(fc.constant('2026-11-19T09:30:00Z')),
  advice: fc.option(fc.string({ maxLength: 900 })),
  at: fc.constant('2026-11-21T12:00:00Z'),
  examples: fc.array(
    fc.tuple(fc.emailAddress(), fc.string({ maxLength: 400 })).map(([email, error]) => `${email} ${error}`),
    { maxLength: 20 },
  ),
});

describe('messages of a report', () => {
  it('says how the sync is and why, then what is new, still wrong and over, the worst first', () => {
    const { telegram, subject } = toMessages(
      report(
        notification({
          kind: 'recovered',
          title: 'Backlog grows',
          message: 'Back to 3.',
          since: '2026-11-21T11:00:00Z',
        }),
        notification({
          kind: 'reminder',
          severity: 'warning',
          title: 'Dead letters',
          message: '12 wait.',
          since: '2026-11-20T09:00:00Z',
        }),
        notification({ advice: 'Look at the executions of n8n.' }),
      ),
    );

    expect(telegram).toEqual([
      [
        '<b>Lead sync: critical</b>',
        '<i>No run succeeded for 42 minutes</i>',
        '',
        '🔴 <b>Critical</b>',
        'New: <b>No successful sync</b>',
        'The last run that succeeded ended 42 minutes ago (limit 30).',
        '→ Look at the executions of n8n.',
        '',
        '🟠 <b>Warning</b>',
        'Still: <b>Dead letters</b>',
        '12 wait.',
        'For 1 d 3 h now.',
        '',
        '🟢 <b>Recovered</b>',
        'Over: <b>Backlog grows</b>',
        'Back to 3.',
        'Lasted 1 h.',
      ].join('\n'),
    ]);
    expect(subject).toBe('Lead sync: critical, 1 new, 1 still, 1 over');
  });

  it('says nothing when there is nothing to tell', () => {
    expect(toMessages(report())).toEqual({ telegram: [], slack: [], subject: '', text: '' });
  });

  it('shows what others wrote as text, not as markup', () => {
    const { telegram, slack, text } = toMessages(
      report(notification({ message: '<script>alert("x")</script> & <b>bold</b> *loud* <!channel>' })),
    );

    expect(telegram[0]).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;');
    expect(slack[0]).toContain('&lt;!channel&gt;');
    expect(slack[0]).not.toContain('*loud*');
    expect(text).toContain('<script>alert("x")</script> & <b>bold</b> *loud*');
  });

  it('names some leads, their data masked, and counts the rest', () => {
    const examples = Array.from(
      { length: 8 },
      (_, n) => `L${n} (ada.lovelace@example.com): +33 6 12 34 56 78 refused by Bearer abcdefghijkl`,
    );

    const { text } = toMessages(report(notification({ title: 'Leads with many errors', examples })));

    expect(text).toContain('• L4 (a•••@example.com): •••78 refused by Bearer •••\n… and 3 more');
    expect(text).not.toMatch(/L5|lovelace|12 34|abcdefghijkl/);
  });

  it('keeps every message below what Telegram takes, as HTML that it takes, with no address in clear', () => {
    const holds = fc.property(fc.array(anyNotification, { maxLength: 40 }), (notifications) => {
      const { telegram, slack } = toMessages(report(...notifications));

      expect(telegram.length).toBeLessThanOrEqual(3);
      for (const message of telegram) {
        expect(message.length).toBeLessThan(4096);
        expect(shownByTelegram(message).trim()).not.toBe('');
      }
      for (const message of slack) expect(message.length).toBeLessThanOrEqual(4000);
      const addresses = notifications.flatMap(({ examples = [] }) => examples.map((example) => example.split(' ')[0]));
      for (const address of addresses) {
        if (address.indexOf('@') > 1) expect(telegram.join('\n')).not.toContain(address);
      }
    });

    check(holds, 200);
  });

  it('counts what three messages cannot hold', () => {
    const many = Array.from({ length: 60 }, (_, id) =>
      notification({ id, title: `Alert ${id}`, message: 'x'.repeat(500) }),
    );

    const { telegram } = toMessages(report(...many));

    const told = telegram.join('\n').match(/Alert \d+/g) ?? [];
    const [, left] = /… and (\d+) more: see the dashboard\.$/.exec(telegram[2]) ?? [];
    expect(telegram).toHaveLength(3);
    expect(told.length + Number(left)).toBe(60);
    expect(telegram[1]).toMatch(/^<b>Lead sync: critical<\/b> \(2\)\n\n🔴 <b>Critical<\/b>\nNew: /);
  });
});
