import type { DashboardData } from '../../../../nodes/SupabaseLeads/console/data';
import { busyDashboard } from './dashboard-sample';
import { BUSY, EMPTY, htmlOf, named, textOf } from './sample';

/** A page of a working day, but for what is given of the dashboard's data. */
const html = (page: string, data: Partial<DashboardData> = {}, more = {}): Promise<string> =>
  htmlOf(named(page), { ...BUSY, get_dashboard: { ...busyDashboard(), ...data }, ...more });
const text = async (...args: Parameters<typeof html>): Promise<string> => textOf(await html(...args));
const emptyText = async (page: string): Promise<string> => textOf(await htmlOf(named(page), EMPTY));

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

describe('Health', () => {
  it('says how the sync is and why before anything else, with a way to it', async () => {
    const page = await html('health');

    expect(textOf(page)).toMatch(
      /Health .*? Needs a look 3 leads were refused too often and wait for you\. Look at it/,
    );
    expect(page).toContain('<a href="?page=dead-letters">Look at it</a>');
    expect(textOf(page).indexOf('Needs a look')).toBeLessThan(textOf(page).indexOf('Sync now'));
  });

  it('lists what waits for a person, each with where to decide it', async () => {
    const page = await html('health');

    expect(textOf(page)).toContain(
      'What needs you 1 open conflicts 3 dead letters 300 changes that wait for a yes 1 leads held back 1 leads with fields left out',
    );
    expect(page).toContain('<a href="?page=conflicts">1 open conflicts</a>');
    expect(await emptyText('health')).toContain('Nothing waits for you.');
  });

  it('tells whether both ways are fresh', async () => {
    expect(await text('health')).toContain('Twenty → Supabase 4 min ago');
    expect(await emptyText('health')).toContain('Twenty → Supabase never No run yet');
    expect(await emptyText('health')).toContain('The monitor has never run');
  });

  it.each([
    ['succeeded', 'The last run succeeded'],
    ['failed', 'The last run failed'],
    ['stopped', 'The last run was stopped'],
    ['expired', 'The last run died'],
    ['running', 'The last run died'],
  ])('says of a run that is over, and %s, how it ended', async (status, told) => {
    const { metrics } = busyDashboard();
    const pull = { ...metrics.freshness.twenty_to_supabase, last_run: { status, error: null } };
    const freshness = { ...metrics.freshness, twenty_to_supabase: pull };

    expect(await text('health', { metrics: { ...metrics, freshness } })).toContain(told);
  });

  it('says how far a run is, what it did and when it will end, and is renewed sooner meanwhile where one watches', async () => {
    const page = await htmlOf(named('health'), BUSY, { watch: 'yes' });

    expect(textOf(page)).toContain(
      'Running now Twenty → Supabase, full 64 % Began 3 min ago: 8,000 read · 7,950 merged · 8 calls of Twenty; about 1.7 min left.',
    );
    expect(page).toContain('content="10;url=?page=health&amp;watch=yes"');
    expect(textOf(page)).toContain('renewed every 10 s · Stop');
  });

  it('guesses no end of a run that does not know how far it is', async () => {
    const unknown = { ...busyDashboard().runs[0], progress: null, estimated_end: null };

    expect(await text('health', { runs: [unknown] })).toContain('– Began 3 min ago');
    expect(await text('health', { runs: [unknown] })).toContain('end not known yet.');
  });

  it('shows no progress when nothing runs', async () => {
    const answers = { ...BUSY, get_dashboard: { ...busyDashboard(), runs: [] } };
    const page = await htmlOf(named('health'), answers, { watch: 'yes' });

    expect(textOf(page)).not.toContain('Running now');
    expect(page).toContain('content="60;url=?page=health&amp;watch=yes"');
  });
});

