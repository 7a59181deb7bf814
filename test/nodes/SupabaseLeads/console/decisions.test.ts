import { act, type Acted } from '../../../../nodes/SupabaseLeads/console/frame/answer';
import { typedOf, valueOf, conditionText } from '../../../../nodes/SupabaseLeads/console/conditions';
import { sentenceOf } from '../../../../nodes/SupabaseLeads/console/decided';
import { lengthsIn, lengthText } from '../../../../nodes/SupabaseLeads/console/lengths';
import { unpackNotice, type Notice } from '../../../../nodes/SupabaseLeads/console/frame/signed';
import { BUSY, deskOf, EMPTY, htmlOf, named, textOf, type Answers, type Heard } from './sample';

const ID = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

interface Came {
  acted: Acted;
  heard: Heard[];
  /** Where the browser goes, without the notice. */
  to: string | null;
  notice: Notice | null;
  /** What it asks, or shows again. */
  asked: string;
}

/** What becomes of a form of a page. */
async function send(page: string, action: string, form: Record<string, unknown>, answers: Answers = {}): Promise<Came> {
  const desk = deskOf({ ...BUSY, ...answers });
  const acted = await act(desk, action, named(page).actions![action], { page, action, back: `?page=${page}`, ...form });
  if ('preview' in acted) {
    return { acted, heard: desk.heard, to: null, notice: null, asked: textOf(acted.preview.html) };
  }
  const [to, packed] = acted.location.split('&notice=');
  return { acted, heard: desk.heard, to, notice: unpackNotice(packed, desk.key, desk.now), asked: '' };
}

const result = (id: number, values: object = {}) => ({
  id,
  object: null,
  decided: true,
  problem: null,
  resolution: 'twenty',
  resolved_by: 'dashboard: ada',
  ...values,
});
const BEFORE = { decided: false, problem: 'It was decided before', resolved_by: 'dashboard: ben' };

describe('conflicts at the console', () => {
  it('are decided as chosen, and a push carries it', async () => {
    const { acted, heard, notice } = await send(
      'conflicts',
      'take_twenty',
      { ids: ['9', '8'] },
      {
        resolve_conflicts: { results: [result(9), result(8)] },
      },
    );

    expect(heard).toContainEqual({
      name: 'resolve_conflicts',
      args: { p_conflict_ids: [9, 8], p_take: 'twenty' },
    });
    expect(notice).toEqual({ ok: true, text: '2 conflicts were decided.' });
    expect(acted).toMatchObject({ starts: { Push: [{}] } });
  });

  it('of deals have deals pushed, beside leads where some are of those; what was not decided starts nothing', async () => {
    const decided = (...results: object[]) =>
      send('conflicts', 'take_twenty', { ids: ['9', '8'] }, { resolve_conflicts: { results } });
    const deal = { object: 'opportunity' };

    expect((await decided(result(9, deal), result(8))).acted).toMatchObject({
      starts: { Push: [{ object: 'opportunity' }, {}] },
    });
    expect((await decided(result(9, deal), result(8, BEFORE))).acted).toMatchObject({
      starts: { Push: [{ object: 'opportunity' }] },
    });
    expect((await decided(result(9, { ...deal, ...BEFORE }))).acted).toMatchObject({ starts: {} });
  });

  it('that somebody else decided are told, with who and how', async () => {
    const { notice } = await send(
      'conflicts',
      'take_supabase',
      { ids: '9' },
      {
        resolve_conflicts: { results: [result(9, BEFORE)] },
      },
    );

    expect(notice).toEqual({
      ok: false,
      text: '1 was not: It was decided before by dashboard: ben: Twenty’s value.',
    });
  });

  it('need one that is chosen', async () => {
    const { heard, notice } = await send('conflicts', 'take_twenty', {});

    expect(heard).toEqual([]);
    expect(notice).toMatchObject({ ok: false, text: expect.stringMatching(/^Nothing was decided\. Ids is missing/) });
  });

  it('of a field are shown before all of them are decided, then go in steps', async () => {
    const form = { field: 'job_title', take: 'supabase' };
    const { asked } = await send('conflicts', 'take_all', form);
    expect(asked).toContain('8,432 open conflicts of job title: our value, for all of them.');

    const pages = [
      { conflicts: [{ id: 5 }, { id: 4 }], has_next: true, position: 4 },
      { conflicts: [{ id: 3 }], has_next: false, position: 3 },
    ];
    const { heard, notice } = await send(
      'conflicts',
      'take_all',
      { ...form, confirmed: 'yes' },
      {
        get_conflicts: ({ p_position }: { p_position: number | null }) => pages[p_position === null ? 0 : 1],
        resolve_conflicts: ({ p_conflict_ids }: { p_conflict_ids: number[] }) => ({
          results: p_conflict_ids.map((id) => result(id, id === 3 ? BEFORE : {})),
        }),
      },
    );

    expect(heard.filter(({ name }) => name === 'resolve_conflicts').map(({ args }) => args.p_conflict_ids)).toEqual([
      [5, 4],
      [3],
    ]);
    expect(notice?.text).toMatch(/^2 conflicts were decided\. 1 was not: It was decided before by dashboard: ben/);
  });
});

