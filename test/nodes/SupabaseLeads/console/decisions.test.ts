import { sentenceOf } from '../../../../nodes/SupabaseLeads/console/decided';
import { lengthsIn, lengthText } from '../../../../nodes/SupabaseLeads/console/lengths';
import { BUSY, deskOf, htmlOf, named, textOf, type Answers } from './sample';
import { ID, send } from './send';

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
    const { acted, asked } = await send('conflicts', 'take_all', form);
    expect(asked).toContain('8,432 open conflicts of job title: our value, for all of them.');
    expect((acted as { preview: { html: string } }).preview.html).toContain('name="newest" value="9"');

    const pages = [
      { conflicts: [{ id: 5 }, { id: 4 }], has_next: true, position: 4 },
      { conflicts: [{ id: 3 }], has_next: false, position: 3 },
    ];
    const { heard, notice } = await send(
      'conflicts',
      'take_all',
      { ...form, newest: '9', confirmed: 'yes' },
      {
        // those from 10 on came after the preview
        get_conflicts: ({ p_position }: { p_position: number | null }) => pages[p_position === 10 ? 0 : 1],
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

  it('of another object than leads are called so while they run', async () => {
    const dashboard = BUSY.get_dashboard as { runs: Array<{ status: string; direction: string; mode: string }> };
    const running = {
      ...dashboard.runs[0],
      status: 'running',
      direction: 'supabase_to_twenty',
      mode: 'delta',
      rows_of: 'company',
    };

    expect(textOf(await htmlOf(named('runs'), { ...BUSY, get_dashboard: { ...dashboard, runs: [running] } }))).toMatch(
      /Running now Supabase → Twenty, companies/,
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
      { id: '12', answer: 'yes', leads: '1000', seen: 'v1' },
      { decide_approval: () => ({ leads: 1000, left: (left -= 500) }) },
    );
    const call = { name: 'decide_approval', args: { p_id: 12, p_yes: true, p_leads: 1000, p_seen: 'v1' } };
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

  it('are decided though what follows breaks off: pulls go on with the rest', async () => {
    const steps = [{ leads: 1000, left: 500 }];
    const { acted, notice } = await send(
      'approvals',
      'decide',
      { id: '12', answer: 'yes', leads: '1000' },
      {
        decide_approval: () => {
          if (steps.length === 0) throw new Error('Supabase did not answer in time');
          return steps.shift();
        },
      },
    );
    expect(notice).toEqual({
      ok: true,
      text: 'Yes: 1,000 leads go their way. 500 of them are taken by the next pulls.',
    });
    expect(acted).toMatchObject({ starts: { Push: {} } });
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
    expect(html).toContain('name="seen" value="v1"');
  });
});
