import fc from 'fast-check';
import { ACTIONS, noticeOf } from '../../../../nodes/SupabaseLeads/dashboard/actions';
import type { DashboardData } from '../../../../nodes/SupabaseLeads/dashboard/data';
import { renderPage } from '../../../../nodes/SupabaseLeads/dashboard/page';
import { check } from '../../../lead/property';
import { busyDashboard, emptyDashboard } from '../../../../tools/pictures/dashboard-sample';

const page = (data: DashboardData, more = {}) =>
  renderPage({ data, csrfToken: 'token-1', notice: null, timeZone: 'UTC', ...more });

/** The page's text, without its style and its drawings. */
const textOf = (html: string): string =>
  html
    .replace(/<(style|svg).*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

/** The names of all elements and attributes, in order, but for the drawings: nobody's texts reach them. */
const skeleton = (html: string): string[] =>
  (html.replace(/<svg.*?<\/svg>/gs, '').match(/<\/?[a-z!][^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));

const SPEED = {
  source: 'meta',
  touches: 12,
  new_leads: 9,
  to_supabase: { p50: 3.2, p95: 41 },
  to_twenty: { p50: 8, p95: 300 },
  to_response: { p50: null, p95: null },
  unassigned: 1,
  untouched: 4,
};

/** Puts a text into every place of the data that others can write. */
function withText(data: DashboardData, text: string): DashboardData {
  const { metrics } = data;
  return {
    ...data,
    metrics: {
      ...metrics,
      health: { ...metrics.health, reasons: [{ alert: 'x', severity: 'critical', message: text }] },
      drift: metrics.drift && { ...metrics.drift, error: text },
    },
    activity: data.activity.map((row) => ({
      ...row,
      sync_type: text,
      sync_direction: text,
      sync_status: text,
      fields_changed: [text],
      lead_name: text,
      email: text,
      error_message: text,
    })),
    errors: data.errors.map((row) => ({ ...row, message: text })),
    revenue: data.revenue && {
      ...data.revenue,
      pipeline: data.revenue.pipeline.map((row) => ({ ...row, label: text })),
      won: data.revenue.won.map((row) => ({ ...row, source: row.source && `${row.source}${text}` })),
      attribution: { rows: data.revenue.attribution.rows.map((row) => ({ ...row, key: text })) },
    },
    open_conflicts: data.open_conflicts.map((row) => ({
      ...row,
      lead_name: text,
      field: text,
      twenty_value: text,
      supabase_value: { text },
    })),
    dead_letters: data.dead_letters.map((row) => ({ ...row, lead_name: text, email: text, reason: text })),
    left_out: data.left_out.map((row) => ({ ...row, lead_name: text, email: text, fields: { [text]: text } })),
    segments: data.segments.map((row) => ({ ...row, segment: text })),
    runs: data.runs.map((row) => ({ ...row, mode: text, status: text, error: text })),
    alerts: data.alerts.map((row) => ({ ...row, alert: text, state: text, message: text })),
    maintenance: data.maintenance.map((row) => ({ ...row, task: text })),
    last_findings: {
      at: data.at,
      source: text,
      findings: [{ area: text, check: text, status: 'error', detail: text, next_step: text }],
    },
    edge: data.edge?.enabled
      ? {
          ...data.edge,
          up: { last_success: null, running_since: null, last_run: { status: 'failed', error: text } },
          tables: data.edge.tables.map((row) => ({ ...row, table: text })),
        }
      : data.edge,
    speed_to_lead: { touches: 1, sources: [{ ...SPEED, source: text }] },
  };
}

describe('dashboard page', () => {
  it('says how the sync is and why before anything else', () => {
    const text = textOf(page(busyDashboard()));

    expect(text).toMatch(
      /^ ?Lead sync: warning Lead sync .*? Needs a look 3 leads were refused too often and wait for you\./,
    );
    expect(text.indexOf('Needs a look')).toBeLessThan(text.indexOf('Sync now'));
  });

  it('shows what was not well when all parts were looked at, the worst first; nothing until somebody has looked', () => {
    const finding = { area: 'Twenty', next_step: 'Do that.' };
    const findings = [
      { ...finding, check: 'Clock', status: 'ok' as const, detail: 'on time' },
      { ...finding, check: 'Fields', status: 'warning' as const, detail: 'person lacks city' },
      { ...finding, check: 'Rights', status: 'error' as const, detail: 'the role lacks Edit Records' },
    ];
    const data = busyDashboard();
    const last = { at: data.at, source: 'workflow' };

    const text = textOf(page({ ...data, last_findings: { ...last, findings } }));
    const well = textOf(page({ ...data, last_findings: { ...last, findings: findings.slice(0, 1) } }));
    const never = textOf(page({ ...data, last_findings: null }));

    expect(text).toMatch(
      /by the workflow .*Twenty › Rights the role lacks Edit Records Do that\. Error Twenty › Fields .* 1 others are well/,
    );
    expect(well).toContain('All 1 are well.');
    expect(never).not.toContain('All parts');
  });

  it('shows revenue by the model that is chosen, and keeps it when it renews itself', () => {
    const data = busyDashboard();
    const html = page({ ...data, runs: [], revenue: { ...data.revenue!, model: 'time_decay' } });

    expect(textOf(html)).toContain('meta EUR 214,300 71.5 EUR 150,010 28.4 % 38.4 d EUR 31,200 EUR 7.80 6.87 ×');
    expect(textOf(html)).toContain('Proposal EUR 71,300 · 9 deals');
    expect(textOf(html)).toContain('With a deal 640 · 12.5 d');
    expect(html).toContain('<b aria-current="true">Time decay</b>');
    expect(html).toContain('<a href="?model=first_touch">First touch</a>');
    expect(html).toContain('<a href="?">Linear</a>');
    expect(html).toContain('content="60;url=?model=time_decay"');
  });

  it('says nothing of revenue where there is no deal, and why where it could not be read', () => {
    expect(textOf(page({ ...busyDashboard(), revenue: null }))).not.toMatch(/deal|revenue/i);
    expect(textOf(page({ ...emptyDashboard(), revenue_problem: 'It took too long.' }))).toContain(
      'Revenue It could not be read: It took too long.',
    );
  });

  it('shows figures, charts and tables of a working day', () => {
    const html = page(busyDashboard());
    const text = textOf(html);

    expect(text).toContain('Twenty → Supabase 4 min ago');
    expect(text).toContain('Success, 24 h 98.8 % 58 of 4,821 failed');
    expect(text).toContain('Arrives within, 24 h 42 s 95 % within 5.2 min');
    expect(text).toContain('Invalid phone number 41 12');
    expect(text).toContain('Left-out fields (1) Lead Fields Why Emmy Noether');
    expect(text).toContain('Alan Turing Job title Head of Computing Researcher');
    expect(text).toContain('12,480 compared 54 min ago, &lt; 0.1 % differed');
    expect(html.match(/<svg /g)).toHaveLength(4);
  });

  it('has a sentence, not an empty table, for everything that is not there yet', () => {
    const html = page(emptyDashboard());
    const text = textOf(html);

    expect(html).not.toContain('<table');
    expect(html).not.toContain('<svg');
    expect(text).toContain('Twenty → Supabase never No run yet');
    expect(text).toContain('Nothing has been synced yet. “Sync now” starts the first run.');
    expect(text).toContain('Not compared yet.');
    expect(text).toContain('The monitor has never run');
  });

  it('needs nothing from elsewhere and runs no script', () => {
    const html = page(busyDashboard());

    expect(html).not.toMatch(/<script|\son\w+=|javascript:|@import|url\(\s*["']?http/i);
    expect(html.replace(/xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:/);
  });

  it('posts each action with the token', () => {
    const html = page(busyDashboard(), { csrfToken: 'a.b"c' });

    expect(html).toMatch(/<form[^>]* method="post" action="\?"/);
    expect(html).toContain('name="csrf_token" value="a.b&quot;c"');
    for (const action of ACTIONS) expect(html).toContain(`name="action" value="${action}"`);
  });

  it('shows whatever leads and errors hold as text, never as markup', () => {
    const data = busyDashboard();
    const plain = skeleton(page(withText(data, 'x')));
    const hostile = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "'-->]]><b>",
        '</style><b>',
        '&lt;b&gt;',
      ),
      fc.string({ minLength: 1 }),
    );

    check(
      fc.property(hostile, (text) => {
        expect(skeleton(page(withText(data, `x${text}`)))).toEqual(plain);
      }),
      60,
    );
  });

  it.each([
    [{ done: 'sync' }, 'A sync both ways was started.'],
    [{ failed: 'replay_dead_letters' }, 'The dead letters could not be queued.'],
    [{ failed: 'nonsense' }, 'The button was refused: load the page again'],
  ])('says what became of a button: %j', (query, words) => {
    expect(textOf(page(emptyDashboard(), { notice: noticeOf(query) }))).toContain(words);
  });

  it('says how far a run is, what it did and when it will end, and is renewed sooner meanwhile', () => {
    const html = page(busyDashboard());

    expect(textOf(html)).toContain(
      'Running now Twenty → Supabase, full 64 % Began 3 min ago: 8,000 read · 7,950 merged · 8 calls of Twenty; about 1.7 min left.',
    );
    expect(html).toContain('content="10;url=?"');
    expect(textOf(html)).toContain('renewed every 10 s');
  });

  it('guesses no end of a run that does not know how far it is', () => {
    const data = busyDashboard();
    const [run] = data.runs;
    const unknown = { ...run, progress: null, estimated_end: null };

    expect(textOf(page({ ...data, runs: [unknown] }))).toContain('– Began 3 min ago');
    expect(textOf(page({ ...data, runs: [unknown] }))).toContain('end not known yet.');
  });

  it('shows no progress when nothing runs', () => {
    const html = page(emptyDashboard());

    expect(textOf(html)).not.toContain('Running now');
    expect(html).toContain('content="60;url=?"');
  });

  it.each([{}, { done: '' }, { done: '<b>' }])('says nothing of its own accord: %j', (query) => {
    expect(noticeOf(query)).toBeNull();
  });

  it('shows how fast leads came, by source, where some did', () => {
    const text = textOf(page({ ...busyDashboard(), speed_to_lead: { touches: 12, sources: [SPEED] } }));

    expect(text).toContain('meta 12 9 3.2 s, 95 % within 41 s 8 s, 95 % within 5 min – 1 4');
    for (const speed_to_lead of [undefined, { touches: 0, sources: [] }])
      expect(textOf(page({ ...busyDashboard(), speed_to_lead }))).not.toContain('Speed to lead');
  });

  it('shows the edge replica where it is on, and nothing of it elsewhere', () => {
    const text = textOf(page(busyDashboard()));

    expect(text).toContain('Supabase to D1: 6 min ago');
    expect(text).toContain('D1 to Supabase: 3 min ago, the last run failed: D1 did not answer');
    expect(text).toContain('Down: a sample compared 42 min ago, 1 differed, 1 repaired');
    expect(text).toContain('1,440 calls of D1, 210,000 rows read, 36,000 rows written');
    expect(text).toContain('Resync the edge');
    expect(textOf(page({ ...busyDashboard(), edge: { enabled: false } }))).not.toContain('Resync the edge');
    expect(textOf(page({ ...busyDashboard(), edge: undefined }))).not.toContain('Resync the edge');
  });
});