describe('dead letters at the console', () => {
  const queued = (...by_object: object[]) => ({
    replay_dead_letters: {
      replayed: 2,
      by_object,
      remaining: 0,
      results: [
        { replayed: true, reason: null },
        { replayed: true, reason: null },
      ],
    },
  });
  const both = [
    { object: null, replayed: 1 },
    { object: 'opportunity', replayed: 1 },
  ];

  it('that were chosen are called what they are, and pushed', async () => {
    const chosen = (answers: Answers) => send('dead-letters', 'replay', { ids: [ID(1), ID(2)] }, answers);
    const companies = await chosen(queued({ object: 'company', replayed: 2 }));
    const mixed = await chosen(queued(...both));

    expect(companies.notice?.text).toBe('2 companies were queued for a fresh try.');
    expect(companies.acted).toMatchObject({ starts: { Push: [{ object: 'company' }] } });
    expect(mixed.notice?.text).toBe('2 rows were queued for a fresh try.');
    expect(mixed.acted).toMatchObject({ starts: { Push: [{}, { object: 'opportunity' }] } });
  });

  it('are tried again all at once, of whatever objects', async () => {
    const form = { kind: 'dead', confirmed: 'yes' };
    const { notice, acted } = await send('dead-letters', 'replay_all', form, queued({ object: 'task', replayed: 2 }));

    expect(notice?.text).toBe('2 rows of task are queued for a fresh try.');
    expect(acted).toMatchObject({ starts: { Push: [{ object: 'task' }] } });
  });
});

describe('duplicates at the console', () => {
  const decided = {
    decide_duplicates: {
      results: [
        {
          decided: true,
          problem: null,
          decision: 'merged',
          decided_by: 'ada',
          merge: { step: 'joined', waits: false },
        },
      ],
    },
  };

  it('are merged into the one that was chosen, with what was ticked of the other one', async () => {
    const form = { a: ID(1), b: ID(2), keep: 'b', other: ['city', 'job_title'] };
    expect((await send('duplicates', 'merge', form)).asked).toContain('From the other one come: City, Job title.');

    const { heard, notice } = await send('duplicates', 'merge', { ...form, confirmed: 'yes' }, decided);

    expect(heard).toEqual([
      {
        name: 'decide_duplicates',
        args: {
          p_pairs: [{ keep: ID(2), drop: ID(1), choices: { city: 'drop', job_title: 'drop' } }],
          p_decision: 'merge',
        },
      },
    ]);
    expect(notice).toEqual({ ok: true, text: '1 pair was merged.' });
  });

  it('are dismissed as chosen; what is no pair is left out', async () => {
    const { heard } = await send('duplicates', 'dismiss', { pairs: [`${ID(1)} ${ID(2)}`, ID(3)] }, decided);

    expect(heard[0].args).toMatchObject({ p_pairs: [{ keep: ID(1), drop: ID(2) }], p_decision: 'dismiss' });
  });

  it('of the next page begin where the one before ended', async () => {
    const html = await htmlOf(named('duplicates'), BUSY);
    const [, next] = /href="(\?page=duplicates&amp;after=[^"]+)"/.exec(html)!;
    const desk = deskOf(BUSY);
    const after = new URLSearchParams(next.replaceAll('&amp;', '&')).get('after');
    await named('duplicates').load(desk.call, { show: 'open', after }, { hours: 24 });

    expect(desk.heard[0].args.p_position).toEqual({ score: 0.9875, lead_a: ID(1), lead_b: ID(2) });
  });
});