describe('Activity', () => {
  it('shows figures, charts and tables of a working day', async () => {
    const page = await html('activity');
    const shown = textOf(page);

    expect(shown).toContain('Success, 24 h 98.8 % 58 of 4,821 failed');
    expect(shown).toContain('Arrives within, 24 h 42 s 95 % within 5.2 min');
    expect(shown).toContain('Invalid phone number 41 12');
    expect(shown).toContain('12,480 compared 54 min ago, &lt; 0.1 % differed');
    expect(page.match(/<svg /g)).toHaveLength(2);
  });

  it('has a sentence, not an empty table, for everything that is not there yet', async () => {
    const page = await htmlOf(named('activity'), EMPTY);

    expect(page).not.toMatch(/<table|<svg/);
    expect(textOf(page)).toContain('Nothing has been synced yet. “Sync now” on Health starts the first run.');
    expect(textOf(page)).toContain('Not compared yet.');
  });

  it('shows what was not well when all parts were looked at, the worst first; nothing until somebody has looked', async () => {
    const finding = { area: 'Twenty', next_step: 'Do that.' };
    const findings = [
      { ...finding, check: 'Clock', status: 'ok' as const, detail: 'on time' },
      { ...finding, check: 'Fields', status: 'warning' as const, detail: 'person lacks city' },
      { ...finding, check: 'Rights', status: 'error' as const, detail: 'the role lacks Edit Records' },
    ];
    const last = { at: busyDashboard().at, source: 'workflow' };

    expect(await text('activity', { last_findings: { ...last, findings } })).toMatch(
      /by the workflow .*Twenty › Rights the role lacks Edit Records Do that\. Error Twenty › Fields .* 1 others are well/,
    );
    expect(await text('activity', { last_findings: { ...last, findings: findings.slice(0, 1) } })).toContain(
      'All 1 are well.',
    );
    expect(await text('activity', { last_findings: null })).not.toContain('All parts');
  });

  it('shows how fast leads came, by source, where some did', async () => {
    expect(await text('activity', { speed_to_lead: { touches: 12, sources: [SPEED] } })).toContain(
      'meta 12 9 3.2 s, 95 % within 41 s 8 s, 95 % within 5 min – 1 4',
    );
    for (const speed_to_lead of [undefined, { touches: 0, sources: [] }])
      expect(await text('activity', { speed_to_lead })).not.toContain('Speed to lead');
  });
});

describe('Revenue', () => {
  it('shows revenue by the model that is chosen', async () => {
    const revenue = { ...busyDashboard().revenue, model: 'time_decay' };
    const page = await html('revenue', {}, { get_revenue: { revenue } });

    expect(textOf(page)).toContain('meta EUR 214,300 71.5 EUR 150,010 28.4 % 38.4 d EUR 31,200 EUR 7.80 6.87 ×');
    expect(textOf(page)).toContain('Proposal EUR 71,300 · 9 deals');
    expect(textOf(page)).toContain('With a deal 640 · 12.5 d');
    expect(page).toContain('<b aria-current="true">Time decay</b>');
    expect(page).toContain('<a href="?page=revenue&amp;model=first_touch">First touch</a>');
    expect(page.match(/<svg /g)).toHaveLength(2);
  });

  it('says that there is none where there is no deal', async () => {
    expect(await emptyText('revenue')).toContain('There is no deal yet.');
  });
});

describe('Edge', () => {
  it('shows the replica where it is on, and how to turn it on elsewhere', async () => {
    const shown = await text('edge');

    expect(shown).toContain('Supabase to D1: 6 min ago');
    expect(shown).toContain('D1 to Supabase: 3 min ago, the last run failed: D1 did not answer');
    expect(shown).toContain('Down: a sample compared 42 min ago, 1 differed, 1 repaired');
    expect(shown).toContain('1,440 calls of D1, 210,000 rows read, 36,000 rows written');
    expect(shown).toContain('Resync the edge');
    for (const edge of [{ enabled: false } as const, undefined]) {
      expect(await text('edge', { edge })).toContain('It is off.');
    }
  });
});
