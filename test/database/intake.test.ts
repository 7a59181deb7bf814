import { longEmail, person, useStore, type DoorAnswer, type Json } from './store';

describe('leads from forms and flows', () => {
  const store = useStore();

  const takeIn = (leads: unknown[], source = 'form') =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: source });

  test('a new lead is stored raw, carries its source and is due for Twenty', async () => {
    const { results } = await takeIn([{ first_name: 'Ada', email: 'Ada@Example.com', attributes: { utm: 'spring' } }]);
    expect(results).toMatchObject([{ index: 0, result: 'created' }]);
    expect(await store.lead(results[0].lead_id ?? '')).toMatchObject({
      email: 'Ada@Example.com',
      lead_source: 'form',
      attributes: { utm: 'spring' },
      sync_status: 'pending',
    });
    expect(await store.claim()).toMatchObject({ claimed: 1 });
  });

  test('a known e-mail updates that lead; blanks never erase', async () => {
    const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada', phone: '1', attributes: '{"a": 1}' });
    const { results } = await takeIn([
      { email: 'ADA@example.com', first_name: '', phone: null, city: 'Paris', attributes: { b: 2 } },
    ]);
    expect(results).toMatchObject([{ result: 'updated', lead_id: id }]);
    expect(await store.lead(id)).toMatchObject({
      first_name: 'Ada',
      phone: '1',
      city: 'Paris',
      attributes: { a: 1, b: 2 },
    });
  });

  test.each(['n/a', 'N/A', 'none', '-', ' unknown '])(
    'people who type %j, as they have none, are not one person, and it takes nothing away',
    async (nothing) => {
      const { results } = await takeIn([
        { first_name: 'Ada', email: nothing, phone: nothing },
        { first_name: 'Bob', email: nothing, phone: nothing },
      ]);
      expect(results).toMatchObject([{ result: 'created' }, { result: 'created' }]);

      const known = {
        email: 'ada@example.com',
        phone: '+33612345678',
        company_domain: 'acme.com',
        linkedin_url: 'in/ada',
      };
      const id = await store.addLead(known);
      await takeIn([{ email: known.email, phone: nothing, company_domain: nothing, linkedin_url: nothing }]);
      expect(await store.lead(id)).toMatchObject(known);
    },
  );

  test('an e-mail with invisible characters or wide spaces is that of the same lead', async () => {
    const id = await store.addLead({ email: '\ufeffada@exam\u00adple.com' });
    const { results } = await takeIn([{ email: '\u3000ADA@example.com\u200b', city: 'Paris' }]);
    expect(results).toMatchObject([{ result: 'updated', lead_id: id }]);
    const ada = person({ email: 'ada@example.com' });
    expect((await store.pull([ada])).results).toMatchObject([{ lead_id: id, linked: true }]);
  });

  test('a list of one is that one, blanks of every kind are nothing', async () => {
    const { results } = await takeIn([
      {
        id: '',
        email: ['ada@example.com'],
        first_name: ['Ada'],
        last_name: '\u3000',
        city: [],
        lead_score: ' 42.5 ',
        phone: 4915,
      },
    ]);
    expect(results).toMatchObject([{ result: 'created' }]);
    expect(await store.lead(results[0].lead_id ?? '')).toMatchObject({
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: null,
      city: null,
      lead_score: '42.5',
      phone: '4915',
    });
  });

  test.each([
    [{ job_title: { label: 'CEO' } }, 'job_title must be a text, got {"label": "CEO"}'],
    [{ first_name: ['Ada', 'Eve'] }, 'first_name must be a text, got ["Ada", "Eve"]'],
    [{ email: 0 }, 'email must be a text, got 0'],
    [{ city: true }, 'city must be a text, got true'],
    [{ lead_score: 'NaN' }, 'lead_score must be a finite number, got "NaN"'],
    [{ lead_score: 'high' }, 'lead_score must be a finite number, got "high"'],
    [
      { additional_emails: [{ value: 'a@b.test' }] },
      'additional_emails must be a list of texts, got [{"value": "a@b.test"}]',
    ],
    [{ id: 7 }, 'id must be a text, got 7'],
  ])('a value of the wrong type is refused by name: %j', async (values, reason) => {
    const { results } = await takeIn([{ email: 'ada@example.com', ...values }, { email: 'eve@example.com' }]);
    expect(results.find(({ index }) => index === 0)).toMatchObject({ result: 'rejected', reason });
    expect(results.find(({ index }) => index === 1)).toMatchObject({ result: 'created' });
  });

  test('what was not taken is named', async () => {
    const { results } = await takeIn([
      { email: 'ada@example.com', full_name: 'Ada L', phone_number: '1' },
      { full_name: 'Eve', created_time: 1 },
    ]);
    expect(results.find(({ index }) => index === 0)).toMatchObject({ ignored: ['full_name', 'phone_number'] });
    expect(results.find(({ index }) => index === 1)?.reason).toBe(
      'no lead field has a value; not known: ["created_time", "full_name"]',
    );
  });

  test('a linked lead is matched too, and its change goes out', async () => {
    const ada = person({ email: 'ada@example.com', first_name: 'Ada' });
    await store.pull([ada]);
    await takeIn([{ email: 'ada@example.com', city: 'Paris' }]);
    const { writes } = await store.plan(await store.claim(), [ada]);
    expect(writes).toMatchObject([{ op: 'update', values: { city: 'Paris' } }]);
  });

  test('what is known already changes nothing', async () => {
    const { results } = await takeIn([{ email: 'ada@example.com', city: 'Paris' }]);
    const before = await store.lead(results[0].lead_id ?? '');
    expect((await takeIn([{ email: 'ada@example.com', city: ' Paris ' }])).results).toMatchObject([
      { result: 'unchanged' },
    ]);
    expect(await store.lead(results[0].lead_id ?? '')).toEqual(before);
  });

  test('leads that meet in one batch become one, the later values win', async () => {
    const { results, counts } = await takeIn([
      { email: 'ada@example.com', city: 'Paris', phone: '1' },
      { email: 'ADA@example.com', city: 'Rome' },
    ]);
    expect(counts).toMatchObject({ created: 1, updated: 1 });
    expect(results[0].lead_id).toBe(results[1].lead_id);
    expect(await store.lead(results[0].lead_id ?? '')).toMatchObject({ city: 'Rome', phone: '1' });
  });

  test('a lead may bring its own id', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    expect((await takeIn([{ id, first_name: 'Ada' }])).results).toMatchObject([{ result: 'created', lead_id: id }]);
    expect((await takeIn([{ id, first_name: 'Augusta' }])).results).toMatchObject([{ result: 'updated', lead_id: id }]);
  });

  test('bad leads are rejected with their index and reason; the others land', async () => {
    const { results, counts } = await takeIn([
      { email: 'good@example.com' },
      { email: 'score@example.com', lead_score: 'high' },
      'text',
      { id: '42', email: 'id@example.com' },
      {},
      { email: 'fine@example.com' },
    ]);
    expect(counts).toMatchObject({ created: 2, rejected: 4 });
    const reasons = Object.fromEntries(results.filter((r) => r.result === 'rejected').map((r) => [r.index, r.reason]));
    expect(reasons).toEqual({
      1: expect.stringContaining('"high"'),
      2: expect.stringContaining('not an object'),
      3: expect.stringContaining('UUID'),
      4: expect.stringContaining('no lead field'),
    });
  });

  describe.each([
    ['a carriage return', '\r'],
    ['a newline', '\n'],
    ['a tab', '\t'],
    ['a no-break space', '\u00a0'],
  ])('an e-mail with %s around it', (_, white) => {
    const raw = `${white}ada@example.com ${white}`;

    test('is linked by a pull', async () => {
      const id = await store.addLead({ email: raw });
      const { results } = await store.pull([person({ email: 'ada@example.com' })]);
      expect(results).toMatchObject([{ linked: true, lead_id: id }]);
    });

    test('is found by what comes in, and comes in itself', async () => {
      const id = await store.addLead({ email: raw });
      const { results } = await takeIn([{ email: 'ada@example.com', city: 'Paris' }]);
      expect(results).toMatchObject([{ result: 'updated', lead_id: id }]);
      await store.editLead(id, { email: 'ada@example.com' });
      expect((await takeIn([{ email: raw, city: 'Paris' }])).results).toMatchObject([
        { result: 'unchanged', lead_id: id },
      ]);
    });

    test('counts as a duplicate', async () => {
      const [ada] = [await store.addLead({ email: 'ada@example.com' }), await store.addLead({ email: raw })];
      const { checks } = await store.rpc<{ checks: Json[] }>('check_sync_integrity');
      expect(checks).toContainEqual(expect.objectContaining({ check: 'duplicates', found: 1, examples: [ada] }));

      const { run } = await store.rpc('start_sync_run', { p_direction: 'bidirectional', p_mode: 'reconcile' });
      const compared = await store.rpc('compare_lead_ids', {
        p_run: run,
        p_records: [],
        p_page: { after: null, position: 'end', has_next: false },
        p_read_started_at: await store.now(),
      });
      expect(compared).toMatchObject({ counts: { duplicates: 1 } });
    });
  });

  test('an e-mail too long for the index is rejected alone', async () => {
    const { results, counts } = await takeIn([
      { email: 'good@example.com' },
      { email: longEmail() },
      { email: 'fine@example.com' },
    ]);
    expect(counts).toMatchObject({ created: 2, rejected: 1 });
    expect(results.find((r) => r.index === 1)).toMatchObject({
      result: 'rejected',
      reason: expect.stringContaining('54000'),
    });
  });

  test.each(['', 'not a UUID', null, 42])('the twenty_id %j of a form is left aside', async (twenty_id) => {
    const { results } = await takeIn([{ twenty_id, email: 'ada@example.com' }]);
    expect(results).toMatchObject([{ result: 'created' }]);
    expect(await store.lead(results[0].lead_id ?? '')).toMatchObject({ twenty_id: null });
  });

  test('text that looks like SQL or HTML is just text', async () => {
    const name = `'); drop table leads; --<b>`;
    const { results } = await takeIn([{ first_name: name, email: 'ada@example.com' } as Json]);
    expect(await store.lead(results[0].lead_id ?? '')).toMatchObject({ first_name: name });
  });

  test('a text of a quarter of a megabyte lands here whole', async () => {
    const text = 'x'.repeat(250_000);
    const { results } = await takeIn([{ email: 'long@example.com', job_title: text }]);
    expect(((await store.lead(results[0].lead_id ?? '')).job_title as string).length).toBe(250_000);
  });
});