describe('a form that is not taken', () => {
  const problems = { points: 'points must be between -100 and 100, got 500' };

  it('comes again with what was typed, and what is wrong at its field', async () => {
    const { acted, asked } = await send(
      'scoring-rule',
      'save',
      { back: '?page=scoring-rule&key=role_top', rule_key: 'role_top', points: '500', attribute: '"><b>' },
      { save_scoring_rule: { saved: false, problems } },
    );

    expect(acted).toMatchObject({ preview: { status: 422 } });
    const { html } = (acted as { preview: { html: string } }).preview;
    expect(html).toMatch(/name="points" value="500"[^>]*aria-invalid="true" aria-describedby="problem-points"/);
    expect(html).toContain('value="&quot;>&lt;b>"');
    expect(asked).toContain('points must be between -100 and 100, got 500');
    expect(html.match(/aria-invalid="true"/g)).toHaveLength(1);
  });

  it('goes on once it is taken', async () => {
    const { to, notice } = await send(
      'scoring-rule',
      'save',
      { rule_key: 'a' },
      {
        save_scoring_rule: { saved: true, problems: {} },
      },
    );

    expect({ to, ok: notice?.ok }).toEqual({ to: '?page=scoring', ok: true });
  });

  it.each([
    [
      'settings',
      'save',
      { name: 'max_attempts', type: 'integer', value: '0' },
      'change_settings',
      { max_attempts: 'It must be at least 1.' },
      '?page=settings&setting=max_attempts',
    ],
    [
      'alert',
      'save',
      { alert: 'failure_rate', threshold: '-1' },
      'change_alert',
      { threshold: 'It must not be negative.' },
      '?page=alert&alert=failure_rate',
    ],
    [
      'segment',
      'save',
      { segment_name: '' },
      'save_segment_draft',
      { criteria: 'criterion 1: is wrong' },
      '?page=segment',
    ],
    [
      'alerts',
      'quiet',
      { quiet_from: '22:00' },
      'change_settings',
      { quiet_from: 'Quiet hours need both times, or neither.' },
      '?page=alerts',
    ],
  ])('%s says what is wrong', async (page, action, form, called, said, back) => {
    const { asked } = await send(
      page,
      action,
      { ...form, back },
      { [called]: { saved: false, problems: said, settings: {} } },
    );

    expect(asked).toContain(Object.values(said)[0]);
  });
});

