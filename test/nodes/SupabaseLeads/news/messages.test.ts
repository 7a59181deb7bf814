import fc from 'fast-check';
import type { LeadNews, NewsAnswer } from '../../../../nodes/SupabaseLeads/news/lead-news';
import { toNewsMessages } from '../../../../nodes/SupabaseLeads/news/messages';
import { phoneLink } from '../../../../nodes/SupabaseLeads/news/phone-link';
import { check } from '../../../lead/property';

const NOW = '2026-11-21T12:20:00Z';

const lead = (more: Partial<LeadNews> = {}): LeadNews => ({
  level: 0,
  lead_id: '5b6a8e8c-0000-4000-8000-000000000001',
  name: 'Ada Lovelace',
  company: 'Acme',
  phone: '+49 30 123456',
  email: 'ada@acme.example',
  source: 'meta',
  score: 70,
  segment: 'Enterprise',
  rep: 'Ann',
  arrived_at: '2026-11-21T12:00:00Z',
  ...more,
});

/** News of new leads by name, and of so many besides. */
function news(
  fresh: LeadNews[],
  { escalated = [], more = 0 }: { escalated?: LeadNews[]; more?: number } = {},
): NewsAnswer {
  const sources = [...new Set(fresh.map(({ source }) => source))];
  const count = (source: string): number => fresh.filter((one) => one.source === source).length;
  return {
    new: {
      count: fresh.length + more,
      by_source: sources.map((source, index) => ({ source, count: count(source) + (index === 0 ? more : 0) })),
      leads: fresh,
    },
    escalated: { count: escalated.length, leads: escalated },
    ids: [],
    waiting: 0,
  };
}

describe('messages of new leads', () => {
  it('say who it is and whose, how hot, whence, and how to reach them by a tap', () => {
    const { telegram, slack, subject, text } = toNewsMessages(news([lead()]), NOW);

    expect(telegram).toEqual([
      [
        '🟢 <b>1 new lead</b>',
        '• <b>Ada Lovelace</b>, Acme',
        '  meta · score 70 · Enterprise · for <b>Ann</b>',
        '  <a href="tel:+4930123456">+49 30 123456</a> · ada@acme.example',
      ].join('\n'),
    ]);
    expect(slack[0]).toContain('*Ada Lovelace*, Acme');
    expect(slack[0]).toContain('<tel:+4930123456|+49 30 123456>');
    expect(text).toContain('+49 30 123456 <tel:+4930123456>');
    expect(subject).toBe('New lead: Ada Lovelace (meta)');
  });

  it('leave out what is not known, and say that nobody has it', () => {
    const nobody = lead({ name: null, company: null, phone: null, email: null, score: null, segment: null, rep: null });

    expect(toNewsMessages(news([nobody]), NOW).text).toBe(
      ['🟢 1 new lead', '• Somebody without a name', '  meta · assigned to nobody'].join('\n'),
    );
  });

  it('of a flood name the first and count the rest, by source', () => {
    const { telegram, subject } = toNewsMessages(news([lead(), lead({ source: 'web' })], { more: 30 }), NOW);

    expect(telegram[0]).toMatch(/^🟢 <b>32 new leads<\/b>: 31 meta, 1 web\n/);
    expect(telegram[0]).toMatch(/\n… and 30 more$/);
    expect(telegram).toHaveLength(1);
    expect(subject).toBe('32 new leads');
  });

  it('put leads without a response first, with how long they wait', () => {
    const { telegram, subject } = toNewsMessages(news([lead()], { escalated: [lead({ level: 1 })] }), NOW);

    expect(telegram[0]).toMatch(
      /^🔴 <b>1 lead without a response<\/b>\n[^]*waiting for 20 min[^]*\n\n🟢 <b>1 new lead<\/b>/,
    );
    expect(subject).toBe('New lead: Ada Lovelace (meta), 1 lead without a response');
  });

  it('are none without news', () => {
    expect(toNewsMessages(news([]), NOW)).toEqual({ telegram: [], slack: [], subject: '', text: '' });
  });

  it('show what others wrote as text on its line, not as markup, mentions or links', () => {
    const hostile = lead({
      name: '<b>Ada</b> <!channel>\n• Bob\u202e*',
      company: '<https://evil.example|Acme> & Co',
      phone: '+49" onclick="x',
      source: '</b><a href="https://evil.example">web</a>',
    });
    const { telegram, slack, text, subject } = toNewsMessages(news([hostile]), NOW);

    expect(telegram[0]).not.toMatch(/<(?!\/?b>)/);
    expect(slack[0]).not.toMatch(/<[!h]|tel:/);
    expect(text.split('\n')).toHaveLength(4);
    expect(subject).not.toMatch(/[\n\u202e]/);
  });

  it('stay below what each channel takes, as HTML that Telegram takes', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.constant('<&>"'.repeat(100)));
    const anyLead = fc.record<LeadNews>({
      level: fc.nat({ max: 3 }),
      lead_id: fc.uuid(),
      name: fc.option(texts),
      company: fc.option(texts),
      phone: fc.option(fc.oneof(texts, fc.constant('+1 (555) 010-9999'))),
      email: fc.option(texts),
      source: texts,
      score: fc.option(fc.nat({ max: 100 })),
      segment: fc.option(texts),
      rep: fc.option(texts),
      arrived_at: fc.constant('2026-11-20T09:00:00Z'),
    });
    const leads = fc.array(anyLead, { maxLength: 50 });
    check(
      fc.property(leads, leads, fc.nat({ max: 10_000 }), (fresh, escalated, more) => {
        const { telegram, slack } = toNewsMessages(
          news(fresh, { escalated, more: fresh.length === 0 ? 0 : more }),
          NOW,
        );
        for (const message of telegram) {
          expect(message.length).toBeLessThanOrEqual(4096);
          expect(message.replace(/<\/?b>|<a href="tel:\+?\d+">|<\/a>|&(amp|lt|gt|quot);/g, '')).not.toMatch(/[<>&]/);
          expect(message.match(/<b>|<a /g)?.length).toBe(message.match(/<\/b>|<\/a>/g)?.length);
        }
        for (const message of slack) expect(message.length).toBeLessThanOrEqual(4000);
      }),
    );
  });
});

describe('the link of a phone', () => {
  it.each<[string, string | null]>([
    ['+49 (0)30 / 123-456', 'tel:+4930123456'],
    ['0049 30 123456', 'tel:+4930123456'],
    ['030 123456', 'tel:030123456'],
    ['+1 555 010 9999 ext. 12', 'tel:+15550109999'],
    ['call me', null],
    ['123', null],
    ['+1234567890123456', null],
    ['555"><script>', null],
    [`5${' '.repeat(70)}55 55`, 'tel:55555'],
    [`5${' '.repeat(80)}55 55`, null],
  ])('%s: %s', (phone, link) => {
    expect(phoneLink(phone)).toBe(link);
  });

  test('of a text of any length: it keeps nobody waiting', () => {
    expect(phoneLink(`5${' '.repeat(1_000_000)}y`)).toBeNull();
  });
});
