import { useStore, type DoorAnswer, type Json } from './store';

const P = '+33612345678';

describe('who is known by a phone number', () => {
  const store = useStore();

  const takeIn = (...leads: Json[]) => store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: 'call' });
  const results = async (...leads: Json[]): Promise<string[]> =>
    (await takeIn(...leads)).results.sort((a, b) => Number(a.index) - Number(b.index)).map(({ result }) => result);
  const live = async (columns = 'email, first_name, phone'): Promise<Json[]> =>
    (
      await store.sql.query(
        `select ${columns} from public.leads where deleted_at is null order by created_at, email, first_name`,
      )
    ).rows as Json[];

  test('two calls of one caller are one lead with two touches', async () => {
    const call = (id: string) => ({ phone: P, touch: { external_id: id, kind: 'call' } });
    expect(await results(call('a'))).toEqual(['created']);
    expect(await results(call('b'), call('c'))).toEqual(['unchanged', 'unchanged']);
    expect(
      (await store.sql.query('select count(distinct lead_id) as leads, count(*) as touches from public.lead_touches'))
        .rows,
    ).toEqual([{ leads: '1', touches: '3' }]);
  });

  test('a form with an e-mail and a known phone number completes the lead of that number, whose spelling stays', async () => {
    await takeIn({ phone: P });
    expect(await results({ phone: '0033 (0)6 12 34 56 78', email: 'ada@example.com', first_name: 'Ada' })).toEqual([
      'updated',
    ]);
    expect(await results({ phone: P }, { email: 'ada@example.com' })).toEqual(['unchanged', 'unchanged']);
    expect(await live()).toEqual([{ email: 'ada@example.com', first_name: 'Ada', phone: P }]);
  });

  test.each([
    '0033612345678',
    '+33 6 12 34 56 78',
    '+33 (0)6-12-34-56-78',
    ' (+33) 6.12.34.56.78',
    'tel:+33-612-345-678',
    '\u202a+33\u00a0612345678\u202c',
  ])('finds %j', async (phone) => {
    await store.addLead({ email: 'ada@example.com', phone });
    expect(await results({ phone: P, city: 'Paris' })).toEqual(['updated']);
    expect(await live('phone, city')).toEqual([{ phone, city: 'Paris' }]);
  });

  test.each([
    '0612345678',
    '33612345678',
    `${P} ext. 5`,
    `${P};ext=5`,
    `${P} / +33698765432`,
    `${P}#2`,
    '+33612',
    'call me',
    '',
  ])('%j is nobody’s own number', async (phone) => {
    await store.addLead({ email: 'ada@example.com', phone });
    expect(await results({ phone: P })).toEqual(['created']);
    expect(await results({ phone: phone || null, city: 'Paris' })).toEqual(['created']);
  });

  test('one of a lead’s additional numbers names it, and its first one stays', async () => {
    await store.addLead({ email: 'ada@example.com', phone: '+44 20 7946 0958', additional_phones: [P] });
    expect(await results({ phone: P, city: 'London' })).toEqual(['updated']);
    expect(await live('phone, city')).toEqual([{ phone: '+44 20 7946 0958', city: 'London' }]);
  });

  test('an ID and an e-mail come before a number', async () => {
    const id = await store.addLead({ email: 'ada@example.com', phone: P });
    const other = await store.addLead({ email: 'eve@example.com' });
    const answer = await takeIn(
      { id: other, phone: P, city: 'Rome' },
      { email: 'EVE@example.com', phone: P, city: 'Oslo' },
    );
    expect(answer.results.map(({ lead_id }) => lead_id)).toEqual([other, other]);
    expect(await store.lead(id)).toMatchObject({ city: null });
  });

  test('who has another e-mail is somebody else', async () => {
    await store.addLead({ email: 'ada@example.com', phone: P });
    expect(await results({ email: 'eve@example.com', phone: P })).toEqual(['created']);
  });

  test('who has another name is somebody else, who has no name is not', async () => {
    await takeIn({ phone: P, first_name: 'Ada', last_name: 'Smith' });
    expect(await results({ phone: P, first_name: 'Bob', last_name: 'Smith' })).toEqual(['created']);
    expect(await results({ phone: P, first_name: ' ADA', last_name: 'Sm\u00adith', city: 'Rome' })).toEqual([
      'updated',
    ]);
    expect(await results({ phone: P, email: 'eve@example.com', first_name: 'Eve' })).toEqual(['created']);
    expect(await live('first_name, city')).toEqual([
      { first_name: 'ADA', city: 'Rome' },
      { first_name: 'Bob', city: null },
      { first_name: 'Eve', city: null },
    ]);
  });

  test('a number that several share makes one lead more, once', async () => {
    await store.addLead({ email: 'ada@example.com', phone: P });
    await store.addLead({ email: 'eve@example.com', phone: P });
    expect(await results({ phone: P })).toEqual(['created']);
    expect(await results({ phone: P }, { phone: P })).toEqual(['unchanged', 'unchanged']);
    expect(await results({ phone: P, email: 'bob@example.com' })).toEqual(['created']);
    expect(await live('email')).toHaveLength(4);
  });

  test('a number that many share is read once a call, however many names it has', async () => {
    const colleagues = Array.from({ length: 40 }, (_, n) => ({ phone: P, first_name: `Ada ${n}` }));
    await takeIn(...colleagues);
    await store.sql.query(`begin; set local track_functions = 'pl'`);
    await store.sql.query(`select public.upsert_leads($1, 'call')`, [JSON.stringify(colleagues)]);
    const [{ calls }] = await store.rows<{ calls: number }>(
      `select calls::integer from pg_stat_xact_user_functions where funcname = 'person_name'`,
    );
    await store.sql.query('commit');
    expect(calls).toBeLessThan(8 * colleagues.length);
    expect(await live('phone')).toHaveLength(colleagues.length);
  });

  test('a deleted lead has no number', async () => {
    await store.addLead({ phone: P, deleted_at: new Date().toISOString() });
    expect(await results({ phone: P })).toEqual(['created']);
  });

  test('in one batch, who says more comes first: a call finds who has just written', async () => {
    const answer = await takeIn(
      { phone: P, city: 'Rome' },
      { phone: P, first_name: 'Ada' },
      { phone: P, first_name: 'Ada', email: 'ada@example.com' },
      { phone: P, first_name: 'Bob' },
    );
    const ids = answer.results.sort((a, b) => Number(a.index) - Number(b.index)).map(({ lead_id }) => lead_id);
    expect(ids[1]).toBe(ids[2]);
    expect(new Set(ids.slice(1)).size).toBe(2);
    expect(await live('first_name, email')).toEqual(
      expect.arrayContaining([
        { first_name: 'Ada', email: 'ada@example.com' },
        { first_name: 'Bob', email: null },
      ]),
    );
  });

  test.each([
    ['e-mails', { email: 'ada@example.com' }, { email: 'eve@example.com' }],
    ['names', { first_name: 'Ada' }, { first_name: 'Eve' }],
  ])('of several %s in one batch, the first completes the lead of a number', async (_name, first, second) => {
    const { results: known } = await takeIn({ phone: P });
    const answer = await takeIn({ ...first, phone: P }, { ...second, phone: P }, { ...first, phone: P });
    expect(answer.results.sort((a, b) => Number(a.index) - Number(b.index)).map(({ result }) => result)).toEqual([
      'updated',
      'created',
      'updated',
    ]);
    expect(await store.lead(known[0].lead_id ?? '')).toMatchObject(first);
    expect(await live('phone')).toEqual([{ phone: P }, { phone: P }]);
  });

  test('the same person in calls at the same time is one lead', async () => {
    const phones = Array.from({ length: 20 }, (_, index) => ({ phone: `+336123456${10 + index}` }));
    await Promise.all([1, 2, 3, 4].map(async (turn) => await takeIn(...(turn % 2 ? phones : [...phones].reverse()))));
    expect(await live('phone')).toHaveLength(20);
  });

  test('a thousand people of one switchboard are a thousand leads, and calls from it one more', async () => {
    const people = Array.from({ length: 1000 }, (_, index) => ({ email: `p${index}@example.com`, phone: P }));
    await takeIn(...people);
    await takeIn(...people.map(() => ({ phone: P })));
    await takeIn(...people.map(() => ({ phone: P })));
    expect(await live('email')).toHaveLength(1001);
  });
});