describe('rules at the console', () => {
  it('are saved with their value as the operator takes it', async () => {
    const { heard } = await send(
      'scoring-rule',
      'save',
      { rule_key: 'a', operator: 'in', value: ' x \n\ny', points: '5', enabled: 'yes' },
      {
        save_scoring_rule: { saved: true, problems: {} },
      },
    );

    expect(heard[0].args.p_rule).toMatchObject({ value: ['x', 'y'], points: '5', enabled: true, rule_group: 'other' });
  });

  it('of a segment are its rows that look at something', async () => {
    const { heard } = await send(
      'segment',
      'save',
      {
        segment_name: 'A',
        threshold: '50',
        attribute_1: 'city',
        operator_1: 'equals',
        value_1: 'Oslo',
        operator_2: 'equals',
        attribute_3: 'phone',
        operator_3: 'is_set',
        weight_3: '2',
      },
      { save_segment_draft: { saved: true, problems: {} } },
    );

    expect(heard[0].args.p_segment).toMatchObject({
      threshold: 0.5,
      criteria: [
        { attribute: 'city', operator: 'equals', value: 'Oslo' },
        { attribute: 'phone', operator: 'is_set', value: null, weight: 2 },
      ],
    });
  });

  it('are previewed before they are published, and leads follow', async () => {
    expect((await send('scoring', 'publish', {})).asked).toContain('140 get another score');
    const steps = [
      { scored: 5000, has_next: true },
      { scored: 12, has_next: false },
    ];
    const { notice } = await send(
      'scoring',
      'publish',
      { confirmed: 'yes', note: 'why' },
      {
        publish_scoring_rules: { version: 4, rules: 3 },
        calculate_lead_scores: () => steps.shift(),
      },
    );

    expect(notice?.text).toBe('Version 4 is in force, with 3 rules. 5,012 leads are up to date.');
  });

  it.each([
    ['in', 'a\nb', ['a', 'b']],
    ['between', '50, 200', [50, 200]],
    ['between', '50\n200', [50, 200]],
    ['between', 'x', ['x']],
    ['greater', '1.5', 1.5],
    ['greater', 'ten', 'ten'],
    ['equals', '12', '12'],
    ['is_set', null, null],
  ])('%s takes %j', (operator, typed, value) => {
    expect(valueOf(operator, typed)).toEqual(value);
  });

  it('read as a sentence, and their values as they were typed', () => {
    expect(conditionText({ attribute: 'job_title', operator: 'contains_word', value: ['a', 'b', 'c', 'd', 'e'] })).toBe(
      'job title contains word: a, b, c, d …',
    );
    expect(conditionText({ attribute: 'phone', operator: 'is_set', value: null })).toBe('phone is set');
    expect([typedOf(['a', 1]), typedOf(null), typedOf(5), typedOf('x')]).toEqual(['a\n1', '', '5', 'x']);
  });
});

describe('runs at the console', () => {
  const page = { undo_id: ID(6), leads: 500, undone: [], kept: [{}], has_next: true, position: ID(3) };

  it('are undone page by page, and lead to what that changed', async () => {
    const { heard, to, notice } = await send(
      'changes',
      'undo',
      { run: ID(1), confirmed: 'yes' },
      {
        undo_sync: ({ p_position }: { p_position: string | null }) =>
          p_position === null ? page : { ...page, has_next: false },
      },
    );

    expect(heard.map(({ args }) => [args.p_position, args.p_undo_id, args.p_apply])).toEqual([
      [null, null, true],
      [ID(3), ID(6), true],
    ]);
    expect(to).toBe(`?page=changes&run=${ID(6)}`);
    expect(notice?.text).toMatch(/^1,000 leads are set back\. 2 values stay/);
  });

  it('of deals say so, and their undo has deals pushed', async () => {
    const deal = { object: 'opportunity', name: 'Fleet', email: null, field: 'stage', value: 'LOST', becomes: 'NEW' };
    const answers = { undo_sync: { ...page, leads: 1, undone: [deal], kept: [], has_next: false } };
    const { asked } = await send('changes', 'undo', { run: ID(1) }, answers);
    const { notice, acted } = await send('changes', 'undo', { run: ID(1), confirmed: 'yes' }, answers);

    expect(asked).toMatch(/1 deal is set back\. .* Deal Field Is Becomes Fleet Stage LOST NEW/);
    expect(notice?.text).toMatch(/^1 deal is set back\./);
    expect(acted).toMatchObject({ starts: { Push: [{ object: 'opportunity' }] } });
  });

  it('of another object than leads are called so', async () => {
    const { run } = BUSY.get_sync_run as { run: object };
    const answers = {
      ...BUSY,
      get_sync_run: {
        ...(BUSY.get_sync_run as object),
        run: { ...run, direction: 'supabase_to_twenty', rows_of: 'opportunity' },
        changed: { leads: 1, values: 3 },
      },
    };

    expect(textOf(await htmlOf(named('run'), answers))).toMatch(
      /Run: Supabase → Twenty, deals .* 3 values of 1 deal\. .* Why Deals/,
    );
  });

  it('offer nothing to press where nothing is left to undo', async () => {
    const { acted } = await send(
      'changes',
      'undo',
      { run: ID(1) },
      {
        undo_sync: { ...page, leads: 0, kept: [], has_next: false },
      },
    );

    expect((acted as { preview: { html: string } }).preview.html).toContain('>Back<');
  });
});

