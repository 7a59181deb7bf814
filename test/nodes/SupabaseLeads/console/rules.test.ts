import { typedOf, valueOf, conditionText } from '../../../../nodes/SupabaseLeads/console/conditions';
import { BUSY, EMPTY, htmlOf, named, textOf, type Answers } from './sample';
import { send } from './send';

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

describe('what was typed in several lines', () => {
  const lines = (length: number) => 'ceo,\r\n'.repeat(length / 5).trim();
  const typed = (value: string, answers: Answers = {}) =>
    send('scoring-rule', 'save', { back: '?page=scoring-rule', rule_key: 'a', operator: 'in', value }, answers);

  it('is as long as the browser counts, with one character a line break', async () => {
    const { heard } = await typed(lines(16_000), { save_scoring_rule: { saved: true, problems: {} } });

    expect((heard[0].args.p_rule as { value: string[] }).value).toHaveLength(3200);
    expect((await typed(lines(16_005))).asked).toContain('Value is longer than 16000 characters.');
  });

  it('and is too long comes again, with what is wrong at its field', async () => {
    const { acted, heard } = await typed(lines(20_000));

    const { html } = (acted as { preview: { html: string } }).preview;
    expect(html).toContain('name="rule_key" value="a"');
    expect(html).toMatch(/<textarea name="value"[^>]*aria-invalid="true"[^>]*>(ceo,\s+)+ceo,<\/textarea>/);
    expect(heard.map(({ name }) => name)).not.toContain('save_scoring_rule');
  });
});

describe('rules at the console', () => {
  it('that are added do not take the place of one of the same name', async () => {
    const saved = { save_scoring_rule: { saved: true, problems: {} } };
    const news = await Promise.all(
      ['is_new', 'other'].map(async (name) => {
        const { heard } = await send('scoring-rule', 'save', { rule_key: 'a', [name]: 'yes' }, saved);
        return heard[0].args;
      }),
    );

    expect(news).toMatchObject([{ p_new: true }, { p_new: false }]);
    expect(news[0].p_rule).not.toHaveProperty('is_new');
    expect(await htmlOf(named('scoring-rule'), BUSY, { key: 'role_new' })).toContain('name="is_new" value="yes"');
    expect(await htmlOf(named('scoring-rule'), BUSY)).not.toContain('is_new');
  });

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

  it('of a segment are all shown and saved; more than the form has room for stay as they are', async () => {
    const shown = (count: number) => {
      const criteria = Array.from({ length: count }, (_, n) => ({ attribute: `attributes.k${n}`, operator: 'is_set' }));
      const [leaders] = (BUSY.get_segments as { segments: Array<{ id: string }> }).segments;
      const get_segments = { ...(BUSY.get_segments as object), segments: [{ ...leaders, criteria }] };
      return htmlOf(named('segment'), { ...BUSY, get_segments }, { id: leaders.id });
    };
    const saved = async (form: object) => {
      const answers = { save_segment_draft: { saved: true, problems: {} } };
      return (await send('segment', 'save', { segment_name: 'A', ...form }, answers)).heard[0].args.p_segment;
    };

    expect((await shown(30)).match(/name="attribute_/g)).toHaveLength(32);
    expect((await shown(99)).match(/name="attribute_/g)).toHaveLength(100);
    expect(await saved({ attribute_99: 'city', operator_99: 'is_set' })).toMatchObject({
      criteria: [{ attribute: 'city', operator: 'is_set' }],
    });
    const many = await shown(101);
    expect(many).not.toContain('name="attribute_');
    expect(many).toContain('name="kept" value="yes"');
    expect(textOf(many)).toContain('Its 101 criteria are more than this form has room for: they stay as they are.');
    expect(await saved({ kept: 'yes' })).not.toHaveProperty('criteria');
  });

  it.each([
    ['scoring', 'publish', 'preview_scoring_rules', 'publish_scoring_rules', {}],
    ['segments', 'publish', 'preview_segments', 'publish_segments', {}],
    ['segments', 'roll_back', 'preview_segments', 'publish_segments', { version: '1' }],
  ])('%s: what %s puts in force is what was shown', async (page, action, previewed, published, form) => {
    const { acted } = await send(page, action, form, { [previewed]: { ...(BUSY[previewed] as object), seen: 'd1' } });
    expect((acted as { preview: { html: string } }).preview.html).toContain('name="seen" value="d1"');

    const changed = new Error('Somebody has changed the draft since it was shown');
    const { heard, notice } = await send(
      page,
      action,
      { ...form, seen: 'd1', confirmed: 'yes' },
      { [published]: changed },
    );
    expect(heard).toContainEqual({ name: published, args: expect.objectContaining({ p_seen: 'd1' }) });
    expect(notice).toMatchObject({ ok: false, text: expect.stringContaining('Somebody has changed the draft') });
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
    ['scoring', 'publish', {}, 'Version 4 is in force, with 3 rules.'],
    ['scoring', 'roll_back', { version: '2' }, 'Version 2 is in force again.'],
    ['segments', 'publish', {}, 'The segments are in force, as version 3.'],
    ['segments', 'roll_back', { version: '1' }, 'The segments of version 1 are in force again, as version 3.'],
  ])('are in force though leads cannot follow: %s, %s', async (page, action, form, text) => {
    const refused = new Error('Supabase refuses the call: no');
    const { acted, notice } = await send(
      page,
      action,
      { confirmed: 'yes', ...form },
      {
        publish_scoring_rules: { version: 4, rules: 3 },
        roll_back_scoring_rules: {},
        publish_segments: { version: 3 },
        calculate_lead_scores: refused,
        classify_lead_segments: refused,
      },
    );

    expect(notice).toEqual({
      ok: true,
      text: `${text} Not all leads could be brought up to date: Supabase refuses the call: no.`,
    });
    expect(acted).toMatchObject({ starts: { Push: {} } });
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

  it('says how many people outside are to be read before anybody knows', async () => {
    const effect = { looked_at: 900, complete: true, inside: 900, leave: 0, enter: 0, unread: 120 };
    const { asked } = await send('filter', 'save', { ...form, direction: 'to_supabase' }, { preview_filter: effect });
    expect(asked).toContain('120 people are outside now, and are read again to see whether they fit.');
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

  it('that cannot be evaluated comes again with what was typed, and what to do', async () => {
    const refused = Object.assign(new Error('condition 1: there is no attribute'), { httpCode: '400' });
    const back = '?page=filter&direction=to_twenty';
    const { acted, asked } = await send(
      'filter',
      'save',
      { ...form, back, attribute_1: 'shoe_size', attribute_9: 'city', seen: 'then' },
      { preview_filter: refused },
    );

    expect(acted).toMatchObject({ preview: { status: 422 } });
    const { html } = (acted as { preview: { html: string } }).preview;
    expect(html).toContain('name="attribute_1" value="shoe_size"');
    expect(html).toContain('name="attribute_9" value="city"');
    expect(html).toContain('name="seen" value="then"'); // somebody may have set another filter since
    expect(html).toContain('id="problem-conditions"');
    expect(asked).toContain('condition 1: there is no attribute');
  });

  it('is not set where the database is away, which says so', async () => {
    const { notice } = await send('filter', 'save', form, { preview_filter: new Error('Supabase cannot be reached') });

    expect(notice).toEqual({ ok: false, text: 'The filter was not set. Supabase cannot be reached' });
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