it('quiet hours, which are changed together, are changed beside the alerts', async () => {
  const html = await htmlOf(named('settings'), BUSY);

  expect(html).toContain('<a href="?page=alerts">Quiet from</a>');
  expect(html).toContain('<a href="?page=settings&amp;setting=strict">Strict</a>');
});

describe('what was decided, in a sentence', () => {
  const yes = { decided: true, problem: null };
  const no = (problem: string) => ({ decided: false, problem });
  const words: [string, string] = ['pair', 'pairs'];

  it.each([
    [[yes], '1 pair was done.'],
    [[yes, yes], '2 pairs were done.'],
    [[no('Gone')], '1 was not: Gone.'],
    [[yes, no('a'), no('a'), no('b'), no('c'), no('d')], '1 pair was done. 5 were not: a; b; c; and others.'],
  ])('%#', (all, sentence) => {
    expect(sentenceOf(all, words, 'done')).toBe(sentence);
  });
});

it.each([
  ['00:05:00', '5 minutes'],
  ['01:00:00', '1 hour'],
  ['1 day', '1 day'],
  ['1 day 02:00:00', '26 hours'],
  ['00:00:00', '0 minutes'],
  ['00:01:30', '90 seconds'],
  ['1 mon', '1 mon'],
  [null, ''],
])('a length of %s reads %s', (length, text) => {
  expect(lengthText(length)).toBe(text);
});

it('lengths have commas between', () => {
  expect(lengthsIn(' 1 hour, ,4 hours')).toEqual(['1 hour', '4 hours']);
});

describe('approvals at the console', () => {
  it('are said yes to until all of it has gone its way, or no', async () => {
    let left = 1000;
    const { acted, heard, notice } = await send(
      'approvals',
      'decide',
      { id: '12', answer: 'yes', leads: '1000' },
      { decide_approval: () => ({ leads: 1000, left: (left -= 500) }) },
    );
    const call = { name: 'decide_approval', args: { p_id: 12, p_yes: true, p_leads: 1000 } };
    expect(heard.filter(({ name }) => name === 'decide_approval')).toEqual([call, call]);
    expect(notice).toEqual({ ok: true, text: 'Yes: 1,000 leads go their way.' });
    expect(acted).toMatchObject({ starts: { Push: {} } });

    const refused = await send(
      'approvals',
      'decide',
      { id: '12', answer: 'no', leads: '3' },
      { decide_approval: { leads: 3, left: 0 } },
    );
    expect(refused.notice).toEqual({
      ok: true,
      text: 'No: 3 leads stay as they are, and are asked about again only when they change.',
    });
  });

  it('that somebody else decided otherwise say so, and who', async () => {
    const { notice } = await send(
      'approvals',
      'decide',
      { id: '12', answer: 'no', leads: '3' },
      { decide_approval: new Error('Approval 12 was decided at 10:00 by dashboard: ada: yes') },
    );
    expect(notice).toMatchObject({
      ok: false,
      text: expect.stringMatching(/It was not decided\..*by dashboard: ada: yes/),
    });
  });

  it('that somebody else has said the same of say so, and who', async () => {
    const { notice, acted } = await send(
      'approvals',
      'decide',
      { id: '12', answer: 'yes', leads: '3' },
      { decide_approval: { leads: 3, left: 0, decided_before: true, decided_by: 'dashboard: ada' } },
    );
    expect(notice?.text).toBe('It was decided before by dashboard: ada: yes.');
    expect(acted).not.toMatchObject({ starts: { Push: {} } });
  });

  it('show what would become of whom, and ask only where nobody has decided', async () => {
    const html = await htmlOf(named('approvals'), BUSY);
    expect(textOf(html)).toContain('4,000 leads would be deleted in Twenty (12)');
    expect(textOf(html)).toContain('1 lead would be changed in Supabase (11)');
    expect(html.match(/<button[^>]*name="answer"/g)).toHaveLength(2);
  });
});

describe('the filter at the console', () => {
  const form = {
    direction: 'to_twenty',
    attribute_1: 'lead_source',
    operator_1: 'in',
    value_1: 'webinar\nreferral',
    operator_2: 'equals',
  };
  const args = {
    p_direction: 'to_twenty',
    p_conditions: [{ attribute: 'lead_source', operator: 'in', value: ['webinar', 'referral'] }],
  };

  it('says who would leave and enter before it is set, then a push or a reconciliation carries it', async () => {
    const effect = { looked_at: 10_000, complete: false, inside: 900, leave: 120, enter: 3, unread: 0 };
    const { asked, heard } = await send('filter', 'save', form, { preview_filter: effect });
    expect(asked).toContain('Of 10,000 leads looked at, 900 fit: 120 leave, 3 enter.');
    expect(heard).toContainEqual({ name: 'preview_filter', args });

    const set = await send('filter', 'save', { ...form, confirmed: 'yes' }, { set_filter: {} });
    expect(set.heard).toContainEqual({ name: 'set_filter', args: { ...args, p_seen: null } });
    expect(set.acted).toMatchObject({ starts: { Push: {} } });
  });

  it('is shown in words, with a form where it is to be changed', async () => {
    const text = textOf(await htmlOf(named('filter'), BUSY, { direction: null }));
    expect(text).toContain('lead source in: webinar, referral');
    expect(text).toContain('120 leads are outside.');
    expect(text).not.toContain('Looks at');
  });

  it('is taken away by leaving all empty', async () => {
    const { notice, heard, acted } = await send(
      'filter',
      'save',
      { direction: 'to_supabase', operator_1: 'equals', confirmed: 'yes' },
      { set_filter: {} },
    );
    expect(heard).toContainEqual({
      name: 'set_filter',
      args: { p_direction: 'to_supabase', p_conditions: null, p_seen: null },
    });
    expect(notice).toEqual({ ok: true, text: 'There is no filter that way now.' });
    expect(acted).toMatchObject({ starts: { Reconcile: {} } });
  });

  it('that cannot be evaluated is not set, with what to do', async () => {
    const { notice } = await send('filter', 'save', form, {
      preview_filter: new Error('condition 1: there is no attribute'),
    });
    expect(notice).toMatchObject({ ok: false, text: expect.stringMatching(/condition 1: there is no attribute/) });
  });
});

describe('the mapping at the console', () => {
  const form = {
    lead_field: 'city',
    twenty_field: 'homeTown',
    direction: 'both',
    policy: 'fill_blank',
    enabled: 'yes',
    seen: 'v1',
  };
  const args = (isPreview: boolean) => ({
    p_lead_field: 'city',
    p_changes: { twenty_field: 'homeTown', direction: 'both', policy: 'fill_blank', enabled: true },
    p_preview: isPreview,
    p_seen: 'v1',
  });

  it('says what a change would do before it is made', async () => {
    const effect = { looked_at: 10_000, complete: false, holds: 900, sends: 120, renames: 0, starts_anew: true };
    const { asked, heard } = await send('mapping', 'save', form, {
      change_mapping: { saved: false, problems: {}, effect },
    });
    expect(heard).toContainEqual({ name: 'change_mapping', args: args(true) });
    expect(asked).toContain('Of 10,000 linked leads looked at, 900 have a value in it; 120 of them become due');
    expect(asked).toContain('What was agreed on this field counts no more.');

    const made = await send(
      'mapping',
      'save',
      { ...form, confirmed: 'yes' },
      { change_mapping: { saved: true, problems: {}, effect: null } },
    );
    expect(made.heard).toContainEqual({ name: 'change_mapping', args: args(false) });
    expect(made.notice).toEqual({ ok: true, text: 'The mapping of City is changed.' });
  });

  it('says at the field why a change cannot be', async () => {
    const { asked } = await send(
      'mapping',
      'save',
      { ...form, back: '?page=mapping&field=city' },
      {
        change_mapping: { saved: false, problems: { twenty_field: 'It must be the name of a field.' }, effect: null },
      },
    );
    expect(asked).toContain('It must be the name of a field.');
    expect(asked).not.toContain('Change it');
  });

  it('offers the fields of Twenty that hold such a value', async () => {
    const html = await htmlOf(named('mapping'), BUSY, { field: 'city' });
    expect(html).toContain('<option value="jobTitle">Job Title (jobTitle)</option>');
    expect(html).not.toContain('employees');
    expect(html).toContain('As Twenty had them 4 min ago, those that hold a text.');

    const another = await htmlOf(named('mapping'), BUSY, { field: 'attributes.size' });
    expect(another).toContain('<option value="employees">');
    expect(another).toContain('What the field in Twenty holds');
  });

  it('asks for a field by its name before the first pull', async () => {
    const html = await htmlOf(named('mapping'), EMPTY, { field: 'company_size' });
    expect(html).toContain('<input type="text" name="twenty_field"');
  });

  it('leaves a row that is switched off without a place in Twenty as it is', async () => {
    const { heard } = await send(
      'mapping',
      'save',
      { lead_field: 'deleted', direction: 'to_twenty', policy: 'last_write_wins', confirmed: 'yes' },
      { change_mapping: { saved: true, problems: {}, effect: null } },
    );
    expect(heard[0].args).toMatchObject({
      p_changes: { direction: 'to_twenty', policy: 'last_write_wins', enabled: false },
    });
  });

  describe('of a select', () => {
    const pairs = { lead_field: 'lead_source', option_1: 'WEB_FORM', here_1: 'website', option_2: 'FAIR', here_2: '' };
    const args = (isPreview: boolean) => ({
      p_lead_field: 'lead_source',
      p_changes: { translations: { website: 'WEB_FORM' } },
      p_preview: isPreview,
      p_seen: null,
    });
    const effect = { looked_at: 300, complete: true, holds: 90, sends: 7, renames: 20, starts_anew: false };

    it('asks what each option is called here', async () => {
      const html = await htmlOf(named('mapping'), BUSY, { field: 'lead_source' });
      expect(html).toContain('<span>Web form (WEB_FORM)</span><input type="text" name="here_1" value="website"');
      expect(await htmlOf(named('mapping'), BUSY, { field: 'city' })).not.toContain('here_1');
    });

    it('translates as previewed; the leads are read again, and what was left out goes out', async () => {
      const { asked, heard } = await send('mapping', 'translate', pairs, {
        change_mapping: { saved: false, problems: {}, effect },
      });
      expect(heard).toContainEqual({ name: 'change_mapping', args: args(true) });
      expect(asked).toContain('Of 300 linked leads, 20 get another value here; 7 have one that was left out');

      const made = await send(
        'mapping',
        'translate',
        { ...pairs, confirmed: 'yes' },
        { change_mapping: { saved: true, problems: {}, effect } },
      );
      expect(made.heard).toContainEqual({ name: 'change_mapping', args: args(false) });
      expect(made.acted).toMatchObject({ starts: { Pull: { mode: 'full' }, Push: {} } });
    });

    it('refuses one name for two options', async () => {
      const { asked, heard } = await send('mapping', 'translate', {
        ...pairs,
        here_2: 'website',
        back: '?page=mapping&field=lead_source',
      });
      expect(heard.map(({ name }) => name)).not.toContain('change_mapping');
      expect(asked).toContain('Two options would be called “website” here.');
    });
  });
});
